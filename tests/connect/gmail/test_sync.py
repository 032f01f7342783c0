"""A page: the listing first, then the history, and nothing falls between."""

from datetime import timedelta

import pytest
from tests.connect.contract import ADA, NOON, drain, letter, plain, subjects

from mailkeep.connect.gmail.sync import Progress, Sync, read_progress
from mailkeep.connect.gmail.wire import READ_METADATA
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import ConsentLost, Refused, Throttled, Unreachable


async def test_what_arrives_while_the_listing_goes_on_is_in_the_history(yard, connector):
    for number in range(6):
        yard.deliver(ADA, letter(number))
    found, cursor = [], None
    for number in range(10, 14):
        page = await connector.fetch((await connector.mailboxes())[0], cursor, limit=2)
        found.extend(page.deliveries)
        cursor = page.cursor
        yard.deliver(ADA, letter(number), at=NOON - timedelta(days=number))
    rest, _ = await drain(connector, cursor)
    assert {plain(each.raw) for each in (*found, *rest)} >= {letter(number) for number in (*range(6), *range(10, 14))}


async def test_a_history_that_is_no_longer_known_begins_the_listing_anew_with_the_same_ids(yard, connector):
    for number in range(5):
        yard.deliver(ADA, letter(number))
    first, cursor = await drain(connector)
    yard.deliver(ADA, letter(9))
    yard.workspace.person(ADA).mailbox.forget()
    again, cursor = await drain(connector, cursor)
    assert subjects(again) == sorted([letter(9), *(letter(number) for number in range(5))])
    assert {each.ref.id for each in first} < {each.ref.id for each in again}
    assert (await drain(connector, cursor))[0] == []


async def test_mail_that_has_a_verdict_is_not_read_again_not_even_when_the_listing_begins_anew(yard, connector):
    for number in range(5):
        yard.deliver(ADA, letter(number))
    first, cursor = await drain(connector)
    judged = {each.ref.id for each in first}
    connector.spare(lambda _mailbox, ids: judged.intersection(ids))
    yard.deliver(ADA, letter(9))
    yard.workspace.person(ADA).mailbox.forget()
    again, cursor = await drain(connector, cursor)
    assert subjects(again) == [letter(9)]
    assert (await drain(connector, cursor))[0] == []


async def test_a_draft_that_is_sent_is_handed_over(yard, connector):
    yard.deliver(ADA, letter(1), folder="Drafts")
    found, cursor = await drain(connector)
    assert found == []
    yard.move(ADA, letter(1), "Sent")
    found, _ = await drain(connector, cursor)
    assert [each.sent for each in found] == [True]


async def test_mail_that_a_filter_of_the_users_hid_in_our_quarantine_is_read_once_it_leaves(yard, connector):
    yard.deliver(ADA, letter(1), folder="Mailkeep Quarantine")
    found, cursor = await drain(connector)
    assert found == []
    yard.move(ADA, letter(1), "INBOX")
    assert subjects((await drain(connector, cursor))[0]) == [letter(1)]


async def test_read_marks_are_no_arrivals(yard, connector):
    yard.deliver(ADA, letter(1))
    _, cursor = await drain(connector)
    for flags in (frozenset({"seen"}), frozenset(), frozenset({"seen", "flagged"})):
        yard.mark(ADA, letter(1), flags)
    assert (await drain(connector, cursor))[0] == []


async def test_a_mail_that_cannot_be_read_now_holds_up_no_other(yard, connector):
    ids = [yard.deliver(ADA, letter(number)) for number in range(4)]
    yard.simulator.faults.stumble(200, path=ids[2], shape="html")
    mailbox = (await connector.mailboxes())[0]
    page = await connector.fetch(mailbox, None, limit=10)
    assert subjects(page.deliveries) == sorted(letter(number) for number in (0, 1, 3))
    assert page.more
    with pytest.raises(Unreachable, match="not a JSON object"):
        await connector.fetch(mailbox, page.cursor, limit=10)
    yard.simulator.faults.clear()
    assert subjects((await drain(connector, page.cursor))[0]) == [letter(2)]


async def test_throttled_in_the_middle_of_a_page_nothing_is_lost(yard, connector):
    ids = [yard.deliver(ADA, letter(number)) for number in range(20)]
    yard.simulator.faults.stumble(403, path=ids[9], reason="userRateLimitExceeded", retry_after_s=90)
    mailbox = (await connector.mailboxes())[0]
    page = await connector.fetch(mailbox, None, limit=20)
    with pytest.raises(Throttled) as told:
        await connector.fetch(mailbox, page.cursor, limit=20)
    assert told.value.retry_after_s > 80
    yard.simulator.faults.clear()
    later = yard.connector()
    rest, _ = await drain(later, page.cursor)
    await later.close()
    assert page.deliveries
    assert rest
    assert subjects([*page.deliveries, *rest]) == sorted(letter(number) for number in range(20))


@pytest.mark.parametrize("shape", ["html", "cut", "empty"])
async def test_garbage_in_place_of_a_page_is_trouble_and_not_an_empty_mailbox(yard, connector, shape):
    yard.deliver(ADA, letter(1))
    mailbox = (await connector.mailboxes())[0]
    yard.simulator.faults.stumble(200, path="/messages", shape=shape)
    with pytest.raises(Unreachable, match="Gmail messages"):
        await connector.fetch(mailbox, None, limit=10)


async def test_a_proxy_that_says_404_makes_no_mail_vanish(yard, connector):
    mail = yard.deliver(ADA, letter(1))
    yard.simulator.faults.stumble(404, path=mail, shape="html", times=1)
    mailbox = (await connector.mailboxes())[0]
    with pytest.raises(Unreachable, match="not Google"):
        await connector.fetch(mailbox, None, limit=10)
    assert subjects((await drain(connector))[0]) == [letter(1)]


async def test_a_mail_that_vanishes_between_list_and_reading_is_passed_over(yard, connector):
    ids = [yard.deliver(ADA, letter(number)) for number in range(3)]
    yard.simulator.faults.stumble(404, path=ids[1])
    found, _ = await drain(connector)
    assert subjects(found) == sorted([letter(0), letter(2)])


async def test_a_page_token_that_gmail_no_longer_knows_begins_the_list_anew(yard, reader):
    for number in range(3):
        yard.deliver(ADA, letter(number))
    progress = Progress(history="1", page="what is this")
    page = await Sync(reader, yard.desk(), progress).page(10)
    assert subjects(page.deliveries) == sorted(letter(number) for number in range(3))


async def test_exhausted_quota_is_told_with_the_time_to_come_again(yard, connector):
    yard.deliver(ADA, letter(1))
    mailbox = (await connector.mailboxes())[0]
    yard.simulator.faults.exhausted = "dailyLimitExceeded"
    with pytest.raises(Throttled, match="day's quota") as told:
        await connector.fetch(mailbox, None, limit=10)
    assert told.value.retry_after_s == 300
    assert connector.vitals().exhausted_until is not None
    yard.simulator.faults.clear()
    assert subjects((await drain(connector))[0]) == [letter(1)]
    assert connector.vitals().exhausted_until is None


async def test_a_user_who_is_suspended_meanwhile_loses_no_mail(yard, connector):
    yard.deliver(ADA, letter(1))
    mailbox = (await connector.mailboxes())[0]
    yard.workspace.person(ADA).suspended = True
    with pytest.raises(Refused, match="suspended"):
        await connector.fetch(mailbox, None, limit=10)
    yard.workspace.person(ADA).suspended = False
    assert subjects((await drain(connector))[0]) == [letter(1)]


async def test_lost_delegation_is_consent_lost_and_heals_by_itself(yard, connector):
    yard.deliver(ADA, letter(1))
    _, cursor = await drain(connector)
    mailbox = (await connector.mailboxes())[0]
    former = set(yard.workspace.keyring.account("observe").delegated)
    yard.workspace.revoke("observe")
    with pytest.raises(ConsentLost, match="Manage domain-wide delegation"):
        await connector.fetch(mailbox, cursor, limit=10)
    yard.workspace.keyring.account("observe").delegated = former
    yard.deliver(ADA, letter(2))
    assert subjects((await drain(connector, cursor))[0]) == [letter(2)]


class TestMetadataOnly:
    """Headers and labels, no content."""

    @pytest.fixture
    async def connector(self, yard):
        yard.delegate(Tier.OBSERVE, READ_METADATA, "admin.directory.user.readonly")
        connector = yard.connector(metadata_only=True)
        yield connector
        await connector.close()

    async def test_a_mail_is_its_headers(self, yard, connector):
        yard.deliver(ADA, letter(1))
        found, _ = await drain(connector)
        head, _, body = found[0].raw.partition(b"\r\n\r\n")
        assert b"Subject: Letter 1" in head
        assert b"Message-ID: <1@corp.example>" in head
        assert body == b""

    async def test_since_ends_the_listing_at_the_first_older_mail(self, yard, connector):
        for days in range(8):
            yard.deliver(ADA, letter(days), at=NOON - timedelta(days=days))
        found, cursor = await drain(connector, since=NOON - timedelta(days=2), limit=2)
        assert len(found) == 3
        assert not read_progress(cursor, None).listing
        assert yard.simulator.meter.spent(ADA, "mailkeep-sim") < 8 * 20

    async def test_listing_looks_back_to_the_date(self, yard, connector):
        for days in range(30):
            yard.deliver(ADA, letter(days), at=NOON - timedelta(days=days))
        listed = await connector.listed((await connector.mailboxes())[0], NOON - timedelta(days=3))
        assert len(listed) == 4

    async def test_copies_are_found_by_the_remediate_tier(self, yard, connector):
        yard.deliver(ADA, letter(1))
        assert len(await connector.find((await connector.mailboxes())[0], "1@corp.example")) == 1


def test_a_cursor_is_read_back_and_anything_else_begins_anew():
    progress = Progress(history="9007199254741000", listing=False, owed=["1", "2"])
    assert read_progress(progress.written(), None) == progress
    assert read_progress("what is this", None) == Progress()
    assert read_progress(None, NOON).floor == NOON
    older = read_progress(read_progress(progress.written(), NOON).written(), NOON - timedelta(days=1))
    assert older == Progress(floor=NOON - timedelta(days=1))
