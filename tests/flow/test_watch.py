import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Gone, Throttled, Unreachable
from mailkeep.decide.nouns import Act
from mailkeep.flow.hands import by_hand
from mailkeep.flow.notice import Step
from mailkeep.flow.watch import watch, watching
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Mailbox
from mailkeep.store.due import LIVE_LANE, Owed
from mailkeep.store.ledger import ACT_LANE

ADA = Mailbox(id="ada", address="ada@corp.example")


async def test_a_drain_judges_what_is_new_and_pulls_the_attack(post, house):
    post.post("ada", letter(1))
    bad = post.post("ben", phish(2, to="ben"), flags={"seen"})
    summary = await watch(house, "corp", once=True)
    assert (summary.mails, summary.labels, summary.acted) == (2, {"clean": 1, "malicious": 1}, {"done": 1})
    assert post.lies(bad).folder == QUARANTINE_FOLDER
    assert (await watch(house, "corp", once=True)).mails == 0
    assert post.closed == 2


async def test_a_dry_house_touches_nothing(post, house):
    post.post("ada", phish(2))
    dry = type(house)(store=house.store, tenants=house.tenants, bench=house.bench, clock=house.clock, dry_run=True)
    await watch(dry, "corp", once=True)
    assert post.deeds == []
    (report,) = house.store.reports()
    assert [receipt.ended.value for receipt in report.receipts] == ["dry"]


async def test_a_mail_that_a_person_restored_is_left_in_peace(post, house):
    bad = post.post("ada", phish(2))
    await watch(house, "corp", once=True)
    (report,) = house.store.reports()
    await by_hand(house, [report.id], Act.RESTORE, by="ann")
    post.mails["ada"].append(post.mails["ada"][0])
    assert (await watch(house, "corp", once=True)).mails == 0
    assert post.lies(bad).folder == "INBOX"


async def test_a_throttled_deed_is_owed_until_the_provider_allows_it(post, house, clock):
    bad = post.post("ada", phish(2))
    post.trouble["quarantine"] = [Throttled("slow down", 300.0)]
    assert (await watch(house, "corp", once=True)).waiting == 1
    clock.at += timedelta(seconds=301)
    assert (await watch(house, "corp", once=True)).acted == {"done": 1}
    assert post.lies(bad).folder == QUARANTINE_FOLDER


async def test_a_deed_parked_for_a_lost_consent_is_tried_when_a_person_starts_the_watch_again(post, house):
    post.post("ada", phish(2))
    post.trouble["state"] = [ConsentLost("ada: the password is not accepted.")]
    assert (await watch(house, "corp", once=True)).waiting == 1
    assert (await watch(house, "corp", once=True)).acted == {"done": 1}


async def test_a_mail_the_user_removed_meanwhile_is_gone(post, house):
    post.post("ada", phish(2))
    post.trouble["state"] = [Gone("it is not there any more")]
    assert (await watch(house, "corp", once=True)).acted == {"gone": 1}


async def test_only_one_watch_at_a_time_learns_a_tenant(post, house):
    post.post("ada", letter(1))
    busy = asyncio.create_task(watch(house, "corp", once=False))
    await asyncio.sleep(0.2)
    with pytest.raises(OperatorError, match="another mailkeep scan or watch is at work"):
        await watch(house, "corp", once=True)
    busy.cancel()
    with suppress(asyncio.CancelledError):
        await busy
    assert (await watch(house, "corp", once=True)).mails == 0


async def test_news_is_judged_as_it_arrives_and_an_outage_of_the_notices_is_survived(post, house):
    heard: asyncio.Queue = asyncio.Queue()
    task = asyncio.create_task(watch(house, "corp", once=False, notice=heard.put_nowait))
    await until(heard, Step.IDLE)
    bad = post.post("ada", phish(7))
    post.news.put_nowait(ADA)
    await until(heard, Step.RECEIPT)
    assert post.lies(bad).folder == QUARANTINE_FOLDER
    await until(heard, Step.IDLE)
    post.trouble["fetch"] = [Unreachable("no answer")]
    post.trouble["fetch"][0].retry_after_s = 0.01
    post.post("ada", letter(8), at=START)
    post.news.put_nowait(ADA)
    await until(heard, Step.KEPT)
    await ended(task)
    assert house.store.summary().tenants[0].mails == 2


async def test_notices_that_another_process_wrote_down_are_followed_up_without_any_reading(post, house):
    heard: asyncio.Queue = asyncio.Queue()
    task = asyncio.create_task(watch(house, "corp", once=False, notice=heard.put_nowait))
    await until(heard, Step.IDLE)
    post.fetch = None
    bad = post.post("ben", phish(7, to="ben"))
    house.store.due.publish([notice_of(bad, house.clock())])
    await until(heard, Step.RECEIPT)
    assert post.lies(bad).folder == QUARANTINE_FOLDER
    assert {leg.name for leg in house.store.latency.quantiles("corp", START)} >= {
        "notified → judged",
        "notified → confirmed",
    }
    await ended(task)


async def test_a_mailbox_that_a_notice_named_without_its_mail_is_read_at_once(post, house):
    heard: asyncio.Queue = asyncio.Queue()
    async with watching(house, "corp", heard.put_nowait) as watcher:
        task = asyncio.create_task(watcher.go_on())
        await until(heard, Step.IDLE)
        post.post("ada", letter(1))
        owed = Owed(lane=LIVE_LANE, job="corp/ada", tenant="corp", key="ada", refs=(), at=house.clock())
        house.store.due.publish([owed])
        watcher.nudge()
        await until(heard, Step.KEPT)
        assert watcher.summary().mails == 1
        await ended(task)
    assert "notified → judged" in {leg.name for leg in house.store.latency.quantiles("corp", START)}


async def test_what_lies_there_when_a_mailbox_is_first_read_is_not_timed(post, house):
    post.post("ada", letter(1))
    await watch(house, "corp", once=True)
    assert house.store.latency.quantiles("corp", START) == ()
    post.post("ada", letter(2))
    await watch(house, "corp", once=True)
    assert {leg.name: leg.n for leg in house.store.latency.quantiles("corp", START)}["delivered → judged"] == 1


async def test_a_new_mailbox_is_watched_once_the_roll_was_called(post, house):
    heard: asyncio.Queue = asyncio.Queue()
    async with watching(house, "corp", heard.put_nowait) as watcher:
        task = asyncio.create_task(watcher.go_on())
        await until(heard, Step.IDLE)
        post.names, post.mails["cy"] = (*post.names, "cy"), []
        post.post("cy", letter(1, to="cy"))
        watcher.roll.set()
        await until(heard, Step.KEPT)
        await ended(task)


async def test_what_was_parked_for_a_lost_consent_goes_on_by_itself_once_the_consent_is_back(post, house):
    bad = post.post("ada", phish(2))
    async with watching(house, "corp") as watcher:
        post.trouble["state"] = [ConsentLost("ada: the grant was revoked. Consent again.")] * 2
        await watcher.drain()
        assert watcher.summary().waiting == 1
        for _ in range(2):
            watcher.try_parked()
            await watcher.worker.drain(ACT_LANE)
    assert post.lies(bad).folder == QUARANTINE_FOLDER


async def test_other_duties_go_on_for_as_long_as_the_tenant_is_watched(post, house):
    begun = asyncio.Event()

    async def duty(walk):
        assert walk.tenant.name == "corp"
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(watch(house, "corp", once=False, duties=[duty]))
    async with asyncio.timeout(20):
        await begun.wait()
    await ended(task)


async def test_an_operators_error_ends_the_watch_with_the_sentence_itself(post, house):
    async def duty(walk):
        raise OperatorError("the disk is full")

    with pytest.raises(OperatorError, match="the disk is full"):
        await watch(house, "corp", once=False, duties=[duty])


def notice_of(ref, at):
    return Owed(
        lane=LIVE_LANE, job=f"corp/{ref.mailbox}/{ref.id}", tenant="corp", key=ref.mailbox, refs=(ref.id,), at=at
    )


async def ended(task):
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(heard, step):
    async with asyncio.timeout(20):
        while (await heard.get()).step is not step:
            pass
