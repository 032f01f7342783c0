"""What every connector promises, asked of each in the same words.

A yard stands for the place where mail lies, as its users and their mail programs see it: `tests/connect/test_KIND.py` gives
one for its provider. The promises below run on all of them.
"""

import asyncio
import re
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

import pytest
from msgspec.structs import replace

from mailkeep.connect.port import QUARANTINE_FOLDER, Connector, Delivery, Done, Gone, State
from mailkeep.people.directory import Mailbox

ADA, BEN = "ada@corp.example", "ben@corp.example"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


class Lying(NamedTuple):
    """One mail as its user sees it lie."""

    folder: str
    flags: frozenset[str]
    raw: bytes


class Yard(Protocol):
    """A place of mail and its users' hands."""

    mailbox_ids: bool
    """True where mailboxes can be added under way."""
    folders: bool
    """True where users make and remove folders as they like."""

    def connector(self) -> Connector:
        """A connector as a fresh process would make it."""

    def deliver(
        self, mailbox: str, raw: bytes, folder: str = "INBOX", at: datetime = NOON, flags: frozenset[str] = frozenset()
    ) -> None:
        """The mail server puts a mail there."""

    def move(self, mailbox: str, raw: bytes, folder: str) -> None:
        """The user moves a mail."""

    def mark(self, mailbox: str, raw: bytes, flags: frozenset[str]) -> None:
        """The user changes its flags."""

    def remove(self, mailbox: str, raw: bytes) -> None:
        """The user removes a mail for good."""

    def remove_folder(self, mailbox: str, folder: str) -> None:
        """The user removes a folder with what is in it."""

    def lying(self, mailbox: str) -> list[Lying]:
        """Everything that lies in a mailbox, quarantine included."""


def letter(number: int, *, lines: int = 3, ending: bytes = b"\n") -> bytes:
    """A mail that differs from every other number's."""
    head = [b"From: Ben <ben@corp.example>", b"To: ada@corp.example", b"Subject: Letter %d" % number,
            b"Message-ID: <%d@corp.example>" % number, b"Date: Mon, 02 Mar 2026 12:00:00 +0000", b""]  # fmt: skip
    body = [b"Line %d of letter %d." % (line, number) for line in range(lines)]
    return ending.join([*head, *body, b""])


def plain(raw: bytes) -> bytes:
    """Bytes without what a server does to line ends, and without the flags an mbox writes into the mail."""
    return re.sub(rb"(?m)^(X-)?Status: .*\n", b"", raw.replace(b"\r\n", b"\n"))


async def box(connector: Connector, mailbox: str = ADA) -> Mailbox:
    """The mailbox as the connector lists it."""
    return next(each for each in await connector.mailboxes() if each.address == mailbox)


async def drain(
    connector: Connector,
    cursor: str | None = None,
    *,
    mailbox: str = ADA,
    limit: int = 3,
    since: datetime | None = None,
) -> tuple[list[Delivery], str]:
    """Everything from the cursor on, and the cursor at the end."""
    found: list[Delivery] = []
    for _ in range(1000):
        page = await connector.fetch(await box(connector, mailbox), cursor, limit=limit, since=since)
        assert len(page.deliveries) <= limit
        found.extend(page.deliveries)
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError("the pages never end")


def subjects(deliveries: list[Delivery]) -> list[bytes]:
    """The bytes of these mails, sorted."""
    return sorted(plain(delivery.raw) for delivery in deliveries)


class Promises:
    """Every connector keeps these."""

    @pytest.fixture
    async def connector(self, yard):
        connector = yard.connector()
        yield connector
        await connector.close()

    @pytest.fixture
    def five(self, yard):
        letters = [letter(n) for n in range(5)]
        for raw in letters:
            yard.deliver(ADA, raw)
        return letters

    async def one(self, connector, raw):
        """The delivery of this mail."""
        found, _ = await drain(connector)
        return next(each for each in found if plain(each.raw) == raw)

    async def test_mailboxes_are_listed_with_their_addresses_in_a_stable_order(self, yard, connector):
        yard.deliver(ADA, letter(1))
        yard.deliver(BEN, letter(2))
        listed = await connector.mailboxes()
        assert [each.address for each in listed] == [ADA, BEN]
        assert listed == await connector.mailboxes()

    async def test_pages_give_every_mail_once_with_its_bytes_and_moment(self, connector, five):
        found, _ = await drain(connector, limit=2)
        assert subjects(found) == sorted(five)
        assert {each.received_at for each in found} == {NOON}
        assert {each.ref.folder for each in found} == {"INBOX"}
        assert not any(each.sent for each in found)
        assert len({each.ref.id for each in found}) == 5

    async def test_an_empty_mailbox_gives_an_empty_page(self, yard, connector):
        yard.deliver(ADA, letter(1))
        yard.remove(ADA, letter(1))
        found, cursor = await drain(connector)
        assert found == []
        assert (await drain(connector, cursor))[0] == []

    async def test_a_fresh_process_goes_on_from_any_cursor(self, yard, five):
        cursors, cursor, more = [None], None, True
        first = yard.connector()
        while more:
            page = await first.fetch(await box(first), cursor, limit=1)
            cursor, more = page.cursor, page.more
            cursors.append(cursor)
        await first.close()
        for done, cursor in enumerate(cursors):
            later = yard.connector()
            found, _ = await drain(later, cursor)
            assert len(found) == max(0, 5 - done)
            await later.close()

    async def test_a_cursor_that_makes_no_sense_begins_anew(self, connector, five):
        found, _ = await drain(connector, "what is this")
        assert subjects(found) == sorted(five)

    async def test_only_what_is_new_comes_after_the_end(self, yard, connector, five):
        _, cursor = await drain(connector)
        yard.deliver(ADA, letter(9))
        found, cursor = await drain(connector, cursor)
        assert subjects(found) == [letter(9)]
        assert (await drain(connector, cursor))[0] == []

    async def test_mail_that_arrives_with_an_old_date_is_not_missed(self, yard, connector, five):
        _, cursor = await drain(connector)
        yard.deliver(ADA, letter(9), at=NOON - timedelta(days=900))
        found, _ = await drain(connector, cursor)
        assert subjects(found) == [letter(9)]

    async def test_no_mail_is_missed_whatever_moves_between_pages(self, yard, connector, five):
        yard.deliver(ADA, letter(7), folder="Sent")
        page = await connector.fetch(await box(connector), None, limit=2)
        found = list(page.deliveries)
        seen = {plain(each.raw) for each in found}
        unseen = [raw for raw in five if raw not in seen]
        yard.move(ADA, unseen[0], "Sent")
        yard.remove(ADA, plain(found[0].raw))
        yard.deliver(ADA, letter(8), at=NOON - timedelta(days=30))
        rest, cursor = await drain(connector, page.cursor)
        last, _ = await drain(connector, cursor)
        assert {*five, letter(7), letter(8)} <= {plain(each.raw) for each in (*found, *rest, *last)}

    async def test_a_mail_seen_again_keeps_its_id(self, yard, connector, five):
        first, cursor = await drain(connector)
        yard.move(ADA, five[1], "Trash")
        yard.mark(ADA, five[2], frozenset({"seen", "flagged"}))
        again, _ = await drain(connector, cursor)
        anew, _ = await drain(connector)
        ids = {plain(each.raw): each.ref.id for each in first}
        for each in (*again, *anew):
            assert ids[plain(each.raw)] == each.ref.id
        assert subjects(anew) == sorted(five)

    async def test_what_lies_in_quarantine_is_never_delivered(self, yard, connector, five):
        mail = await self.one(connector, five[0])
        await connector.quarantine(mail.ref)
        found, _ = await drain(connector)
        assert subjects(found) == sorted(five[1:])
        assert await connector.count(await box(connector)) == 4

    async def test_the_owners_sent_mail_is_known_as_such(self, yard, connector):
        yard.deliver(ADA, letter(1))
        yard.deliver(ADA, letter(2), folder="Sent")
        found, _ = await drain(connector)
        assert {plain(each.raw): each.sent for each in found} == {letter(1): False, letter(2): True}

    async def test_since_leaves_out_what_came_before(self, yard, connector):
        for days in range(5):
            yard.deliver(ADA, letter(days), at=NOON - timedelta(days=days * 10))
        since = NOON - timedelta(days=25)
        found, cursor = await drain(connector, since=since)
        assert subjects(found) == [letter(0), letter(1), letter(2)]
        assert await connector.count(await box(connector), since) == 3
        assert await connector.count(await box(connector)) == 5
        assert (await drain(connector, cursor, since=since))[0] == []
        assert (await drain(connector, cursor))[0] == []
        older, _ = await drain(connector, cursor, since=NOON - timedelta(days=35))
        assert letter(3) in subjects(older)
        assert letter(4) not in subjects(older)

    async def test_again_gives_the_same_mail_wherever_it_lies(self, yard, connector, five):
        mail = await self.one(connector, five[3])
        yard.move(ADA, five[3], "Trash")
        again = await connector.again(mail.ref)
        assert plain(again.raw) == plain(mail.raw)
        assert again.ref.id == mail.ref.id
        assert again.ref.folder == "Trash"

    async def test_everything_that_is_fetched_is_listed_and_nothing_else(self, yard, connector, five):
        yard.deliver(ADA, letter(7), folder="Sent")
        if yard.folders:
            yard.deliver(ADA, letter(8), folder="Drafts")
        await connector.quarantine((await self.one(connector, five[0])).ref)
        fetched, _ = await drain(connector)
        listed = await connector.listed(await box(connector), NOON - timedelta(days=1))
        assert len(listed) == len(fetched) == 5
        assert {(each.id, each.folder, each.received_at) for each in listed} == {
            (each.ref.id, each.ref.folder, each.received_at) for each in fetched
        }

    async def test_a_fresh_process_lists_the_same(self, yard, connector, five):
        fetched, _ = await drain(connector)
        later = yard.connector()
        listed = await later.listed(await box(later), NOON)
        await later.close()
        assert {each.id for each in listed} == {each.ref.id for each in fetched}

    async def test_a_mail_that_moved_is_listed_once_where_it_lies(self, yard, connector, five):
        mail = await self.one(connector, five[1])
        yard.move(ADA, five[1], "Trash")
        listed = await connector.listed(await box(connector), NOON)
        assert [each.folder for each in listed if each.id == mail.ref.id] == ["Trash"]
        assert len(listed) == 5

    async def test_what_came_before_is_not_listed(self, yard, connector):
        for days in range(4):
            yard.deliver(ADA, letter(days), at=NOON - timedelta(days=days * 10))
        listed = await connector.listed(await box(connector), NOON - timedelta(days=10))
        assert {each.received_at for each in listed} == {NOON, NOON - timedelta(days=10)}

    async def test_every_copy_is_found_by_its_message_id_wherever_it_lies(self, yard, connector, five):
        copies = [five[3] + b"Read on a telephone.\n", five[3] + b"Read on the stairs.\n"]
        for raw in copies:
            yard.deliver(ADA, raw)
        await connector.quarantine((await self.one(connector, copies[0])).ref)
        yard.move(ADA, copies[1], "Trash")
        found = await connector.find(await box(connector), "3@corp.example")
        assert sorted([each.folder for each in found]) == sorted(["INBOX", QUARANTINE_FOLDER, "Trash"])
        again = [await connector.again(ref) for ref in found]
        assert subjects(again) == sorted([five[3], *copies])
        assert {each.ref.id for each in again} == {ref.id for ref in found}

    @pytest.mark.parametrize(
        "odd",
        ['"a b"\\%*(1)@corp.example', "$1'{x}|y~z/w&q=1?#+@corp.example", "<", "x" * 400 + "@corp.example", "üñ@ç"],
    )
    async def test_a_message_id_with_odd_characters_is_found(self, yard, connector, five, odd):
        raw = letter(9).replace(b"<9@corp.example>", f"<{odd.strip('<')}>".encode())
        yard.deliver(ADA, raw)
        found = await connector.find(await box(connector), odd.strip("<"))
        assert [plain((await connector.again(ref)).raw) for ref in found] == ([raw] if odd != "<" else [])

    async def test_a_message_id_that_nobody_has_finds_nothing(self, yard, connector, five):
        for unknown in ("nothing@corp.example", "corp.example", "33@corp.example", "@", '" OR ALL "', "*"):
            assert await connector.find(await box(connector), unknown) == ()

    async def test_a_user_who_quotes_a_message_id_is_no_copy(self, yard, connector, five):
        yard.deliver(
            ADA, letter(9).replace(b"\n\n", b"\nReferences: <3@corp.example>\n\nMessage-ID: <3@corp.example>\n", 1)
        )
        assert len(await connector.find(await box(connector), "3@corp.example")) == 1

    async def test_state_tells_folder_and_flags(self, yard, connector):
        yard.deliver(ADA, letter(1), folder="Sent", flags=frozenset({"seen"}))
        mail = await self.one(connector, letter(1))
        state = await connector.state(mail.ref)
        assert state == mail.state
        assert state.folder == "Sent"
        assert "seen" in state.flags

    @pytest.mark.parametrize("act", ["quarantine", "delete", "flag"])
    async def test_an_act_and_its_undo_leave_everything_as_it_was(self, yard, connector, five, act):
        yard.mark(ADA, five[2], frozenset({"seen", "answered"}))
        before = yard.lying(ADA)
        mail = await self.one(connector, five[2])
        state = await connector.state(mail.ref)
        outcome = await getattr(connector, act)(mail.ref)
        assert outcome.done is Done.DONE
        assert outcome.ref.id == mail.ref.id
        changed = await connector.state(outcome.ref)
        assert (changed.folder == "INBOX") is (act == "flag")
        assert ("flagged" in changed.flags) is (act == "flag")
        back = await connector.restore(outcome.ref, state)
        assert (back.done, back.ref.folder) == (Done.DONE, "INBOX")
        assert await connector.state(back.ref) == state
        assert sorted(yard.lying(ADA)) == sorted(before)

    @pytest.mark.parametrize("act", ["quarantine", "delete", "flag"])
    async def test_an_act_done_twice_is_done_once(self, yard, five, act):
        first = yard.connector()
        mail = await self.one(first, five[0])
        assert (await getattr(first, act)(mail.ref)).done is Done.DONE
        assert (await getattr(first, act)(mail.ref)).done is Done.ALREADY
        await first.close()
        later = yard.connector()
        assert (await getattr(later, act)(mail.ref)).done is Done.ALREADY
        await later.close()
        assert len(yard.lying(ADA)) == 5

    async def test_restoring_twice_restores_once(self, yard, connector, five):
        mail = await self.one(connector, five[0])
        state = await connector.state(mail.ref)
        await connector.quarantine(mail.ref)
        assert (await connector.restore(mail.ref, state)).done is Done.DONE
        assert (await connector.restore(mail.ref, state)).done is Done.ALREADY
        assert len(yard.lying(ADA)) == 5

    @pytest.mark.parametrize("act", ["quarantine", "delete", "flag"])
    async def test_a_mail_the_user_removed_is_gone(self, yard, connector, five, act):
        mail = await self.one(connector, five[0])
        yard.remove(ADA, five[0])
        assert (await getattr(connector, act)(mail.ref)).done is Done.GONE
        assert (await connector.restore(mail.ref, mail.state)).done is Done.GONE
        with pytest.raises(Gone):
            await connector.state(mail.ref)
        with pytest.raises(Gone):
            await connector.again(mail.ref)

    async def test_a_mail_the_user_moved_is_found_where_it_lies(self, yard, connector, five):
        mail = await self.one(connector, five[0])
        yard.move(ADA, five[0], "Trash")
        assert (await connector.quarantine(mail.ref)).done is Done.DONE
        assert [each.raw for each in yard.lying(ADA) if each.folder == QUARANTINE_FOLDER] == [five[0]]

    async def test_a_mail_in_the_trash_is_deleted_already(self, yard, connector, five):
        mail = await self.one(connector, five[0])
        yard.move(ADA, five[0], "Trash")
        assert (await connector.delete(mail.ref)).done is Done.ALREADY

    async def test_a_second_act_starts_from_where_the_first_left_the_mail(self, yard, connector, five):
        mail = await self.one(connector, five[0])
        state = await connector.state(mail.ref)
        deleted = await connector.delete(mail.ref)
        middle = await connector.state(deleted.ref)
        quarantined = await connector.quarantine(deleted.ref)
        assert (await connector.restore(quarantined.ref, middle)).done is Done.DONE
        assert await connector.state(deleted.ref) == middle
        await connector.restore(deleted.ref, state)
        assert await connector.state(mail.ref) == state
        assert sorted(each.raw for each in yard.lying(ADA)) == sorted(five)

    async def test_many_acts_at_once_all_happen(self, yard, connector):
        letters = [letter(n) for n in range(12)]
        for raw in letters:
            yard.deliver(ADA, raw)
            yard.deliver(BEN, raw)
        mails = [*(await drain(connector))[0], *(await drain(connector, mailbox=BEN))[0]]
        before = {mailbox: sorted(yard.lying(mailbox)) for mailbox in (ADA, BEN)}
        states = [await connector.state(mail.ref) for mail in mails]
        done = await asyncio.gather(*(connector.quarantine(mail.ref) for mail in (*mails, *mails)))
        assert sorted(each.done for each in done) == [Done.ALREADY] * 24 + [Done.DONE] * 24
        assert {each.folder for each in yard.lying(ADA)} == {QUARANTINE_FOLDER}
        await asyncio.gather(*(connector.restore(mail.ref, state) for mail, state in zip(mails, states, strict=True)))
        assert {mailbox: sorted(yard.lying(mailbox)) for mailbox in (ADA, BEN)} == before

    async def test_restored_mail_that_comes_again_has_its_former_id(self, yard, connector, five):
        first, cursor = await drain(connector)
        mail = first[0]
        state = await connector.state(mail.ref)
        await connector.quarantine(mail.ref)
        _, cursor = await drain(connector, cursor)
        await connector.restore(mail.ref, state)
        again, _ = await drain(connector, cursor)
        assert {each.ref.id for each in again} <= {mail.ref.id}

    async def test_hostile_bytes_come_through_unchanged(self, yard, connector):
        hostile = [
            letter(1) + b"\n>From the top\nFrom here on nothing.\n\x80\xff\n",
            b"Subject: no body\n\n",
            letter(2, lines=4000),
        ]
        for raw in hostile:
            yard.deliver(ADA, raw)
        found, _ = await drain(connector)
        assert subjects(found) == sorted(hostile)

    async def test_a_drafts_folder_is_left_alone(self, yard, connector, five):
        if not yard.folders:
            pytest.skip("its mailboxes have no drafts folder")
        yard.deliver(ADA, letter(8), folder="Drafts")
        assert subjects((await drain(connector))[0]) == sorted(five)

    async def test_a_new_folder_is_read(self, yard, connector, five):
        if not yard.folders:
            pytest.skip("its mailboxes have a fixed set of folders")
        _, cursor = await drain(connector)
        yard.deliver(ADA, letter(8), folder="Archive/Über & 2026")
        found, _ = await drain(connector, cursor)
        assert [plain(each.raw) for each in found] == [letter(8)]
        assert found[0].ref.folder == "Archive/Über & 2026"

    async def test_restoring_makes_a_removed_folder_again(self, yard, connector, five):
        if not yard.folders:
            pytest.skip("its mailboxes have a fixed set of folders")
        yard.deliver(ADA, letter(8), folder="Projects", flags=frozenset({"seen"}))
        mail = await self.one(connector, letter(8))
        state = await connector.state(mail.ref)
        await connector.quarantine(mail.ref)
        yard.remove_folder(ADA, "Projects")
        assert (await connector.restore(mail.ref, state)).done is Done.DONE
        assert await connector.state(mail.ref) == state

    async def test_a_folder_taken_out_of_the_drafts_is_read(self, yard, connector, five):
        if not yard.folders:
            pytest.skip("its mailboxes have no drafts folder")
        yard.deliver(ADA, letter(8), folder="Drafts")
        _, cursor = await drain(connector)
        yard.move(ADA, letter(8), "Projects")
        assert subjects((await drain(connector, cursor))[0]) == [letter(8)]

    async def test_new_mail_is_noticed_as_it_arrives(self, yard, connector, five):
        yard.deliver(BEN, letter(1))
        async with asyncio.timeout(20), aclosing(connector.changes()) as changes:
            first = {(await anext(changes)).address, (await anext(changes)).address}
            assert first == {ADA, BEN}
            for number in range(20, 23):
                await self.quiet(changes)
                yard.deliver(BEN, letter(number))
                assert (await anext(changes)).address == BEN

    async def quiet(self, changes):
        """Lets the echoes of what happened before die away."""
        await asyncio.sleep(0.6)

    async def test_a_new_mailbox_is_noticed_and_read(self, yard, connector, five):
        if not yard.mailbox_ids:
            pytest.skip("its mailboxes are named by the operator")
        async with asyncio.timeout(20), aclosing(connector.changes()) as changes:
            await anext(changes)
            yard.deliver(BEN, letter(1))
            while (await anext(changes)).address != BEN:
                pass
        assert subjects((await drain(connector, mailbox=BEN))[0]) == [letter(1)]

    async def test_an_unknown_mail_is_gone(self, connector, five):
        mail = await self.one(connector, five[0])
        for strange in ("nothing", "~1", "../../etc/passwd~1", "a" * 32 + "~77~3"):
            assert (await connector.quarantine(replace(mail.ref, id=strange))).done is Done.GONE

    async def test_a_state_that_never_was_is_still_an_exact_order(self, yard, connector, five):
        mail = await self.one(connector, five[0])
        state = State(folder="Trash", flags=mail.state.flags)
        assert (await connector.restore(mail.ref, state)).done is Done.DONE
        assert (await connector.state(mail.ref)).folder == "Trash"
