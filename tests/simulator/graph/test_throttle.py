import pytest
from tests.simulator.graph.desk import ANN, BOB, Clock, Desk

from mailkeep.simulator.graph.routes import GraphError
from mailkeep.simulator.graph.throttle import Limits, Throttle

KEY = ("app", "mailbox")


def test_the_request_over_the_limit_is_refused_with_the_time_to_wait():
    clock = Clock(0.0)
    throttle = Throttle(Limits(requests=3, window_s=10), clock)
    for clock.at in (0.0, 4.0, 5.0):
        throttle.leave(throttle.enter(KEY))
    with pytest.raises(GraphError) as refusal:
        throttle.enter(KEY)
    assert refusal.value.status == 429
    assert refusal.value.headers == {"Retry-After": "5"}
    assert (throttle.refused, throttle.of(KEY).fullest) == (1, 3)


def test_who_waits_as_told_is_served_and_who_does_not_stays_refused():
    clock = Clock(0.0)
    throttle = Throttle(Limits(requests=1, window_s=10), clock)
    throttle.leave(throttle.enter(KEY))
    clock.at = 9.0
    with pytest.raises(GraphError):
        throttle.enter(KEY)
    clock.at = 11.0
    with pytest.raises(GraphError):
        throttle.enter(KEY)
    clock.at = 21.0
    throttle.enter(KEY)


def test_who_comes_before_the_wait_is_over_is_counted_but_not_what_was_on_its_way():
    clock = Clock(0.0)
    throttle = Throttle(Limits(), clock)
    throttle.told(KEY, 10.0)
    throttle.told(KEY, 4.0)
    for clock.at in (0.9, 5.0, 9.9, 10.0):
        throttle.leave(throttle.enter(KEY))
    throttle.leave(throttle.enter(("app", "another")))
    assert throttle.impatient == 2
    throttle.told(KEY, 10.0)
    for clock.at in (10.9, 11.1):
        throttle.leave(throttle.enter(KEY))
    assert throttle.impatient == 3


def test_four_at_a_time_in_one_mailbox():
    throttle = Throttle(Limits(), Clock())
    buckets = [throttle.enter(KEY) for _ in range(4)]
    with pytest.raises(GraphError, match="Concurrency"):
        throttle.enter(KEY)
    throttle.enter(("app", "another"))
    throttle.leave(buckets[0])
    throttle.enter(KEY)
    assert throttle.of(KEY).busiest == 4


def test_slots_are_taken_as_far_as_they_are_free():
    throttle = Throttle(Limits(), Clock())
    bucket = throttle.enter(KEY)
    assert throttle.take(bucket, 20) == 3
    assert throttle.take(bucket, 1) == 0
    throttle.leave(bucket, 4)
    assert bucket.active == 0


def test_reports_have_limits_of_their_own():
    clock = Clock(0.0)
    throttle = Throttle(Limits(), clock)
    for _ in range(5):
        throttle.report("app", "auditlogs")
    with pytest.raises(GraphError) as refusal:
        throttle.report("app", "auditlogs")
    assert refusal.value.headers == {"Retry-After": "10"}
    throttle.report("one app", "identityprotection")
    with pytest.raises(GraphError) as refusal:
        throttle.report("another app", "identityprotection")
    assert refusal.value.headers == {}
    clock.at = 0.5
    with pytest.raises(GraphError):
        throttle.report("one app", "identityprotection")
    clock.at = 1.5
    throttle.report("one app", "identityprotection")


async def test_each_app_and_mailbox_is_counted_alone():
    desk = Desk(limits=Limits(requests=2))
    for _ in range(2):
        assert (await desk.ask("GET", f"/users/{ANN}/mailFolders")).status == 200
    reply = await desk.ask("GET", f"/users/{ANN}/mailFolders")
    assert (reply.status, reply.headers["Retry-After"]) == (429, "600")
    assert (await desk.ask("GET", f"/users/{BOB}/mailFolders")).status == 200
    assert (await desk.ask("GET", f"/users/{ANN}")).status == 200
    second = desk.office.register("second", ["Mail.Read"], secret="s3cret")
    desk.token = desk.sign_in(second)
    assert (await desk.ask("GET", f"/users/{ANN}/mailFolders")).status == 200
