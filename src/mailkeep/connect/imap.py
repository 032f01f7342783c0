r"""Mailboxes behind IMAP: one account, or many through a master user.

Cursor: for each folder its UIDVALIDITY, the highest UID handed over (UIDNEXT less one, once all were) and, where the server
offers CONDSTORE, its HIGHESTMODSEQ. STATUS is asked of every folder; one that is empty or in which nothing arrived is not
opened. A mail that moves gets a new UID where it goes, so nothing is missed whatever moves; a folder whose UIDVALIDITY
changed is read anew, and its mails keep their ids.

CONDSTORE serves twice. Where UIDNEXT or HIGHESTMODSEQ fell though UIDVALIDITY stayed, the server was restored from a backup
and gives UIDs a second time: the folder is read anew, or the mails with these UIDs would be missed. And where a server does
not tell UIDNEXT, an unchanged HIGHESTMODSEQ spares opening the folder. Where both are told UIDNEXT decides, since flags that
change are no arrivals.

QRESYNC is not enabled, for it would bring nothing: it tells whose flags changed and which UIDs VANISHED, to bring a copy of
the mailbox up to date, and no copy is kept. Flags are asked for when they matter. A mail to be acted on is searched for by
its size, one question, which also finds its twins; that an old UID of it did not vanish would not spare it.

| Act | Deed | Undo |
|---|---|---|
| quarantine | MOVE into `Mailkeep Quarantine`, which nobody is subscribed to | MOVE back |
| delete | MOVE into the trash (by special-use, by name, else `Trash`) | MOVE back |
| flag | \Flagged and the keyword $MailkeepSuspicious, where the folder takes keywords | exactly the flags before |
| restore | MOVE, then the flags that differ; a removed folder is made again | |

Limits: identical twins in one folder are one mail here and move together. A folder that was renamed is read anew. Of folders
other than the inbox new mail is noticed within half a minute, not at once. Other people's folders are not read.

Source: RFC 3501, 7162 CONDSTORE and QRESYNC, 2177 IDLE, 4315 UIDPLUS, 6154 SPECIAL-USE, 6851 MOVE, 5530 response codes.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import datetime
from typing import TypeVar

import msgspec
from imapclient import IMAPClient

from mailkeep.connect.folders import Role
from mailkeep.connect.imap_box import Box, Spot
from mailkeep.connect.imap_ears import heard
from mailkeep.connect.imap_line import ImapAccount, Line
from mailkeep.connect.imap_sync import Sync, read_progress
from mailkeep.connect.port import (
    FLAG_KEYWORD,
    QUARANTINE_FOLDER,
    Delivery,
    Done,
    Gone,
    Listed,
    Outcome,
    Page,
    Ref,
    State,
)
from mailkeep.people.directory import Mailbox

__all__ = ["ImapAccount", "ImapTenant"]

T = TypeVar("T")

CONNECTIONS = 16
"""So many mailboxes are spoken to at once; the connection unused for longest makes room."""


class ImapTenant:
    """The log-in's own mailbox, or those a master user opens."""

    kind = "imap"

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._lines: dict[str, Line] = {}
        self._boxes: dict[str, Box] = {}
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="imap")

    async def mailboxes(self) -> tuple[Mailbox, ...]:
        """The accounts that were named, else the log-in's own; the first is opened to see that it can be."""
        names = self.account.mailboxes or (self.account.user,)
        await self._ask(names[0], "logging in", lambda _box, client: client.noop())
        return tuple(_mailbox(name) for name in names)

    async def count(self, mailbox: Mailbox, since: datetime | None = None) -> int:
        """How many mails lie there; with `since` to the day."""
        return await self._ask(mailbox.id, "counting the mail", lambda box, client: _count(box, client, since))

    async def fetch(self, mailbox: Mailbox, cursor: str | None, *, limit: int, since: datetime | None = None) -> Page:
        """What the cursor has not covered, folder by folder, the inbox first."""

        def deed(box: Box, client: IMAPClient) -> Page:
            return Sync(client, box, mailbox.id, read_progress(cursor, since)).page(limit)

        return await self._ask(mailbox.id, "reading the mail", deed)

    async def again(self, ref: Ref) -> Delivery:
        """The mail, wherever it lies."""
        return await self._ask(ref.mailbox, f"reading mail {ref.id}", lambda box, client: _again(box, client, ref))

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """Every mail received since then. Costs: mails that this process has not read before are read for their ids."""
        return await self._ask(mailbox.id, "listing the mail", lambda box, client: _listed(box, client, since))

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy; of identical twins, which have one id, the one in the folder that is listed first."""

        def deed(box: Box, client: IMAPClient) -> tuple[Ref, ...]:
            return _find(box, client, mailbox.id, message_id)

        return await self._ask(mailbox.id, "searching the mail", deed)

    async def state(self, ref: Ref) -> State:
        """Its folder and flags."""
        return await self._ask(
            ref.mailbox, f"looking for mail {ref.id}", lambda box, client: box.state(client, box.find(client, ref))
        )

    async def quarantine(self, ref: Ref) -> Outcome:
        """Into our own folder."""
        return await self._moved(ref, "quarantining", Role.QUARANTINE, QUARANTINE_FOLDER)

    async def delete(self, ref: Ref) -> Outcome:
        """Into the trash."""
        return await self._moved(ref, "deleting", Role.TRASH, "Trash")

    async def flag(self, ref: Ref) -> Outcome:
        """With the star, and our keyword where the folder takes keywords."""
        return await self._acted(ref, "flagging", _flag)

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """As it was."""
        return await self._acted(ref, "restoring", lambda box, client, ref: _restore(box, client, ref, state))

    async def changes(self) -> AsyncGenerator[Mailbox, None]:
        """Mailboxes that stir: by IDLE, and by looking at their folders."""
        names = [mailbox.id for mailbox in await self.mailboxes()]
        ears = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="imap-ear")
        try:
            async with aclosing(heard(self.account, names, self._standing, ears)) as stirred:
                async for name in stirred:
                    yield _mailbox(name)
        finally:
            ears.shutdown(wait=False)

    async def close(self) -> None:
        """Logs out everywhere."""
        await asyncio.gather(*(self._in_thread(line.close) for line in self._lines.values()))
        self._lines.clear()
        self._threads.shutdown(wait=False)

    async def _moved(self, ref: Ref, doing: str, role: Role, otherwise: str) -> Outcome:
        def deed(box: Box, client: IMAPClient, ref: Ref) -> Outcome:
            target = box.special(client, role, otherwise)
            spot = box.find(client, ref, (target,), change=True)
            now = msgspec.structs.replace(ref, folder=target)
            if spot.folder == target:
                return Outcome(done=Done.ALREADY, ref=now)
            box.move(client, spot, target, ref.id)
            return Outcome(done=Done.DONE, ref=now)

        return await self._acted(ref, doing, deed)

    async def _acted(self, ref: Ref, doing: str, deed: Callable[[Box, IMAPClient, Ref], Outcome]) -> Outcome:
        try:
            return await self._ask(ref.mailbox, f"{doing} mail {ref.id}", lambda box, client: deed(box, client, ref))
        except Gone:
            return Outcome(done=Done.GONE, ref=ref)

    async def _standing(self, mailbox: str) -> dict[str, tuple[int, int]]:
        """What changes when mail arrives, of every delivered folder."""

        def deed(box: Box, client: IMAPClient) -> dict[str, tuple[int, int]]:
            names = [folder.name for folder in box.folders(client) if folder.role.delivered]
            return {name: box.standing(client, name).arrivals for name in names}

        return await self._ask(mailbox, "looking for new mail", deed)

    async def _ask(self, mailbox: str, doing: str, deed: Callable[[Box, IMAPClient], T]) -> T:
        """What the deed gives, on this mailbox's own connection."""
        self._make_room()
        line = self._lines.setdefault(mailbox, Line(self.account, mailbox))
        box = self._boxes.setdefault(mailbox, Box())
        return await self._in_thread(lambda: line.ask(f"{doing} of {mailbox}", lambda client: deed(box, client)))

    async def _in_thread(self, deed: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, deed)

    def _make_room(self) -> None:
        """Closes the connection that was unused for longest when all are taken."""
        open_lines = sorted((line for line in self._lines.values() if line.is_open), key=lambda line: line.used_at)
        if len(open_lines) >= CONNECTIONS:
            self._threads.submit(open_lines[0].close)


def _count(box: Box, client: IMAPClient, since: datetime | None) -> int:
    names = [folder.name for folder in box.folders(client) if folder.role.delivered]
    if since is None:
        return sum(int(client.folder_status(name, ["MESSAGES"])[b"MESSAGES"]) for name in names)
    found = 0
    for name in names:
        box.enter(client, name)
        found += len(client.search(["SINCE", since.date()]))
    return found


def _listed(box: Box, client: IMAPClient, since: datetime) -> tuple[Listed, ...]:
    found: dict[str, Listed] = {}
    for folder in [each.name for each in box.folders(client) if each.role.delivered]:
        validity = box.enter(client, folder).validity
        recent = [each for each in box.headings(client, box.uids_after(client, 0, since)) if each.received_at >= since]
        named = box.named(client, folder, validity, [heading.uid for heading in recent])
        for heading in recent:
            if heading.uid in named:
                listed = Listed(id=named[heading.uid], folder=folder, received_at=heading.received_at)
                found.setdefault(listed.id, listed)
    return tuple(found.values())


def _find(box: Box, client: IMAPClient, mailbox: str, message_id: str) -> tuple[Ref, ...]:
    found: dict[str, Ref] = {}
    for folder in [each.name for each in box.folders(client)]:
        validity = box.enter(client, folder).validity
        for mail in box.named(client, folder, validity, box.uids_with(client, message_id)).values():
            found.setdefault(mail, Ref(mailbox=mailbox, id=mail, folder=folder))
    return tuple(found.values())


def _again(box: Box, client: IMAPClient, ref: Ref) -> Delivery:
    spot = box.find(client, ref)
    headings = box.headings(client, spot.uids[:1])
    raws = box.raws(client, headings)
    if not raws:
        raise Gone(f"{ref.mailbox}: mail {ref.id} left {spot.folder} this moment.")
    role = next((folder.role for folder in box.folders(client) if folder.name == spot.folder), Role.OTHER)
    return Delivery(
        ref=msgspec.structs.replace(ref, folder=spot.folder),
        state=State(folder=spot.folder, flags=headings[0].flags),
        received_at=headings[0].received_at,
        raw=raws[headings[0].uid],
        sent=role is Role.SENT,
    )


def _flag(box: Box, client: IMAPClient, ref: Ref) -> Outcome:
    spot = box.find(client, ref, change=True)
    now = box.state(client, spot).flags
    changed = box.mark(client, spot, now | {"flagged", *([FLAG_KEYWORD] if box.takes_keywords(client, spot) else [])})
    done = Done.DONE if changed else Done.ALREADY
    return Outcome(done=done, ref=msgspec.structs.replace(ref, folder=spot.folder))


def _restore(box: Box, client: IMAPClient, ref: Ref, state: State) -> Outcome:
    spot = box.find(client, ref, (state.folder,), change=True)
    moved = spot.folder != state.folder
    if moved:
        box.move(client, spot, state.folder, ref.id)
        spot = Spot(state.folder, box.uids_of(client, state.folder, ref.id, change=True))
    if not spot.uids:
        raise Gone(f"{ref.mailbox}: mail {ref.id} left {state.folder} this moment.")
    changed = box.mark(client, spot, state.flags)
    done = Done.DONE if moved or changed else Done.ALREADY
    return Outcome(done=done, ref=msgspec.structs.replace(ref, folder=state.folder))


def _mailbox(name: str) -> Mailbox:
    return Mailbox(id=name, address=name.lower() if "@" in name else "")
