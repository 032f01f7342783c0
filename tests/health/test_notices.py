from mailkeep.health.check import Standing
from mailkeep.health.notices import notice_checks


def test_nothing_is_said_before_the_first_post():
    assert list(notice_checks("corp", {})) == []


def test_posts_are_told_by_what_became_of_them():
    (found,) = notice_checks("corp", {"repeated": 2, "accepted": 40, "forged": 3, "strange": 1})
    assert (found.name, found.standing) == ("notices corp", Standing.FINE)
    assert found.says == (
        "40 accepted, 2 repeated; turned away: 3 forged (without our secret or the provider's signature), "
        "1 strange (that are no notices)"
    )


def test_forged_posts_alone_are_told_too():
    (found,) = notice_checks("corp", {"forged": 1})
    assert found.says.startswith("none accepted; turned away: 1 forged")
