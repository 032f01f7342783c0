"""Pages out of many folders' deltas."""

from datetime import timedelta

import pytest
from tests.connect.contract import ADA, NOON, box, drain, letter, subjects

from mailkeep.connect.graph.delta import Progress, Reached, read_progress
from mailkeep.connect.limits import Limit
from mailkeep.connect.port import Throttled, Unreachable
from mailkeep.simulator.graph.tree import ROOT


def test_a_cursor_is_read_as_it_was_written():
    links = {"f1": Reached("https://graph.example/x?$deltatoken=" + "a" * 900, caught_up=True), "f2": Reached("l")}
    progress = Progress(floor=NOON, folders=links, left=["f2"], pending=["m1", "m2"])
    assert read_progress(progress.written(), None) == progress


@pytest.mark.parametrize("cursor", ["", "what is this", "🙂", "0" * 99, Progress(floor=NOON).written()[:-5]])
def test_a_cursor_that_makes_no_sense_is_the_beginning(cursor):
    assert read_progress(cursor, None) == Progress()


@pytest.mark.parametrize("answer", ["410", "syncStateNotFound"])
async def test_mail_that_has_a_verdict_is_not_read_again_not_even_when_a_folder_is_begun_anew(
    yard, connector, simulator, answer
):
    for number in range(5):
        yard.deliver(ADA, letter(number))
    first, cursor = await drain(connector)
    judged = {each.ref.id for each in first}
    connector.spare(lambda _mailbox, ids: judged.intersection(ids))
    yard.deliver(ADA, letter(9))
    simulator.faults.upset(answer, "messages/delta", times=1)
    again, cursor = await drain(connector, cursor)
    assert subjects(again) == [letter(9)]
    assert (await drain(connector, cursor))[0] == []


@pytest.mark.parametrize("answer", ["410", "syncStateNotFound", "syncStateInvalid", "resyncRequired"])
async def test_a_folder_that_is_to_be_begun_anew_is_with_the_same_ids(yard, connector, simulator, answer):
    for number in range(5):
        yard.deliver(ADA, letter(number))
    first, cursor = await drain(connector)
    yard.deliver(ADA, letter(9))
    simulator.faults.upset(answer, "messages/delta", times=1)
    again, cursor = await drain(connector, cursor)
    assert subjects(again) == sorted([*map(letter, range(5)), letter(9)])
    assert {each.ref.id for each in first} < {each.ref.id for each in again}
    assert (await drain(connector, cursor))[0] == []


async def test_a_folder_that_is_never_done_beginning_anew_is_left_for_later(yard, connector, simulator):
    yard.deliver(ADA, letter(1))
    _, cursor = await drain(connector)
    simulator.faults.upset("410", "messages/delta")
    page = await connector.fetch(await box(connector), cursor, limit=5)
    assert len(page.deliveries) == 1  # a first reading has no token that could be refused


async def test_more_folders_than_fit_a_page_are_all_read(yard, connector):
    mailbox = yard.office.mailbox(ADA)
    for number in range(30):
        folder = mailbox.make_folder(f"n{number}", ROOT)
        yard.office.deliver(ADA, letter(number), folder=mailbox.folder_id(folder.number))
    found, cursor = await drain(connector, limit=4)
    assert subjects(found) == sorted(map(letter, range(30)))
    for number in range(30):
        yard.deliver(ADA, letter(100 + number), folder=f"n{number}")
    found, _ = await drain(connector, cursor, limit=4)
    assert subjects(found) == sorted(letter(100 + number) for number in range(30))


async def test_what_did_not_fit_a_page_is_read_where_it_lies_later(yard, connector):
    mailbox = yard.office.mailbox(ADA)
    for number in range(8):
        mailbox.make_folder(f"n{number}", ROOT)
        yard.deliver(ADA, letter(number), folder=f"n{number}")
    _, cursor = await drain(connector, limit=50)
    for number in range(8):
        yard.deliver(ADA, letter(10 + number), folder=f"n{number}")
    page = await connector.fetch(await box(connector), cursor, limit=1)
    waiting = [letter(10 + n) for n in range(8) if letter(10 + n) not in {e.raw for e in page.deliveries}]
    yard.remove(ADA, waiting[0])
    yard.move(ADA, waiting[1], "Drafts")
    yard.move(ADA, waiting[2], "Archive")
    later = yard.connector()
    found, _ = await drain(later, page.cursor, limit=50)
    await later.close()
    assert subjects(found) == sorted(waiting[2:])
    assert {e.ref.folder for e in found if e.raw == waiting[2]} == {"Archive"}


async def test_a_large_folder_is_read_since_a_day_without_the_limit_of_filters(yard, connector):
    for number in range(5200):
        yard.deliver(ADA, letter(number, lines=1), at=NOON - timedelta(days=2 if number % 500 else 0))
    found, cursor = await drain(connector, since=NOON, limit=100)
    assert subjects(found) == sorted(letter(number, lines=1) for number in range(0, 5200, 500))
    yard.deliver(ADA, letter(9999))
    assert subjects((await drain(connector, cursor, since=NOON))[0]) == [letter(9999)]


async def test_marks_that_change_bring_nothing_again(yard, connector):
    for number in range(5):
        yard.deliver(ADA, letter(number))
    _, cursor = await drain(connector)
    for number in range(5):
        yard.mark(ADA, letter(number), frozenset({"seen", "category:Red"}))
    assert (await drain(connector, cursor))[0] == []


async def test_a_folder_that_is_removed_in_the_middle_is_no_trouble(yard, connector):
    for number in range(6):
        yard.deliver(ADA, letter(number), folder="Projects")
    yard.deliver(ADA, letter(7))
    page = await connector.fetch(await box(connector), None, limit=3)
    yard.remove_folder(ADA, "Projects")
    found, cursor = await drain(connector, page.cursor)
    later, _ = await drain(connector, cursor)
    ids = {each.ref.id for each in (*page.deliveries, *found, *later)}
    assert len(ids) == 7


async def test_a_page_that_leads_elsewhere_is_refused(yard, connector, simulator):
    yard.deliver(ADA, letter(1))
    _, cursor = await drain(connector)
    progress = read_progress(cursor, None)
    stranger = {folder: Reached("https://evil.example/v1.0/x", caught_up=True) for folder in progress.folders}
    bent = Progress(folders=stranger)
    assert len((await drain(connector, bent.written()))[0]) == 1  # begun anew, and nothing was sent there
    simulator.service.base = "https://evil.example/v1.0"
    with pytest.raises(Unreachable, match="not followed"):
        await connector.fetch(await box(connector), None, limit=5)


async def test_a_limit_that_is_reached_in_the_middle_ends_the_page_and_loses_nothing(yard, simulator):
    for number in range(30):
        yard.deliver(ADA, letter(number))
    connector = yard.connector(mailbox_limit=Limit(40, 600.0, 4))
    pages = [await connector.fetch(await box(connector), None, limit=30)]
    assert 0 < len(pages[0].deliveries) < 30
    assert pages[0].more
    with pytest.raises(Throttled):
        await connector.fetch(await box(connector), pages[0].cursor, limit=30)
    await connector.close()
    later = yard.connector()
    rest, _ = await drain(later, pages[0].cursor)
    await later.close()
    assert subjects([*pages[0].deliveries, *rest]) == sorted(letter(number) for number in range(30))
