"""Reading on from a cursor, and what a kill -9 at any step leaves behind."""

import asyncio
import random
import time
from itertools import count

import pytest
from tests.flow.company import letter
from tests.flow.killing import ATTACKS, BOXES, LETTERS, Scene

from mailkeep.act.nouns import Ended
from mailkeep.connect.port import ConsentLost, Page, Throttled, Unreachable
from mailkeep.decide.nouns import Label
from mailkeep.flow.clawback import undo
from mailkeep.flow.reading import open_bookmark, read_mailbox, trouble_kind
from mailkeep.flow.walk import walking

MAILS = len(BOXES) * (LETTERS + ATTACKS)
PULLED = len(BOXES) * ATTACKS


def assert_whole(scene, house, verb):
    """Nothing unscanned, nothing lost, nothing done twice, every deed receipted once, the cursors at the end."""
    store = house.store
    (tenant,) = store.summary().tenants
    assert (tenant.mails, tenant.caught_up) == (MAILS, len(BOXES))
    assert tenant.labels == {Label.CLEAN: len(BOXES) * LETTERS, Label.MALICIOUS: PULLED}
    marks = [store.begin("corp", box, since=None, begun_at=None) for box in BOXES]
    found_by_reading = 0 if verb == "notices" else LETTERS + ATTACKS
    assert [mark.mails for mark in marks] == [found_by_reading] * len(BOXES)
    assert len(scene.files()) == MAILS
    assert len(scene.pulled()) == PULLED
    assert sorted(scene.deeds()) == sorted(set(scene.deeds()))
    assert len(scene.deeds()) <= PULLED  # a kill may come between a deed and its line in our log
    summary = store.summary()
    assert (summary.due, summary.dead) == ({}, 0)
    assert sum(summary.ended.values()) == PULLED
    assert set(summary.ended) <= {Ended.DONE, Ended.ALREADY}
    for report in store.reports(labels=(Label.MALICIOUS,)):
        (action,) = report.actions
        assert (action.undo.folder, action.undo.flags) == ("INBOX", {"seen", "flagged"})
        assert len(report.receipts) == 1


def a_scene(folder, verb):
    scene = Scene(folder)
    if verb == "notices":
        scene.tell()
    return scene


@pytest.mark.parametrize("verb", ["watch", "scan", "notices"])
def test_killed_at_every_step_of_the_corridor_nothing_is_lost_and_nothing_done_twice(tmp_path, verb):
    untouched = a_scene(tmp_path / "untouched", verb)
    assert untouched.walk(verb=verb) == 0
    learned = untouched.learned(untouched.house())
    for step in count(1):
        scene = a_scene(tmp_path / f"killed at {step}", verb)
        killed = scene.walk(kill_at=step, verb=verb)
        assert scene.walk(verb=verb) == 0
        house = scene.house()
        assert_whole(scene, house, verb)
        assert scene.learned(house) == learned
        house.store.close()
        if killed == 0:
            break
    assert step > 16


def test_killed_again_and_again_at_any_moment_the_work_still_gets_done_once(tmp_path):
    scene, chance, lives = Scene(tmp_path), random.Random(7), 0
    while True:
        child = scene.start()
        child.join(timeout=chance.uniform(0.02, 0.35) + lives * 0.02)
        if child.exitcode is not None:
            assert child.exitcode == 0
            break
        child.kill()
        child.join()
        lives += 1
    house = scene.house()
    assert_whole(scene, house, "watch")


async def test_after_a_kill_between_deed_and_receipt_the_campaign_still_comes_back_exactly(tmp_path):
    scene = next(killed for step in count(1) if (killed := _killed_between_deed_and_receipt(tmp_path, step)))
    assert scene.walk() == 0
    house = scene.house()
    assert house.store.summary().ended == {"already": 1, "done": PULLED - 1}
    for campaign in house.store.campaigns():
        receipts = await undo(house, campaign.id, by="ann")
        assert {receipt.ended for receipt in receipts} == {Ended.DONE}
    assert scene.pulled() == []
    assert {path.name for path in scene.files()} == scene.names
    house.store.close()


def _killed_between_deed_and_receipt(tmp_path, step):
    """A scene killed at this step, if that left a deed that is done and has no receipt."""
    scene = Scene(tmp_path / str(step))
    assert scene.walk(kill_at=step) == -9
    house = scene.house()
    receipts = sum(house.store.summary().ended.values())
    house.store.close()
    return scene if len(scene.deeds()) > receipts else None


async def test_pages_follow_each_other_to_the_end(post, house, heard):
    for number in range(230):
        post.post("ada", letter(number))
    async with walking(house, "corp", heard.append) as walk:
        mark = open_bookmark(walk, walk.mailboxes[0], since=None, begun_at=None)
        sizes = [len(kept) async for kept in read_mailbox(walk, walk.mailboxes[0], mark, act=False)]
    assert sizes == [100, 100, 30]


async def test_what_cannot_be_read_is_named_and_the_rest_goes_on(post, house, heard):
    post.post("ada", letter(1))
    fetch = post.fetch

    async def torn(mailbox, cursor, *, limit, since=None):
        page = await fetch(mailbox, cursor, limit=limit, since=since)
        return Page(
            deliveries=page.deliveries, cursor=page.cursor, more=page.more, skipped=(("x.mbox", "ends mid-mail"),)
        )

    post.fetch = torn
    async with walking(house, "corp", heard.append) as walk:
        mark = open_bookmark(walk, walk.mailboxes[0], since=None, begun_at=None)
        assert [len(kept) async for kept in read_mailbox(walk, walk.mailboxes[0], mark, act=False)] == [1]
        assert walk.skipped == [("x.mbox", "ends mid-mail")]
    assert [(each.kind, each.about) for each in house.store.troubles()] == [("skipped", "x.mbox")]


async def test_a_provider_that_promises_more_and_never_gives_it_does_not_hold_us(post, house, heard):
    async def endless(mailbox, cursor, *, limit, since=None):
        return Page(deliveries=(), cursor="same", more=True)

    post.fetch = endless
    async with asyncio.timeout(10), walking(house, "corp", heard.append) as walk:
        mark = open_bookmark(walk, walk.mailboxes[0], since=None, begun_at=None)
        pages = [kept async for kept in read_mailbox(walk, walk.mailboxes[0], mark, act=False)]
    assert len(pages) <= 2


async def test_a_provider_that_stays_away_ends_the_mailbox_and_is_noted(post, house, heard):
    away = Unreachable("no answer from mail.corp.example")
    away.retry_after_s = 0.001
    post.trouble["fetch"] = [away] * 5
    started = time.monotonic()
    async with walking(house, "corp", heard.append) as walk:
        mark = open_bookmark(walk, walk.mailboxes[0], since=None, begun_at=None)
        assert [kept async for kept in read_mailbox(walk, walk.mailboxes[0], mark, act=False)] == []
        assert walk.troubles == {"ada": "no answer from mail.corp.example"}
    assert time.monotonic() - started < 5


def test_each_trouble_has_its_kind():
    assert trouble_kind(ConsentLost("")) == "consent-lost"
    assert trouble_kind(Throttled("", 1)) == "throttled"
