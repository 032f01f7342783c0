"""A page of what is new in a mailbox: each folder followed by its own delta, round after round.

A round lists the folders and follows each to its end; what is left of it stands in the cursor, and so does every link, whole.
A mail that moves from a folder not yet followed into one that was comes in the next round: nothing is missed whatever moves.
"""

import asyncio
import base64
import zlib
from collections.abc import Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from mailkeep.connect.bucket import Haste
from mailkeep.connect.chain import PAGE_BYTES
from mailkeep.connect.folders import INBOX
from mailkeep.connect.graph.client import Call, GraphClient, rows_of
from mailkeep.connect.graph.folders import Folder, Folders
from mailkeep.connect.graph.mails import Mails, delivery_of
from mailkeep.connect.graph.wire import HEAD_FIELDS, RESYNC, Head, code_of, folder_path, head_of, query, spelled
from mailkeep.connect.port import Delivery, Gone, Page, Ref, Throttled, Unreachable
from mailkeep.connect.progress import resumed

FILTERED = 4_000
"""A delta with a filter gives at most 5,000 mails; a larger folder is listed whole, and old mail in it left out here."""
AT_ONCE = 8
"""Folders that are followed, and mails that are read, at a time."""
OLD_PAGE = 250
"""Rows of a page where most are expected to be left out."""


class Reached(msgspec.Struct, frozen=True, array_like=True):
    """How far a folder was followed."""

    link: str
    """Graph's own, whole."""
    caught_up: bool = False
    """True when the link tells of changes; False in the middle of the first reading."""


class Progress(msgspec.Struct, kw_only=True, array_like=True):
    """The cursor."""

    floor: datetime | None = None
    """Mail received before it is left out."""
    folders: dict[str, Reached] = {}
    """By id."""
    left: list[str] | None = None
    """Folders that this round has still to follow; None: a new round is to begin."""
    pending: list[str] = []
    """Ids of mails that a delta told of and that did not fit a page."""

    def written(self) -> str:
        """The cursor as text."""
        return base64.b85encode(zlib.compress(msgspec.msgpack.encode(self), 3)).decode("ascii")


def read_progress(cursor: str | None, since: datetime | None) -> Progress:
    """The progress of this cursor; anew where it cannot be read, or where older mail is asked for than it began with."""
    return resumed(cursor, Progress, since, lambda text: zlib.decompress(base64.b85decode(text)))


Found = tuple[Delivery, Folder, str]
"""A mail, where it lies, and what is missing of it."""


class Reading:
    """One page in the making."""

    def __init__(self, client: GraphClient, folders: Folders, mails: Mails, mailbox: str, progress: Progress) -> None:
        self.client, self.folders, self.mails = client, folders, mails
        self.mailbox = mailbox
        self.progress = progress
        caught_up = progress.folders and all(each.caught_up for each in progress.folders.values())
        self.haste = Haste.LIVE if caught_up and not progress.pending else Haste.SCAN
        self.known: dict[str, Folder] = {}
        self.deliveries: list[Delivery] = []
        self.skipped: list[tuple[str, str]] = []
        self.size = 0
        self.anew: set[str] = set()
        """Folders for which Graph asked to begin anew."""
        self.wait: Throttled | None = None
        """Set when Graph's limits end the page early."""

    async def page(self, limit: int) -> Page:
        """At most `limit` mails, fewer where the limits of Graph say so. Raises: ProviderTrouble when there are none."""
        try:
            more = await self._fill(limit)
        except Throttled as wait:
            self.wait, more = wait, True
        if self.wait is not None and not self.deliveries:
            raise self.wait
        return Page(
            deliveries=tuple(self.deliveries),
            cursor=self.progress.written(),
            more=more,
            skipped=tuple(self.skipped),
        )

    async def _fill(self, limit: int) -> bool:
        """Reads as far as there is room; False when everything was followed to its end."""
        await self._catch_up_pending(limit)
        while not self.progress.pending and self._room(limit):
            if self.progress.left is None:
                self.progress.left = await self._round()
            if not self.progress.left:
                self.progress.left = None
                return False
            await self._follow(self._group(), limit)
        return True

    def _room(self, limit: int) -> int:
        return 0 if self.wait is not None or self.size >= PAGE_BYTES else limit - len(self.deliveries)

    async def _round(self) -> list[str]:
        """The folders to follow, the inbox first. One that is empty is not asked: nothing can have come to lie there."""
        found = await self._folders_now()
        self.progress.folders = {i: each for i, each in self.progress.folders.items() if i in self.known}
        return [each.id for each in found if each.delivered and each.messages]

    async def _folders_now(self) -> list[Folder]:
        found = await self.folders.all(self.mailbox, haste=self.haste)
        self.known = {each.id: each for each in found}
        return found

    async def _folder(self, identity: str) -> Folder | None:
        """The folder; None when it is not there any more."""
        if identity not in self.known:
            self.known = self.folders.drawer(self.mailbox).folders
        if identity not in self.known:
            await self._folders_now()
        return self.known.get(identity)

    def _group(self) -> list[str]:
        """The next folders: many where little is expected, one where it is read for the first time."""
        left = self.progress.left or []
        caught_up = [each for each in left[:AT_ONCE] if self._is_caught_up(each)]
        return caught_up if self._is_caught_up(left[0]) else left[:1]

    def _is_caught_up(self, identity: str) -> bool:
        reached = self.progress.folders.get(identity)
        return reached is not None and reached.caught_up

    async def _follow(self, group: list[str], limit: int) -> None:
        """One page of each of these folders' deltas, and the mails of it."""
        told = await asyncio.gather(*(self._told(each, self._room(limit)) for each in group))
        heads: dict[str, Head] = {}
        for identity, answer in zip(group, told, strict=True):
            if answer is not None:
                self._advance(identity, answer)
                heads.update({head.id: head for head in self._heads(identity, answer)})
            elif self.progress.left and identity not in self.anew:
                self.progress.left.remove(identity)
        await self._read([heads[each] for each in self._fresh(heads)], limit)

    def _fresh(self, ids: Iterable[str]) -> list[str]:
        """Those of these mails that have no verdict, each once."""
        asked = list(dict.fromkeys(ids))
        judged = self.mails.judged(self.mailbox, asked)
        return [each for each in asked if each not in judged]

    async def _told(self, identity: str, room: int) -> dict[str, Any] | None:
        """A page of a folder's delta; None where there is none now: the folder is gone, or to be read anew."""
        folder = await self._folder(identity)
        if folder is None or not folder.delivered:
            self.progress.folders.pop(identity, None)
            self.anew.discard(identity)
            return None
        doing = f"reading on in {folder.name} of {self.mailbox}"
        call = Call(
            doing=doing,
            path=self._path(folder, doing),
            mailbox=self.mailbox,
            page=max(room, OLD_PAGE) if self.progress.floor else room,
            haste=self.haste,
        )
        answer = await self.client.answer(call)
        if answer.ok:
            self.anew.discard(identity)
            return answer.json(doing)
        self.progress.folders.pop(identity, None)
        if answer.status == 410 or code_of(answer) in RESYNC:
            if identity in self.anew:
                raise Unreachable(f"{doing}: Graph asked twice in a row to begin anew. It is tried again later.")
            self.anew.add(identity)
            return None
        trouble = self.client.trouble(call, answer)
        if not isinstance(trouble, Gone) or folder.name == INBOX:
            raise trouble
        self.folders.forget(self.mailbox, identity)
        self.known.pop(identity, None)
        return None

    def _path(self, folder: Folder, doing: str) -> str:
        reached = self.progress.folders.get(folder.id)
        if reached is not None and reached.link.startswith(self.client.base):
            return self.client.own(reached.link, doing)
        options = {"changeType": "created", "$select": HEAD_FIELDS}
        if self.progress.floor is not None and folder.messages <= FILTERED:
            options["$filter"] = f"receivedDateTime ge {spelled(self.progress.floor)}"
        return f"{folder_path(self.mailbox, folder.id)}/messages/delta{query(options)}"

    def _advance(self, identity: str, told: dict[str, Any]) -> None:
        """Notes how far the folder was followed. Raises: Unreachable when the page leads nowhere."""
        following, delta = told.get("@odata.nextLink"), told.get("@odata.deltaLink")
        link = following or delta
        before = self.progress.folders.get(identity)
        doing = f"reading on in {self.mailbox}"
        if not isinstance(link, str) or (following and before is not None and before.link == following):
            raise Unreachable(f"{doing}: a page of changes does not tell where it goes on. It is tried again.")
        self.client.own(link, doing)
        caught_up = not following or (before is not None and before.caught_up)
        self.progress.folders[identity] = Reached(link, caught_up)
        if not following and self.progress.left:
            self.progress.left.remove(identity)

    def _heads(self, identity: str, told: dict[str, Any]) -> list[Head]:
        """The mails of a page that are to be read."""
        rows = rows_of(told, f"reading on in {self.mailbox}")
        heads = [head_of({"parentFolderId": identity, **row}) for row in rows if "@removed" not in row]
        floor = self.progress.floor
        return [head for head in heads if not head.draft and (floor is None or head.received_at >= floor)]

    async def _read(self, heads: list[Head], limit: int) -> None:
        """Hands these mails over as far as there is room; the others wait in the cursor."""

        async def one(head: Head) -> Found | None:
            folder = await self._folder(head.folder)
            raw, lost = await self.mails.raw(Ref(mailbox=self.mailbox, id=head.id), self.haste)
            return None if folder is None else (delivery_of(self.mailbox, head, folder, raw), folder, lost)

        while heads and (room := self._room(limit)):
            count = min(room, AT_ONCE)
            await self._hand_over({head.id: one(head) for head in heads[:count]})
            heads = heads[count:]
        self.progress.pending += [head.id for head in heads]

    async def _catch_up_pending(self, limit: int) -> None:
        """Hands over mails that did not fit an earlier page, from wherever they lie now."""
        while self.progress.pending and (room := self._room(limit)):
            count = min(room, AT_ONCE)
            some, self.progress.pending = self.progress.pending[:count], self.progress.pending[count:]
            refs = {identity: Ref(mailbox=self.mailbox, id=identity) for identity in self._fresh(some)}
            await self._hand_over({i: self.mails.delivery(ref, self.haste) for i, ref in refs.items()})

    async def _hand_over(self, wanted: Mapping[str, Coroutine[Any, Any, Found | None]]) -> None:
        """Hands over what is found of these mails; one for which there is no room in Graph's limits waits in the cursor."""
        for identity, found in zip(wanted, await asyncio.gather(*wanted.values(), return_exceptions=True), strict=True):
            if isinstance(found, Throttled):
                self.wait = found
                self.progress.pending.append(identity)
            elif isinstance(found, BaseException) and not isinstance(found, Gone):
                raise found
            elif isinstance(found, tuple) and found[1].delivered:
                self._put(found[0], found[2])

    def _put(self, delivery: Delivery, lost: str) -> None:
        self.deliveries.append(delivery)
        self.size += len(delivery.raw)
        if lost:
            self.skipped.append((f"{self.mailbox}: mail {delivery.ref.id}", lost))
