"""One scene, one verdict: the same bench gives the same, says what it judged with, and trust only lowers."""

import msgspec
from tests.detect.company import BEN, letter, memory, scene
from tests.flow.company import phish

from mailkeep import __version__
from mailkeep.decide.judgement import Bench
from mailkeep.decide.nouns import Label
from mailkeep.decide.policy import read_policy, shipped_policy
from mailkeep.detect.weights import SHIPPED

BENCH = Bench(weights=SHIPPED, policy=shipped_policy())


def seen(raw):
    return scene(raw, BEN, memory([], lived=True))


def test_the_same_scene_is_judged_the_same_twice():
    at_hand = seen(phish(1, to="ben"))
    first = BENCH.judge(at_hand)
    assert first == BENCH.judge(at_hand)
    assert first.verdict.label is Label.MALICIOUS
    assert first.faults == ()


def test_an_everyday_mail_is_clean():
    text = "From: Ada Lovelace <ada@corp.example>\nSubject: Plan\n\nHere are the notes of our talk about the plan."
    assert BENCH.judge(seen(letter(text, {}))).verdict.label is Label.CLEAN


def test_a_verdict_says_what_it_was_judged_with():
    versions = BENCH.judge(seen(b"Subject: One\n\nHello.\n")).verdict.versions
    assert versions == BENCH.versions
    assert versions.mailkeep == __version__
    assert versions.weights == SHIPPED.digest
    other = msgspec.structs.replace(BENCH, policy=read_policy('[[rule]]\nlabel = "malicious"\nact = "flag"\n', "p"))
    assert other.versions.policy != versions.policy


def test_a_trusted_sender_lowers_the_sum_says_so_and_stops_nothing():
    rules = '[[rule]]\nlabel = "malicious"\nact = "quarantine"\n'
    trust = (
        '[[trusted_senders]]\nsender = "security1@login-micros0ft-verify.test"\nweight = -1.0\nwhy = "we know them"\n'
    )
    trusting = msgspec.structs.replace(BENCH, policy=read_policy(trust + rules, "p"))
    at_hand = seen(phish(1, to="ben"))
    plain, lowered = BENCH.judge(at_hand).verdict, trusting.judge(at_hand).verdict
    assert plain.log_odds - 1.0 <= lowered.log_odds <= plain.log_odds
    assert lowered.label is Label.MALICIOUS


def test_no_bytes_are_refused():
    for raw in (b"", b"\0" * 100, b"From: \xff\xfe\n\n", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n"):
        assert BENCH.judge(seen(raw)).verdict.label in set(Label)
