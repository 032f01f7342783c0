import asyncio
import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from tests.flow.pushing import WEEK, Pushbox

from mailkeep.connect.port import SEALED, Hook, Seal, Throttled, Unreachable
from mailkeep.flow.notice import Step
from mailkeep.flow.subscriptions import MADE_A_TURN, MOST_AWAY_S, Subscriber, keep_subscribed, renewal
from mailkeep.flow.walk import walking
from mailkeep.store.due import Claim, Owed
from mailkeep.store.subscriptions import LIFE_LANE

HOOK = Hook(url="https://mail.example/notices", lifecycle_url="https://mail.example/life")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(clock):
    return Pushbox("ada", "ben", clock=clock)


@pytest.fixture
async def subscriber(house, post, heard):
    tenant = replace(house.tenants["corp"], hook=HOOK)
    pushed = type(house)(store=house.store, tenants={"corp": tenant}, bench=house.bench, clock=house.clock)
    async with walking(pushed, "corp", heard.append) as walk:
        yield Subscriber(walk=walk, connector=post, hook=HOOK)


def kept(subscriber):
    return subscriber.walk.house.store.subscriptions.of_tenant("corp")


def reads_owed(subscriber):
    store = subscriber.walk.house.store
    claim = Claim(lane="live", owner="test", at=subscriber.walk.house.clock(), most=50, lease_s=1.0)
    return sorted((row.key, row.refs) for row in store.due.claim(claim))


def live(subscriber, mailbox, event):
    owed = Owed(lane=LIFE_LANE, job=event, tenant="corp", key=mailbox, refs=(event,), at=subscriber.walk.house.clock())
    subscriber.walk.house.store.due.publish([owed])


async def test_every_mailbox_gets_a_promise_with_a_secret_of_its_own_that_is_kept_nowhere(subscriber, post):
    await subscriber.turn()
    assert {promise.mailbox for promise in kept(subscriber).values()} == {"ada", "ben"}
    secrets = [hook.secret for hook in post.hooks]
    assert len(set(secrets)) == 2
    assert all(32 <= len(secret) <= 128 for secret in secrets)
    assert {hook.url for hook in post.hooks} == {HOOK.url}
    assert {promise.secret for promise in kept(subscriber).values()} == {
        hashlib.sha256(secret.encode()).hexdigest() for secret in secrets
    }
    assert reads_owed(subscriber) == [("ada", ()), ("ben", ())]
    await subscriber.turn()
    assert len(post.hooks) == 2


async def test_a_promise_is_renewed_between_three_fifths_and_three_quarters_of_its_life(subscriber, post, clock):
    await subscriber.turn()
    before = kept(subscriber)
    clock.at += WEEK * 0.59
    await subscriber.turn()
    assert kept(subscriber) == before
    clock.at += WEEK * 0.17
    await subscriber.turn()
    assert all(each.expires_at - clock.at > WEEK - MINUTE for each in kept(subscriber).values())
    assert [each.id for each in kept(subscriber).values()] == [each.id for each in before.values()]
    assert len(post.hooks) == 2


async def test_renewals_are_spread(subscriber):
    await subscriber.turn()
    promise = kept(subscriber)["ada"]
    life = promise.expires_at - promise.made_at
    parts = [
        (renewal(msgspec.structs.replace(promise, id=f"s{number}")) - promise.made_at) / life for number in range(500)
    ]
    assert 0.60 <= min(parts) < 0.61
    assert 0.74 < max(parts) <= 0.75


async def test_a_promise_that_ran_out_is_made_anew_and_the_mailbox_read(subscriber, post, clock):
    await subscriber.turn()
    reads_owed(subscriber)
    clock.at += 2 * WEEK
    post.standing.clear()
    await subscriber.turn()
    assert sorted(each.id for each in kept(subscriber).values()) == ["s3", "s4"]
    assert reads_owed(subscriber) == [("ada", ()), ("ben", ())]


async def test_a_promise_gone_at_its_renewal_is_made_anew(subscriber, post, clock):
    await subscriber.turn()
    clock.at += WEEK * 0.8
    post.standing.clear()
    subscriber.checked_at = clock.at
    await subscriber.turn()
    assert {each.id for each in kept(subscriber).values()} == {"s3", "s4"}


async def test_one_that_stands_in_the_way_is_found_and_replaced(subscriber, post):
    post.standing["lost"] = msgspec.structs.replace(await post.subscribe(subscriber.walk.mailboxes[0], HOOK), id="lost")
    post.standing.pop("s1")
    await subscriber.turn()
    assert "lost" not in post.standing
    assert set(kept(subscriber)) == {"ada", "ben"}


async def test_one_dropped_without_a_word_is_noticed_within_a_minute_told_of_and_made_anew(
    subscriber, post, clock, heard
):
    await subscriber.turn()
    clock.at += 5 * MINUTE
    await subscriber.turn()
    post.standing.pop(kept(subscriber)["ben"].id)
    clock.at += timedelta(seconds=45)
    await subscriber.turn()
    assert [note.says for note in heard if note.step is Step.TROUBLE] == [
        "corp: subscriptions that the provider dropped without a word: 1. They are made anew."
    ]
    assert kept(subscriber)["ben"].id == "s3"
    assert subscriber.walk.house.store.subscriptions.counts("corp") == {"dropped": 1}
    assert subscriber.walk.house.store.troubles() == []


async def test_lifecycle_notices_are_lived_through(subscriber, post, clock):
    await subscriber.turn()
    before = kept(subscriber)
    reads_owed(subscriber)
    clock.at += 30 * MINUTE
    live(subscriber, "ada", "reauthorizationRequired")
    post.standing.pop(before["ben"].id)
    subscriber.checked_at = clock.at
    live(subscriber, "ben", "subscriptionRemoved")
    await subscriber.turn()
    assert kept(subscriber)["ada"].expires_at > before["ada"].expires_at
    assert kept(subscriber)["ben"].id == "s3"
    assert reads_owed(subscriber) == [("ada", ()), ("ben", ())]


async def test_missed_notices_and_unknown_words_lead_to_a_read(subscriber):
    for event in ("missed", "somethingNew"):
        await subscriber.turn()
        for row in subscriber.walk.house.store.due.claim(
            Claim(lane="live", owner="t", at=subscriber.walk.house.clock(), most=50, lease_s=1.0)
        ):
            subscriber.walk.house.store.due.done(row)
        live(subscriber, "ada", event)
        await subscriber.turn()
        assert reads_owed(subscriber) == [("ada", ())]


async def test_a_promise_just_renewed_is_not_renewed_again(subscriber, post):
    await subscriber.turn()
    before = kept(subscriber)
    live(subscriber, "ada", "reauthorizationRequired")
    await subscriber.turn()
    assert kept(subscriber) == before


async def test_a_disabled_mailbox_does_not_stop_the_others_and_is_told_of(subscriber, post, clock):
    post.refused = {"ada"}
    await subscriber.turn()
    assert set(kept(subscriber)) == {"ben"}
    clock.at += 2 * MINUTE
    await subscriber.turn()
    (trouble,) = subscriber.walk.house.store.troubles()
    assert (trouble.kind, trouble.about) == ("not-subscribed", "ada")
    post.refused = set()
    clock.at += timedelta(hours=1)
    await subscriber.turn()
    assert set(kept(subscriber)) == {"ada", "ben"}
    assert subscriber.walk.house.store.troubles() == []


async def test_a_provider_that_is_slow_or_down_is_asked_again_later(subscriber, post, clock):
    post.trouble["subscribe"] = [Throttled("slow down", 300.0), Unreachable("no answer")]
    await subscriber.turn()
    assert kept(subscriber) == {}
    clock.at += 2 * MINUTE
    await subscriber.turn()
    assert set(kept(subscriber)) == {"ben"}
    clock.at += 4 * MINUTE
    await subscriber.turn()
    assert set(kept(subscriber)) == {"ada", "ben"}
    assert subscriber.walk.house.store.troubles() == []


async def test_where_nobody_was_reached_the_next_try_never_lies_far_off(subscriber, post, clock):
    post.trouble["subscribe"] = [Unreachable("our door is closed")] * 40
    for _ in range(20):
        await subscriber.turn()
        clock.at += timedelta(seconds=MOST_AWAY_S)
    assert not post.trouble["subscribe"]
    await subscriber.turn()
    assert set(kept(subscriber)) == {"ada", "ben"}


async def test_a_dead_one_is_replaced_once_an_alarm_names_it(subscriber, post, clock):
    await subscriber.turn()
    clock.at += 20 * MINUTE
    subscriber.walk.house.store.note_trouble("corp", "ada", "subscription-dead", "deaf", clock())
    await subscriber.turn()
    assert kept(subscriber)["ada"].id == "s3"
    assert {each.id for each in post.standing.values()} == {"s2", "s3"}
    await subscriber.turn()
    assert kept(subscriber)["ada"].id == "s3"


async def test_the_promise_of_a_mailbox_that_went_is_ended(subscriber, post):
    await subscriber.turn()
    post.names = ("ada",)
    await subscriber.walk.list_again()
    await subscriber.turn()
    assert set(kept(subscriber)) == {"ada"}
    assert [each.mailbox for each in post.standing.values()] == ["ada"]


async def test_many_promises_are_made_at_a_bounded_rate(subscriber, post):
    post.names = tuple(f"m{number}" for number in range(150))
    await subscriber.walk.list_again()
    await subscriber.turn()
    assert len(kept(subscriber)) == MADE_A_TURN
    await subscriber.turn()
    assert len(kept(subscriber)) == 150


async def test_nothing_is_asked_while_the_provider_is_out_of_reach(subscriber, post):
    subscriber.walk.outage = "no answer"
    await subscriber.turn()
    assert post.hooks == []


async def test_promises_are_kept_until_the_walk_ends_and_not_at_all_without_an_address_of_ours(subscriber, post):
    task = asyncio.create_task(keep_subscribed(subscriber.walk))
    subscribe, asked = post.subscribe, asyncio.Queue()

    async def subscribing(mailbox, hook):
        asked.put_nowait(mailbox.id)
        return await subscribe(mailbox, hook)

    post.subscribe = subscribing
    async with asyncio.timeout(20):
        assert {await asked.get(), await asked.get()} == {"ada", "ben"}
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    subscriber.walk.tenant = replace(subscriber.walk.tenant, hook=None)
    await keep_subscribed(subscriber.walk)


SEAL = Seal(id="one", certificate="a certificate")


async def seal_with(subscriber, seal):
    """As after a new start with another setting."""
    subscriber.hook = msgspec.structs.replace(HOOK, seal=seal)
    subscriber.resealed.clear()
    subscriber.walk.house.clock.at += MINUTE
    await subscriber.turn()


async def test_the_secret_of_a_sealed_promise_says_that_its_notices_must_be_sealed(subscriber, post):
    subscriber.hook = msgspec.structs.replace(HOOK, seal=SEAL)
    await subscriber.turn()
    assert all(hook.secret.startswith(SEALED) and len(hook.secret) > 40 for hook in post.hooks)
    assert {each.seal for each in post.standing.values()} == {"one"}


async def test_promises_are_made_anew_once_the_seal_is_another(subscriber, post):
    await subscriber.turn()
    for seal in (SEAL, Seal(id="two", certificate="another"), None):
        await seal_with(subscriber, seal)
        assert {each.seal for each in post.standing.values()} == {seal.id if seal else ""}
        assert {each.id for each in kept(subscriber).values()} == set(post.standing)
    assert len(post.hooks) == 8
    assert post.hooks[-1].secret.startswith(SEALED) is False


async def test_a_provider_that_does_not_tell_of_seals_is_not_asked_for_new_promises_for_ever(subscriber, post, clock):
    subscriber.hook = msgspec.structs.replace(HOOK, seal=SEAL)
    await subscriber.turn()
    for _ in range(4):
        for name, each in post.standing.items():
            post.standing[name] = msgspec.structs.replace(each, seal="")
        clock.at += 2 * MINUTE
        await subscriber.turn()
    assert len(post.hooks) == 4
