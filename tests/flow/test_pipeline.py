from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.decide.nouns import Act, Label
from mailkeep.flow.notice import Step
from mailkeep.flow.pipeline import Fetched, manner_of, walk_page
from mailkeep.flow.walk import walking
from mailkeep.store.nouns import Bookmark


async def walk_once(house, heard, bookmark=None, act=False):
    async with walking(house, "corp", heard.append) as walk:
        mailbox = walk.mailboxes[0]
        mark = house.store.begin("corp", mailbox.id, since=None, begun_at=bookmark and bookmark.begun_at)
        page = await walk.connector.fetch(mailbox, None, limit=50)
        return await walk_page(walk, mailbox, Fetched(page, [None] * len(page.deliveries)), mark, act=act)


@pytest.fixture
def full(post):
    for number in range(3):
        post.post("ada", letter(number), at=START + timedelta(hours=number))
    post.post("ada", phish(5), at=START + timedelta(hours=5))
    return post


async def test_a_page_becomes_verdicts_intents_learning_and_a_cursor(full, house, heard):
    kept = await walk_once(house, heard)
    assert [mail.verdict.label for mail in kept] == [Label.CLEAN] * 3 + [Label.MALICIOUS]
    assert [action.act for action in kept[3].actions] == [Act.QUARANTINE]
    assert house.store.summary().due == {"act": 1}
    assert house.store.begin("corp", "ada", since=None, begun_at=None).cursor == "4"
    assert list(house.store.shelf("corp").scan("sender"))
    assert full.deeds == []


async def test_every_step_is_said_and_only_unclean_mail_is_reported(full, house, heard):
    await walk_once(house, heard)
    steps = [note.step for note in heard]
    assert steps == [Step.FETCHED, *[Step.JUDGED] * 4, Step.KEPT, Step.REPORTED]
    assert heard[-1].report.verdict.label is Label.MALICIOUS


async def test_a_page_walked_again_judges_nothing_anew(full, house, heard):
    first = await walk_once(house, heard)
    assert await walk_once(house, heard) == ()
    assert len(first) == house.store.summary().tenants[0].mails


async def test_an_attack_is_not_learned(post, house, heard):
    post.post("ada", phish(5), at=START)
    await walk_once(house, heard)
    kinds = {key[1] for key, _ in house.store.shelf("corp").scan("sender")}
    assert not any("micros0ft" in sender for sender in kinds)


async def test_what_lay_there_before_the_scan_is_looked_at_again_and_not_touched(full, house, heard):
    kept = await walk_once(house, heard, Bookmark(begun_at=START + timedelta(days=1)))
    assert kept[3].look_again
    assert kept[3].actions == ()
    assert house.store.summary().due == {"look": 1}


async def test_in_a_dry_house_every_intent_is_dry(full, house, heard):
    dry = type(house)(store=house.store, tenants=house.tenants, bench=house.bench, clock=house.clock, dry_run=True)
    kept = await walk_once(dry, heard)
    assert [action.dry for action in kept[3].actions] == [True]
    assert house.store.summary().ended == {"dry": 1}


def test_only_mail_from_before_the_scan_is_the_past(post):
    ref = post.post("ada", letter(1), at=START)
    delivery = next(each for each in post.mails["ada"] if each.ref == ref)
    assert not manner_of(delivery, Bookmark(), act=False).asleep
    assert not manner_of(delivery, Bookmark(begun_at=START), act=False).asleep
    assert manner_of(delivery, Bookmark(begun_at=START + timedelta(seconds=1)), act=True).asleep
