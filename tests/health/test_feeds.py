from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailkeep.connect.grants import Expiry, Granted, Tier
from mailkeep.connect.vitals import Vitals
from mailkeep.health.feeds import Kind, deaf, flow_of, grants, line
from mailkeep.store.coverage import Coverage

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
READ = frozenset({"Mail.Read"})


def kinds(alarms):
    return [alarm.kind for alarm in alarms]


def test_a_line_that_answers_at_once_and_keeps_our_time_is_fine():
    assert kinds(line("corp", Vitals(), NOW)) == []
    well = Vitals(last_answer_at=NOW, unanswered_since=NOW - 5 * SECOND, waiting_since=NOW - 5 * SECOND, skew_s=-50.0)
    assert kinds(line("corp", well, NOW)) == []


def test_a_provider_that_leaves_everything_unanswered_is_down_within_a_minute():
    silent = Vitals(unanswered_since=NOW)
    assert kinds(line("corp", silent, NOW + 30 * SECOND)) == []
    assert kinds(line("corp", silent, NOW + 45 * SECOND)) == [Kind.PROVIDER_DOWN]


def test_a_quota_is_exhausted_when_all_live_requests_wait_or_a_daily_limit_is_used_up():
    assert kinds(line("corp", Vitals(waiting_since=NOW), NOW + 35 * SECOND)) == [Kind.QUOTA_EXHAUSTED]
    used_up = Vitals(waiting_since=NOW - MINUTE, exhausted_until=NOW + 60 * MINUTE)
    (alarm,) = line("corp", used_up, NOW)
    assert alarm.says.startswith("corp: a limit of the provider is used up until 2026-03-02 10:30 UTC.")
    assert kinds(line("corp", Vitals(exhausted_until=NOW - SECOND), NOW)) == []


def test_clocks_that_differ_by_more_than_a_minute_are_told_of_with_the_direction():
    (behind,) = line("corp", Vitals(skew_s=75.4), NOW)
    (ahead,) = line("corp", Vitals(skew_s=-90.0), NOW)
    assert behind.says.startswith("corp: our clock is 75 s behind the provider's.")
    assert ahead.says.startswith("corp: our clock is 90 s ahead of the provider's.")


def a_grant(permissions=READ, ends=NOW + 60 * MINUTE):
    expiry = Expiry(what="client secret", name="observe.secret", at=ends)
    return Granted(tier=Tier.OBSERVE, app="app-1", permissions=permissions, expiries=(expiry,))


def test_a_secret_past_its_day_is_expired():
    assert kinds(grants([a_grant()], {}, NOW)) == []
    (alarm,) = grants([a_grant(ends=NOW)], {}, NOW)
    assert (alarm.kind, alarm.about) == (Kind.SECRET_EXPIRED, "observe")
    assert "the client secret observe.secret of app-1 ended on 2026-03-02" in alarm.says


def test_a_permission_that_was_there_before_or_none_at_all_is_a_lost_consent():
    before = {Tier.OBSERVE: READ | {"User.Read.All"}}
    (alarm,) = grants([a_grant()], before, NOW)
    assert (alarm.kind, alarm.about) == (Kind.CONSENT_LOST, "observe")
    assert "app-1 has lost User.Read.All" in alarm.says
    (none,) = grants([a_grant(frozenset())], {}, NOW)
    assert "app-1 has lost every permission" in none.says


def a_coverage(newest):
    return Coverage(
        promised=1,
        covered=1,
        oldest_at=newest,
        newest_at=newest,
        listed=0,
        healed=0,
        missing=0,
        missing_since=None,
    )


def test_mail_that_was_heard_of_and_waits_is_a_stalled_feed():
    fresh, long_ago = a_coverage(NOW - 2 * MINUTE), NOW - 60 * MINUTE
    assert kinds(flow_of("corp", (0, None), fresh, long_ago, NOW)) == []
    assert kinds(flow_of("corp", (3, NOW - 20 * SECOND), fresh, long_ago, NOW)) == []
    (alarm,) = flow_of("corp", (3, NOW - 50 * SECOND), fresh, long_ago, NOW)
    assert (alarm.kind, alarm.about) == (Kind.FEED_STALLED, "corp")
    assert alarm.says.startswith("corp: 3 mails that were heard of are not read")


def test_proof_that_stopped_is_a_stalled_feed_but_not_just_after_the_start():
    old, long_ago = a_coverage(NOW - 6 * MINUTE), NOW - 60 * MINUTE
    assert kinds(flow_of("corp", (0, None), old, long_ago, NOW)) == [Kind.FEED_STALLED]
    assert kinds(flow_of("corp", (0, None), old, NOW - MINUTE, NOW)) == []
    assert kinds(flow_of("corp", (9, NOW - 9 * MINUTE), old, NOW - SECOND, NOW)) == []


def test_one_lost_notice_is_no_dead_subscription_and_four_in_a_row_are():
    assert kinds(deaf("corp", {"ada": 3}, {})) == []
    (alarm,) = deaf("corp", {"ada": 4, "ben": 1}, {"ada": "ada@corp.example"})
    assert (alarm.kind, alarm.about) == (Kind.SUBSCRIPTION_DEAD, "ada")
    assert alarm.says.startswith("ada@corp.example: 4 mails came")


def test_many_deaf_mailboxes_are_one_alarm():
    (alarm,) = deaf("corp", {f"m{number}": 4 for number in range(6)}, {})
    assert alarm.about == "corp"
    assert "no notices come of 6 subscribed mailboxes" in alarm.says


def test_every_kind_is_explained_on_one_page():
    page = (Path(__file__).parents[2] / "docs" / "alarms.md").read_text(encoding="utf-8")
    assert [kind.value for kind in Kind if f"| `{kind}` |" not in page] == []
