"""A page of what is new in an IMAP mailbox, folder by folder, each by rising UID."""

import base64
from collections.abc import Iterator
from datetime import datetime

import msgspec
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mailkeep.connect.chain import MOST_BYTES, PAGE_BYTES
from mailkeep.connect.folders import Role
from mailkeep.connect.imap_box import Box, Heading, Standing
from mailkeep.connect.imap_line import refusal
from mailkeep.connect.imap_words import Folder
from mailkeep.connect.port import Delivery, Page, ProviderTrouble, Ref, State
from mailkeep.connect.progress import resumed


class Reached(msgspec.Struct, frozen=True, array_like=True):
    """How far a folder was handed over."""

    validity: int
    last: int
    """The highest UID handed over."""
    modseq: int = 0
    """The folder's HIGHESTMODSEQ when all of it was; 0: not all was, or the server keeps none."""

    def fell(self, now: Standing) -> bool:
        """True where the numbering went back under the same UIDVALIDITY: a server restored from a backup."""
        return now.validity == self.validity and (0 < now.next_uid <= self.last or 0 < now.modseq < self.modseq)

    def covers(self, now: Standing) -> bool:
        """True when nothing can have arrived since. UIDNEXT goes before the modification sequence, which flags raise too."""
        if self.fell(now):
            return False
        if now.messages == 0:
            return True
        if now.validity != self.validity:
            return now.next_uid == 1
        if now.next_uid:
            return now.next_uid == self.last + 1
        return 0 < now.modseq == self.modseq


class Progress(msgspec.Struct, kw_only=True, array_like=True):
    """The cursor."""

    floor: datetime | None = None
    """Mail received before it is left out."""
    folders: dict[str, Reached] = {}
    """Folder → how far it was handed over."""

    def written(self) -> str:
        """The cursor as text."""
        return base64.b85encode(msgspec.msgpack.encode(self)).decode("ascii")

    def reached(self, folder: str) -> Reached:
        """How far this folder was handed over."""
        return self.folders.get(folder, Reached(0, 0))


def read_progress(cursor: str | None, since: datetime | None) -> Progress:
    """The progress of this cursor; anew where it cannot be read, or where older mail is asked for than it began with."""
    return resumed(cursor, Progress, since)


class Sync:
    """One page in the making."""

    def __init__(self, client: IMAPClient, box: Box, mailbox: str, progress: Progress) -> None:
        self.client = client
        self.box = box
        self.mailbox = mailbox
        self.progress = progress
        self.deliveries: list[Delivery] = []
        self.skipped: list[tuple[str, str]] = []
        self.size = 0

    def page(self, limit: int) -> Page:
        """At most `limit` mails. Raises: IMAPClientError, OSError."""
        folders = self.box.folders(self.client)
        there = {folder.name for folder in folders}
        self.progress.folders = {name: known for name, known in self.progress.folders.items() if name in there}
        more = False
        for folder in folders:
            if more:
                break
            if folder.role.delivered and self._owes(folder):
                more = self._folder(folder, limit)
        return Page(
            deliveries=tuple(self.deliveries), cursor=self.progress.written(), more=more, skipped=tuple(self.skipped)
        )

    def _owes(self, folder: Folder) -> bool:
        """True unless nothing can have arrived in the folder since it was left."""
        try:
            now = self.box.standing(self.client, folder.name)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            self._skip(folder.name, error)
            return False
        if not self.progress.reached(folder.name).covers(now):
            return True
        self._done(folder, now, self._last(folder, now))
        return False

    def _last(self, folder: Folder, now: Standing) -> int:
        """The highest UID handed over in this numbering; 0 where it began anew."""
        reached = self.progress.reached(folder.name)
        return 0 if reached.validity != now.validity or reached.fell(now) else reached.last

    def _done(self, folder: Folder, now: Standing, last: int) -> None:
        """Notes that all which lay there was handed over."""
        self.progress.folders[folder.name] = Reached(now.validity, max(now.next_uid - 1, last), now.modseq)

    def _folder(self, folder: Folder, limit: int) -> bool:
        """Hands over what is new in it; True when it, or another folder, may hold more than fits the page."""
        room = limit - len(self.deliveries)
        if room <= 0 or self.size >= PAGE_BYTES:
            return True
        try:
            now = self.box.enter(self.client, folder.name)
            if self.progress.reached(folder.name).fell(now):
                self.box.forget(folder.name)
            last = self._last(folder, now)
            uids = self.box.uids_after(self.client, last, self.progress.floor)
            full = self._hand_over(folder, now, uids[:room])
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            self._skip(folder.name, error)
            return False
        if full or len(uids) > room:
            return True
        self._done(folder, now, max(last, *uids[-1:], 0))
        return False

    def _hand_over(self, folder: Folder, now: Standing, uids: list[int]) -> bool:
        """True when the page is full before all of these were read."""
        headings = {heading.uid: heading for heading in self.box.headings(self.client, uids)}
        for part in _portions([headings[uid] for uid in uids if uid in headings]):
            if self.size >= PAGE_BYTES:
                return True
            raws = self.box.raws(self.client, part)
            for heading in part:
                if heading.uid in raws and not self._too_old(heading):
                    self._deliver(folder, now, heading, raws[heading.uid])
            self.progress.folders[folder.name] = Reached(now.validity, part[-1].uid)
        if uids:
            self.progress.folders[folder.name] = Reached(now.validity, uids[-1])
        return False

    def _too_old(self, heading: Heading) -> bool:
        return self.progress.floor is not None and heading.received_at < self.progress.floor

    def _deliver(self, folder: Folder, now: Standing, heading: Heading, raw: bytes) -> None:
        mail = self.box.name(folder.name, now.validity, heading, raw)
        if heading.size > MOST_BYTES:
            what = f"{self.mailbox}: {folder.name}, UID {heading.uid}"
            self.skipped.append((what, f"is {heading.size} bytes long; only the first {MOST_BYTES} were looked at."))
        self.size += len(raw)
        self.deliveries.append(
            Delivery(
                ref=Ref(mailbox=self.mailbox, id=mail, folder=folder.name),
                state=State(folder=folder.name, flags=heading.flags),
                received_at=heading.received_at,
                raw=raw,
                sent=folder.role is Role.SENT,
            )
        )

    def _skip(self, folder: str, error: IMAPClientError) -> None:
        """Notes a folder the server does not open; trouble that concerns more than it is raised. Raises: ProviderTrouble."""
        trouble: ProviderTrouble = refusal(f"opening folder {folder} of {self.mailbox}", str(error))
        if trouble.retry_after_s is not None:
            raise trouble
        self.skipped.append((f"{self.mailbox}: {folder}", f"{trouble} Its mails wait until it can be opened."))


def _portions(headings: list[Heading]) -> Iterator[list[Heading]]:
    """The mails in portions of a few megabytes, each read by one question."""
    part: list[Heading] = []
    size = 0
    for heading in headings:
        if part and size + heading.size > PAGE_BYTES // 4:
            yield part
            part, size = [], 0
        part.append(heading)
        size += heading.size
    if part:
        yield part
