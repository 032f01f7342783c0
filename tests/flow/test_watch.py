import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Gone, Throttled, Unreachable
from mailkeep.decide.nouns import Act
from mailkeep.flow.hands import by_hand
from mailkeep.flow.notice import Step
from mailkeep.flow.watch import watch
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Mailbox

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
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert house.store.summary().tenants[0].mails == 2


async def until(heard, step):
    async with asyncio.timeout(20):
        while (await heard.get()).step is not step:
            pass
