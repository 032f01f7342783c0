"""Every trouble says whether asking again makes sense."""

from mailkeep.connect.port import ConsentLost, Gone, ProviderTrouble, Refused, Throttled, Unreachable


def test_only_throttled_and_unreachable_are_asked_again():
    assert Throttled("busy", 7.5).retry_after_s == 7.5
    assert Unreachable("down").retry_after_s
    for final in (ConsentLost, Gone, Refused):
        assert final("no").retry_after_s is None
        assert issubclass(final, ProviderTrouble)


def test_a_trouble_is_a_sentence():
    assert str(Throttled("ask later", 1)) == "ask later"
