from tests.store.kept import AT

from mailkeep.connect.grants import Tier
from mailkeep.store.switches import SwitchedOff


def off(why="an audit", **changes):
    return SwitchedOff(**{"tenant": "corp", "tier": Tier.REMEDIATE, "by": "ann", "at": AT, "why": why, **changes})


def test_a_tier_is_off_until_it_is_switched_on(store):
    store.switches.off(off())
    store.switches.off(off(tier=Tier.FLAG, why=""))
    assert store.switches.of("corp") == {Tier.REMEDIATE: off(), Tier.FLAG: off(tier=Tier.FLAG, why="")}
    assert store.switches.of("other") == {}
    assert store.switches.on("corp", Tier.REMEDIATE)
    assert not store.switches.on("corp", Tier.REMEDIATE)
    assert list(store.switches.of("corp")) == [Tier.FLAG]


def test_the_later_word_counts(store):
    store.switches.off(off())
    store.switches.off(off("a fire", by="ben"))
    assert store.switches.of("corp")[Tier.REMEDIATE].by == "ben"


def test_it_says_who_and_why_and_what_to_do():
    assert str(off()) == (
        "corp: remediate was switched off by ann at 2026-03-02 09:30 UTC (an audit). What is owed stays owed; "
        "`mailkeep switch corp remediate on` has it done."
    )
