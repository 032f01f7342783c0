"""Labels are known by what outlives the mailbox."""

import asyncio

from tests.connect.contract import ADA

from mailkeep.connect.gmail.labels import QUARANTINE, SUSPICIOUS
from mailkeep.connect.grants import Tier


async def test_ids_and_marks_are_told_and_what_is_unknown_is_left_out(yard, reader):
    box = yard.workspace.person(ADA).mailbox
    work = box.make_label("Work").id
    book = reader.book(yard.desk())
    assert await book.marks(yard.desk(), ["INBOX", work, "Label_77"]) == {"INBOX", "label:Work"}


async def test_a_mail_with_system_labels_alone_costs_no_question(yard, reader):
    before = yard.simulator.meter.asked
    assert await reader.book(yard.desk()).marks(yard.desk(), ["INBOX", "UNREAD", "CATEGORY_FORUMS"]) != frozenset()
    assert yard.simulator.meter.asked == before


async def test_a_new_label_of_the_users_is_learned(yard, reader):
    box = yard.workspace.person(ADA).mailbox
    book, desk = reader.book(yard.desk()), yard.desk()
    await book.marks(desk, [box.make_label("Work").id])
    assert await book.marks(desk, [box.make_label("Home").id]) == {"label:Home"}


async def test_missing_labels_are_made_once(yard, reader):
    book, desk = reader.book(yard.desk()), yard.desk(tier=Tier.REMEDIATE)
    first, second = await asyncio.gather(*(book.ids(desk, [QUARANTINE, "INBOX", "label:A/B"]) for _ in range(2)))
    assert first == second
    assert sorted(label.name for label in yard.workspace.person(ADA).mailbox.labels.values()) == [
        "A/B",
        "Mailkeep Quarantine",
    ]


async def test_a_label_that_another_process_made_this_moment_is_taken(yard, reader):
    book, desk = reader.book(yard.desk()), yard.desk(tier=Tier.REMEDIATE)
    await book.label(desk, QUARANTINE)
    made = yard.workspace.person(ADA).mailbox.make_label("Mailkeep Quarantine").id
    assert await book.ids(desk, [QUARANTINE]) == [made]


async def test_our_labels_are_known_in_whatever_letters_the_user_wrote_them(yard, reader):
    made = yard.workspace.person(ADA).mailbox.make_label("MAILKEEP suspicious").id
    assert await reader.book(yard.desk()).ids(yard.desk(tier=Tier.FLAG), [SUSPICIOUS]) == [made]


async def test_what_is_not_there_needs_no_taking_off(yard, reader):
    assert reader.book(yard.desk()).known(["INBOX", "label:Gone"]) == ["INBOX", ""]
