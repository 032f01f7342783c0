import asyncio
from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
from tests.flow.pushing import Pushbox
from tests.postbox import Postbox

from mailkeep.connect.grants import Expiry, Granted, Tier
from mailkeep.connect.port import ConsentLost, Refused, Throttled, Unreachable
from mailkeep.connect.vitals import Vitals
from mailkeep.flow.alarms import Guard, guard
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import walking
from mailkeep.store.due import LIVE_LANE, Claim, Owed
from mailkeep.store.sql import ms, put
from mailkeep.store.subscriptions import Promise
from mailkeep.store.tables import LATENCY, MESSAGE

NAMES = ("ada", "ben", "cy", "dan")
TEN = timedelta(seconds=10)


@pytest.fixture
def post(clock):
    return Pushbox(*NAMES, clock=clock)


@pytest.fixture
async def guarding(house, post, heard):
    async with walking(house, "corp", heard.append) as walk:
        yield Guard(walk)


def standing(guarding):
    return sorted((each.kind, each.about) for each in guarding.walk.house.store.troubles())


def told(heard):
    return [note.step for note in heard if note.step in {Step.TROUBLE, Step.CLEARED}]


async def looks(guarding, clock, seconds=50):
    """Everything the guard sees in less than a minute."""
    for _ in range(seconds // 10):
        await guarding.look()
        clock.at += TEN


def down(post, trouble):
    """From now on the provider answers nothing else."""

    async def refuse(*_args, **_more):
        raise trouble

    post.listed, post.up = refuse, post.listed


async def test_nothing_is_told_where_all_is_well(guarding, clock, heard):
    await looks(guarding, clock)
    assert (standing(guarding), heard, guarding.walk.outage) == ([], [], "")


async def test_a_provider_that_is_down_is_one_alarm_within_a_minute_and_over_by_itself(guarding, post, clock, heard):
    down(post, Unreachable("no answer"))
    store = guarding.walk.house.store
    for mailbox in guarding.walk.mailboxes:
        guarding.walk.meet_trouble(mailbox, "unreachable", "no answer")
    heard.clear()
    await looks(guarding, clock)
    guarding.walk.meet_trouble(guarding.walk.mailboxes[0], "unreachable", "no answer")
    assert standing(guarding) == [("provider-down", "corp")]
    assert told(heard) == [Step.TROUBLE]
    assert heard[0].says == "corp: none of 3 mailboxes can be reached: no answer"
    assert store.troubles()[0].times >= 3
    post.listed = post.up
    await guarding.look()
    assert (standing(guarding), guarding.walk.outage) == ([], "")
    assert told(heard) == [Step.TROUBLE, Step.CLEARED]


async def test_one_silent_moment_is_no_outage(guarding, post, clock):
    post.trouble["listed"] = [Unreachable("no answer")] * 3
    await looks(guarding, clock)
    assert standing(guarding) == []


async def test_a_provider_that_says_nothing_at_all_is_not_waited_for(guarding, post):
    async def silent(*_args):
        await asyncio.Event().wait()

    post.listed = silent
    guarding.answer_s = 0.01
    await guarding.look()
    await guarding.look()
    assert standing(guarding) == [("provider-down", "corp")]
    post.line = Vitals(waiting_since=guarding.walk.house.clock())
    await guarding.look()
    assert standing(guarding) == []


async def test_one_mailbox_that_cannot_be_reached_is_no_outage(guarding, post, clock):
    listed = post.listed

    async def choosy(mailbox, since):
        if mailbox.id == "ada":
            raise ConsentLost("ada: not ours.")
        return await listed(mailbox, since)

    post.listed = choosy
    await looks(guarding, clock, 100)
    assert standing(guarding) == []


@pytest.mark.parametrize("answer", [Refused("disabled"), Throttled("slow down", 5.0)])
async def test_a_refusal_is_an_answer(guarding, post, clock, answer):
    down(post, answer)
    await looks(guarding, clock)
    assert standing(guarding) == []


async def test_a_revoked_consent_is_told_of_at_once_and_over_when_it_is_given_again(guarding, post, heard):
    down(post, ConsentLost("corp: the application has no consent any more. Have an administrator consent again."))
    await guarding.look()
    assert standing(guarding) == [("consent-lost", "corp")]
    assert guarding.walk.outage.startswith("corp: the application has no consent")
    post.listed = post.up
    await guarding.look()
    assert (standing(guarding), guarding.walk.outage) == ([], "")
    assert told(heard) == [Step.TROUBLE, Step.CLEARED]


def a_grant(post, *permissions, tier=Tier.REMEDIATE, ends=None):
    expiries = (Expiry(what="client secret", name="x.secret", at=ends),) if ends else ()
    post.grants = (Granted(tier=tier, app="app-1", permissions=frozenset(permissions), expiries=expiries),)


async def test_a_tier_that_lost_a_permission_is_told_of_until_it_has_it_again(guarding, post, clock):
    a_grant(post, "Mail.ReadWrite", "User.Read.All")
    await looks(guarding, clock)
    assert standing(guarding) == []
    a_grant(post, "User.Read.All")
    await looks(guarding, clock)
    assert standing(guarding) == [("consent-lost", "remediate")]
    a_grant(post, "Mail.ReadWrite", "User.Read.All")
    await looks(guarding, clock)
    assert standing(guarding) == []


async def test_a_registration_whose_token_is_refused_is_told_of(guarding, post, clock):
    post.trouble["granted"] = [ConsentLost("tier remediate: the client secret has expired.")]
    await guarding.look()
    assert standing(guarding) == [("consent-lost", "corp grants")]
    await looks(guarding, clock)
    assert standing(guarding) == []


async def test_an_expired_secret_is_told_of_on_its_day(guarding, post, clock):
    a_grant(post, "Mail.Read", ends=clock.at + timedelta(minutes=2))
    await looks(guarding, clock)
    assert standing(guarding) == []
    clock.at += timedelta(minutes=2)
    await looks(guarding, clock)
    assert standing(guarding) == [("secret-expired", "remediate")]


async def test_quota_and_clock_are_read_off_the_line(guarding, post, clock):
    post.line = Vitals(waiting_since=clock.at, skew_s=80.0)
    await looks(guarding, clock)
    assert standing(guarding) == [("clock-skew", "corp"), ("quota-exhausted", "corp")]
    post.line = Vitals(skew_s=1.0)
    await guarding.look()
    assert standing(guarding) == []


async def test_mail_that_was_heard_of_and_is_not_read_is_a_stalled_feed(guarding, clock):
    store = guarding.walk.house.store
    store.due.publish([Owed(lane=LIVE_LANE, job="j", tenant="corp", key="ada", refs=("x",), at=clock.at)])
    await guarding.look()
    assert standing(guarding) == []
    await looks(guarding, clock)
    assert standing(guarding) == [("feed-stalled", "corp")]


def put_off(store, clock, *mailboxes):
    """Mail of these that the provider will not give now, nor for an hour."""
    for name in mailboxes:
        store.due.publish([Owed(lane=LIVE_LANE, job=name, tenant="corp", key=name, refs=("x",), at=clock.at)])
        claim = Claim(lane=LIVE_LANE, owner="o", at=clock.at, most=1, lease_s=9, tenant="corp", jobs=(name,))
        store.due.retry(*store.due.claim(claim), clock.at + timedelta(hours=1), counted=False)


async def test_mail_that_is_put_off_again_and_again_is_a_stalled_feed_unless_other_mail_is_read(guarding, clock):
    put_off(guarding.walk.house.store, clock, "ada", "ben")
    await looks(guarding, clock)
    guarding.walk.kept_at = clock.at
    await guarding.look()
    assert standing(guarding) == []
    await looks(guarding, clock, 60)
    assert standing(guarding) == [("feed-stalled", "corp")]


async def test_one_mail_that_cannot_be_had_is_no_stalled_feed(guarding, clock):
    put_off(guarding.walk.house.store, clock, "ada")
    await looks(guarding, clock, 60)
    assert standing(guarding) == []


async def test_subscriptions_that_tell_nothing_are_dead(guarding, clock):
    store, made = guarding.walk.house.store, clock.at
    week = made + timedelta(days=7)
    store.subscriptions.keep(Promise(tenant="corp", mailbox="ada", id="s", secret="x", expires_at=week, made_at=made))
    message = {
        "tenant": "corp", "mailbox": "ada", "folder": "INBOX", "address": "", "digest": "", "twin": "",
        "message_id": "", "received_at": ms(made), "way": "", "subject": "", "sender": "", "recipients": b"", "sent": False,
    }  # fmt: skip
    times = {"tenant": "corp", "delivered_at": ms(made + TEN), "fetched_at": ms(made), "judged_at": ms(made + TEN)}
    with store.writing() as connection:
        put(connection, MESSAGE, [{**message, "id": str(n), "ref": str(n)} for n in range(4)])
        put(connection, LATENCY, [{**times, "message": str(n)} for n in range(4)])
    await looks(guarding, clock)
    assert standing(guarding) == []
    clock.at += timedelta(minutes=3)
    await guarding.look()
    assert standing(guarding) == [("subscription-dead", "ada")]
    store.subscriptions.keep(msgspec.structs.replace(store.subscriptions.by_id("s"), made_at=clock.at))
    await guarding.look()
    assert standing(guarding) == []


async def test_alarms_of_an_earlier_run_are_over_when_they_are(guarding, clock):
    guarding.walk.house.store.note_trouble("corp", "corp", "provider-down", "no answer", clock())
    guarding.walk.house.store.note_trouble("corp", "ada", "consent-lost", "ada: not ours", clock())
    guarding.walk.house.store.note_trouble("other", "other", "provider-down", "no answer", clock())
    await guarding.look()
    assert standing(guarding) == [("consent-lost", "ada"), ("provider-down", "other")]


async def test_mailboxes_that_are_no_apis_are_listed_once_a_minute_while_all_is_well(house, clock, heard):
    plain = Postbox(*NAMES)
    listed, asked = plain.listed, []

    async def listing(mailbox, since):
        asked.append(mailbox.id)
        return await listed(mailbox, since)

    plain.listed = listing
    async with walking(house, "corp", heard.append) as walk:
        walk.connector = plain
        guarding = Guard(walk)
        await looks(guarding, clock, 40)
        assert len(asked) == 1
        down(plain, Unreachable("no answer"))
        clock.at += timedelta(seconds=60)
        await looks(guarding, clock, 20)
        assert standing(guarding) == [("provider-down", "corp")]


async def test_the_guard_looks_until_it_is_stopped(guarding, post):
    listed, asked = post.listed, asyncio.Event()

    async def listing(mailbox, since):
        asked.set()
        return await listed(mailbox, since)

    post.listed = listing
    task = asyncio.create_task(guard(guarding.walk))
    async with asyncio.timeout(20):
        await asked.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
