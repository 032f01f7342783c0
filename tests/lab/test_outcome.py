"""A replay is scored attack by attack and honest mail by honest mail."""

from tests.reports import AT, a_report

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.decide.nouns import Act, Label
from mailkeep.lab.outcome import Seeded, outcome


def report(message_id, label, *, acted=True, act=Act.QUARANTINE):
    import msgspec

    whole = a_report(id=message_id, message_id=message_id)
    verdict = msgspec.structs.replace(whole.verdict, label=label)
    action = msgspec.structs.replace(whole.actions[0], act=act)
    receipts = (Receipt(action="a1", ended=Ended.DONE, at=AT),) if acted else ()
    return msgspec.structs.replace(whole, verdict=verdict, actions=(action,), receipts=receipts)


def test_an_attack_counts_only_when_every_copy_is_caught():
    seeded = [Seeded(id="a", kind="ceo-fraud", copies=("1", "2")), Seeded(id="b", kind="qr", copies=("3",))]
    reports = [
        report("1", Label.MALICIOUS),
        report("2", Label.CLEAN, acted=False),
        report("3", Label.SUSPICIOUS, act=Act.FLAG),
    ]
    found = outcome(seeded, reports)
    assert (found.caught.hits, found.caught.n) == (1, 2)
    assert found.removed.hits == 0
    assert found.missed == ("a",)
    assert found.by_kind["qr"].share == 1.0


def test_honest_mail_counts_once_for_any_act_and_apart_for_removal():
    reports = [
        report("h1", Label.CLEAN, acted=False),
        report("h2", Label.SUSPICIOUS, act=Act.FLAG),
        report("h3", Label.MALICIOUS),
        report("x", Label.MALICIOUS),
    ]
    found = outcome([Seeded(id="x", kind="qr", copies=("x",))], reports)
    assert (found.touched.hits, found.touched.n) == (2, 3)
    assert found.wrongly_removed.hits == 1
    assert (found.precision.hits, found.precision.n) == (1, 3)
    assert found.false_alarms == ("h2", "h3")
    assert any("attacks caught" in line for line in found.lines())


def test_an_attack_that_was_never_judged_is_missed():
    assert outcome([Seeded(id="x", kind="qr", copies=("x",))], []).missed == ("x",)
