import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulator.graph.desk import Clock, mail

from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.mailbox import Mailbox
from mailkeep.simulator.graph.tree import DELETED, DELETIONS, AbsentError, TakenError


def new_mailbox(listeners=()):
    return Mailbox(1, list(listeners), Clock())


def test_a_move_changes_the_default_id_and_not_the_immutable_one():
    box = new_mailbox()
    item = box.put(Letter(mail()), box.folder_at("inbox"), 5.0)
    stable, before = box.item_id(item, immutable=True), box.item_id(item, immutable=False)
    box.move(item, box.folder_at("archive"))
    assert box.item(stable) is item
    assert box.item(box.item_id(item, immutable=False)) is item
    with pytest.raises(AbsentError):
        box.item(before)
    box.move(item, box.folder_at("inbox"))
    with pytest.raises(AbsentError):
        box.item(before)


def test_an_id_of_another_mailbox_finds_nothing():
    box, other = new_mailbox(), Mailbox(2, [], Clock())
    item = other.put(Letter(mail()), other.folder_at("inbox"), 5.0)
    with pytest.raises(AbsentError):
        box.item(other.item_id(item, immutable=True))
    with pytest.raises(AbsentError):
        box.folder_at(other.folder_id(2))


def test_copies_are_found_by_message_id_until_they_are_purged():
    box = new_mailbox()
    item = box.put(Letter(mail(1)), box.folder_at("inbox"), 5.0)
    twin = box.copy(item, box.folder_at("archive"))
    box.put(Letter(mail(2)), box.folder_at("inbox"), 5.0)
    assert box.with_message_id("<m1@else.example>") == [item, twin]
    box.purge(item)
    assert box.with_message_id("<m1@else.example>") == [twin]
    box.purge(twin)
    assert box.with_message_id("<m1@else.example>") == []
    assert box.purged == [item, twin]


@given(st.lists(st.floats(0, 100, width=16), max_size=20), st.floats(0, 100), st.floats(0, 100))
def test_messages_come_newest_first_within_bounds(times, low, high):
    box = new_mailbox()
    for at in times:
        box.put(Letter(mail()), box.folder_at("inbox"), at)
    assert [item.received for item in box.by_time(low, high)] == sorted(
        (at for at in times if low <= at <= high), reverse=True
    )
    assert [item.received for item in box.by_time()] == sorted(times, reverse=True)


def test_a_removed_folder_lies_in_deleted_items_and_then_gives_up_its_mail():
    box = new_mailbox()
    folder = box.make_folder("Old")
    within = box.make_folder("Older", folder.number)
    item = box.put(Letter(mail()), within, 1.0)
    box.drop_folder(folder)
    assert box.lies_in(within, DELETED)
    assert item.folder == within.number
    box.drop_folder(folder)
    assert item.folder == DELETIONS
    with pytest.raises(AbsentError):
        box.folder(within.number)


def test_a_folder_everybody_has_cannot_be_removed():
    box = new_mailbox()
    with pytest.raises(TakenError):
        box.drop_folder(box.folder_at("inbox"))


def test_every_change_is_told_with_where_it_happened():
    told = []
    box = new_mailbox([told.append])
    item = box.put(Letter(mail()), box.folder_at("inbox"), 1.0)
    box.touch(item)
    box.move(item, box.folder_at("archive"))
    box.purge(item)
    assert [(each.kind, each.folder, each.moved) for each in told] == [
        ("created", 2, False),
        ("updated", 2, False),
        ("deleted", 2, True),
        ("created", 8, True),
        ("deleted", 8, False),
    ]
