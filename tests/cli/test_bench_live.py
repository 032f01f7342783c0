"""The live benchmarks in the small, as real processes: that they count right, never how fast this machine is."""

from datetime import UTC, datetime

from mailkeep.cli.bench_live import attack, clawback
from mailkeep.decide.nouns import Label
from mailkeep.wiring import judge_alone


def test_the_mail_that_is_pulled_is_an_attack_by_any_policy():
    _, judgement = judge_alone("")(attack(), datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert judgement.verdict.label is Label.MALICIOUS


async def test_a_campaign_is_pulled_brought_back_and_pulled_again_though_it_was_killed(tmp_path):
    done = await clawback(tmp_path, mailboxes=15)
    assert (done.pulled, done.brought_back, done.resumed, done.moved_too_often) == (15, 15, 15, 0)
