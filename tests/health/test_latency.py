from mailkeep.health.check import Standing
from mailkeep.health.latency import latency_checks
from mailkeep.store.latency import Leg


def leg(name, p95, n=10):
    return Leg(name=name, n=n, p50=0.1, p95=p95, p99=p95)


def test_the_telling_legs_are_told_with_their_counts():
    (check,) = latency_checks("corp", [leg("notified → confirmed", 0.5), leg("fetched → judged", 0.1)])
    assert check.standing is Standing.FINE
    assert check.says == "notified → confirmed p50 0.10 s, p95 0.50 s, p99 0.50 s (n 10)"


def test_mail_that_waits_for_its_verdict_needs_a_person():
    (check,) = latency_checks("corp", [leg("notified → judged", 90.0)])
    assert check.standing is Standing.WARN
    assert check.remedy


def test_mail_that_the_provider_held_back_is_not_our_fault():
    (check,) = latency_checks("corp", [leg("delivered → judged", 900.0)])
    assert check.standing is Standing.FINE


def test_nothing_is_said_where_no_live_mail_came():
    assert list(latency_checks("corp", [])) == []
    assert list(latency_checks("corp", [leg("delivered → judged", 1.0, n=0)])) == []
