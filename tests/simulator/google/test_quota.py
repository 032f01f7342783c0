"""Units and limits."""

import pytest
from tests.simulator.google.desk import ADA, BEN, Clock, letter

from mailkeep.simulator.google.calls import Refusal
from mailkeep.simulator.google.quota import QUOTA_2026, QUOTA_OLD, Meter, Quota

GET, LIST = "gmail.users.messages.get", "gmail.users.messages.list"


def test_full_fetches_got_dearer_in_2026():
    assert QUOTA_2026.user_per_minute // QUOTA_2026.cost(GET) == 300
    assert QUOTA_OLD.user_per_minute // QUOTA_OLD.cost(GET) == 3000
    assert QUOTA_2026.cost("gmail.users.settings.filters.list") == 1


def test_any_sixty_seconds_count():
    clock = Clock()
    meter = Meter(Quota(user_per_minute=40), clock)
    meter.take(GET, ADA, "p")
    clock.on(59)
    meter.take(GET, ADA, "p")
    with pytest.raises(Refusal):
        meter.take(LIST, ADA, "p")
    clock.on(1)
    meter.take(GET, ADA, "p")
    with pytest.raises(Refusal):
        meter.take(LIST, ADA, "p")
    assert meter.spent(ADA, "p") == 40
    assert (meter.refused, meter.windows[f"p/{ADA}"].most) == (2, 40)


def test_users_have_their_own_limits_and_share_the_projects():
    meter = Meter(Quota(user_per_minute=40, project_per_minute=50), Clock())
    meter.take(GET, ADA, "p")
    meter.take(GET, ADA, "p")
    with pytest.raises(Refusal) as no:
        meter.take(GET, BEN, "p")
    assert (no.value.status, no.value.reason) == (403, "rateLimitExceeded")
    meter.take(LIST, BEN, "p")
    meter.take(GET, BEN, "another")


def test_too_much_is_refused_now_with_403_now_with_429():
    meter = Meter(Quota(user_per_minute=1), Clock())
    seen = set()
    for _ in range(4):
        with pytest.raises(Refusal) as no:
            meter.take(GET, ADA, "p")
        seen.add((no.value.status, no.value.reason))
    assert seen == {(403, "userRateLimitExceeded"), (429, "rateLimitExceeded")}


def test_directory_and_reports_count_requests_and_pubsub_counts_nothing():
    meter = Meter(Quota(user_per_minute=1, directory_per_minute=1), Clock())
    meter.take("directory.users.list", ADA, "p")
    meter.take("reports.activities.list", ADA, "p")
    with pytest.raises(Refusal):
        meter.take("directory.users.get", ADA, "p")
    for _ in range(10):
        meter.take("pubsub.projects.subscriptions.pull", ADA, "p")


async def test_over_http_the_limit_holds_to_the_unit(desk, sim, workspace):
    mail = workspace.deliver(ADA, letter())
    answers = [await desk.gmail("GET", f"/messages/{mail}") for _ in range(301)]
    assert [answer.status for answer in answers[:300]] == [200] * 300
    assert answers[300].reason in {"userRateLimitExceeded", "rateLimitExceeded"}
    assert answers[300].json["error"]["errors"][0]["domain"] == "usageLimits"
    assert sim.meter.refused == 1


async def test_too_many_at_once_are_refused(desk, sim):
    sim.meter.quota = Quota(user_per_minute=10_000, at_once=3)
    for _ in range(3):
        sim.meter.enter(ADA)
    refused = await desk.gmail("GET", "/profile")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert (await desk.gmail("GET", "/profile", subject=BEN)).status == 200
    sim.meter.leave(ADA)
    assert (await desk.gmail("GET", "/profile")).status == 200
    assert sim.meter.under_way == {ADA: 2}
    assert (sim.meter.most_at_once, sim.meter.refused) == (3, 1)
