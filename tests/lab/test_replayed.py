"""A replay's verdicts become labelled samples: attacks by their Message-IDs, everything else honest."""

from tests.reports import a_report

from mailkeep.lab.outcome import Seeded
from mailkeep.lab.replayed import samples_of


def test_a_seeded_mail_is_an_attack_of_its_kind_and_the_rest_is_honest():
    seeded = [Seeded(id="qr-1", kind="qr", copies=("m@evil.test", "m2@evil.test"))]
    reports = [a_report(), a_report(id="v2", message_id="m2@evil.test"), a_report(id="v3", message_id="h@corp.example")]
    first, second, third = samples_of(reports, seeded)
    assert (first.attack, first.source, first.campaign) == (True, "seeded qr", ("qr-1",))
    assert first.campaign == second.campaign
    assert first.path != second.path
    assert (third.attack, third.source, third.campaign) == (False, "replayed organisation", ())


def test_what_was_heard_and_said_is_kept():
    (only,) = samples_of([a_report()], [])
    assert [each.detector for each in only.heard] == ["reply-to-elsewhere", "known-thread"]
    assert only.reasons[0] == "reply-to-elsewhere: answers go to evil.test, not corp.example"
    assert (only.named, only.year, only.score) == ("bec", 2026, 0.97)
