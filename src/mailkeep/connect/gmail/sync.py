"""A page of what is new in one mailbox: first the listing, then the history from where the listing began.

The newest history id is taken before the first page of the listing is, so what arrives or is sent while the listing goes
on stands in the history. Each mail that either names is owed until it is handed over, so a mail that cannot be read now
holds up no other. Where Gmail no longer knows the history (a week, sometimes hours) the listing begins anew: its ids
are the same, so a mail that is handed over twice is recognised.

Of the history three things count: a mail was added; a draft was sent; a label was taken off that had kept the mail out.
"""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from mailkeep.connect.chain import PAGE_BYTES
from mailkeep.connect.gmail.client import Desk
from mailkeep.connect.gmail.labels import LEFT_OUT
from mailkeep.connect.gmail.reader import Reader
from mailkeep.connect.gmail.refusals import BadRequest, StalePage
from mailkeep.connect.gmail.wire import LIST_MOST, HistoryList, Record, is_system, since_query
from mailkeep.connect.port import Delivery, Gone, Judged, Page, ProviderTrouble, nothing_judged
from mailkeep.connect.progress import resumed

AT_ONCE = 8
"""Mails of one mailbox that are read at a time: each may be 50 MB."""
LEAST_HISTORY = 100
"""Records asked for at least: most tell of read marks."""
MOST_LISTS = 20
"""Lists read for one page at most, so that a page ends soon even where nothing in them counts."""


class Progress(msgspec.Struct, kw_only=True, array_like=True):
    """The cursor."""

    floor: datetime | None = None
    """Mail received before it is left out."""
    history: str = ""
    """Up to this change everything is handed over, owed, or in the listing; empty: nothing was asked yet."""
    listing: bool = True
    """True until the listing came to its end."""
    page: str = ""
    """Token of the next page of the listing, or of the history."""
    owed: list[str] = []
    """Mails that were named but not handed over yet."""

    def written(self) -> str:
        """The cursor as text."""
        return base64.b85encode(msgspec.msgpack.encode(self)).decode("ascii")


def read_progress(cursor: str | None, since: datetime | None) -> Progress:
    """The progress of this cursor; anew where it cannot be read, or where older mail is asked for than it began with."""
    return resumed(cursor, Progress, since)


class Sync:
    """One page in the making."""

    def __init__(self, reader: Reader, desk: Desk, progress: Progress, judged: Judged = nothing_judged) -> None:
        self._reader = reader
        self._client = reader.client
        self._desk = desk
        self._progress = progress
        self._judged = judged
        self._ended = False
        """True once the history came to its end."""
        self._found: list[Delivery] = []
        self._skipped: list[tuple[str, str]] = []

    async def page(self, limit: int) -> Page:
        """At most `limit` mails. Raises: ProviderTrouble when not one could be read."""
        if not self._progress.history:
            self._progress.history = (await self._client.profile(self._desk)).history_id
        for _ in range(MOST_LISTS):
            if self._ended or len(self._progress.owed) >= limit:
                break
            await (self._list(limit) if self._progress.listing else self._follow(limit))
        trouble = await self._hand_over(limit)
        if trouble is not None and not self._found:
            raise trouble
        return Page(
            deliveries=tuple(self._found),
            cursor=self._progress.written(),
            more=bool(self._progress.owed) or not self._ended,
            skipped=tuple(self._skipped),
        )

    async def _list(self, limit: int) -> None:
        """Owes the mails of one page of the listing."""
        progress = self._progress
        room = min(LIST_MOST, limit - len(progress.owed))
        query = "" if progress.floor is None or self._reader.metadata_only else since_query(progress.floor)
        try:
            found = await self._client.list_mails(self._desk, query=query, page=progress.page, most=room)
        except StalePage:
            progress.page = ""
            return
        self._owe([each.id for each in found.messages])
        progress.page = found.next_page_token
        progress.listing = bool(found.next_page_token)

    async def _follow(self, limit: int) -> None:
        """Owes what one page of the history names."""
        progress = self._progress
        most = min(LIST_MOST, max(LEAST_HISTORY, limit))
        try:
            found = await self._client.history(self._desk, progress.history, page=progress.page, most=most)
        except StalePage:
            progress.page = ""
            return
        except Gone:
            self._progress = Progress(floor=progress.floor, owed=progress.owed)
            self._progress.history = (await self._client.profile(self._desk)).history_id
            return
        self._owe(await self._arrived(found))
        progress.page = found.next_page_token
        if not found.next_page_token:
            progress.history = found.history_id or progress.history
            self._ended = True

    def _owe(self, ids: Sequence[str]) -> None:
        judged = self._judged(self._desk.mailbox, ids)
        self._progress.owed = list(dict.fromkeys([*self._progress.owed, *(each for each in ids if each not in judged)]))

    async def _arrived(self, found: HistoryList) -> list[str]:
        """The mails that these records bring in, oldest first."""
        off = {label for record in found.history for moved in record.labels_removed for label in moved.label_ids}
        kept_out = {"DRAFT", "CHAT"}
        if any(not is_system(label) for label in off):
            kept_out.add(await self._reader.quarantine_label(self._desk))
        arrived = dict.fromkeys(mail for record in found.history for mail in _named(record, kept_out))
        deleted = {moved.message.id for record in found.history for moved in record.messages_deleted}
        return [mail for mail in arrived if mail not in deleted]

    async def _hand_over(self, limit: int) -> ProviderTrouble | None:
        """Reads what is owed, as far as the page reaches; gives the first trouble on the way."""
        waiting, later = self._progress.owed[:limit], self._progress.owed[limit:]
        troubled: list[str] = []
        first: ProviderTrouble | None = None
        while waiting and first is None and sum(len(each.raw) for each in self._found) < PAGE_BYTES:
            part, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            for mail, read in zip(part, await asyncio.gather(*map(self._read, part)), strict=True):
                if isinstance(read, ProviderTrouble):
                    troubled.append(mail)
                    first = first or read
                elif read is not None:
                    self._found.append(read)
        # what cannot be read now goes behind what was not tried yet
        self._progress.owed = [*waiting, *later, *troubled]
        return first

    async def _read(self, mail: str) -> Delivery | ProviderTrouble | None:
        """The mail, None where there is nothing to hand over, or why it cannot be had now."""
        try:
            read = await self._reader.read(self._desk, mail)
        except Gone:
            return None
        except BadRequest as refused:
            self._skipped.append((f"{self._desk.address}: mail {mail}", str(refused)))
            return None
        except ProviderTrouble as trouble:
            return trouble
        if read.marks & LEFT_OUT:
            return None
        if self._progress.floor is not None and read.delivery.received_at < self._progress.floor:
            self._came_to_old_mail()
            return None
        if read.short:
            self._skipped.append((f"{self._desk.address}: mail {mail}", read.short))
        return read.delivery

    def _came_to_old_mail(self) -> None:
        """Ends a listing that could not be asked for newer mail alone: it is newest first."""
        if self._progress.listing and self._reader.metadata_only:
            self._progress.listing, self._progress.page = False, ""


def _named(record: Record, kept_out: set[str]) -> Iterator[str]:
    """The mails that this change may have brought in."""
    for added in record.messages_added:
        if not set(added.message.label_ids) & {"DRAFT", "CHAT"}:
            yield added.message.id
    for labelled in record.labels_added:
        if "SENT" in labelled.label_ids:
            yield labelled.message.id
    for freed in record.labels_removed:
        if kept_out & set(freed.label_ids):
            yield freed.message.id
