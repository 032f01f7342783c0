"""Questions to one IMAP mailbox, asked in a thread: its folders, what is new in them, a mail found again, a mail moved.

A mail's id is the digest of its bytes and their number. The number is what a server can search for: it narrows a folder to
a handful, and the digest tells which of them it is; so the id outlives moves, UIDVALIDITY and this process.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from imapclient import IMAPClient

from mailkeep.connect.chain import MOST_BYTES
from mailkeep.connect.folders import Role
from mailkeep.connect.imap_words import Folder, flags_of, folders_of, words_of
from mailkeep.connect.message_ids import carries, longest_plain
from mailkeep.connect.port import FLAG_KEYWORD, QUARANTINE_FOLDER, Gone, Ref, State

REMEMBERED = 20_000
"""So many mails' ids are remembered with the UIDs they had, to spare reading them again."""
BATCH = 50


class Standing(NamedTuple):
    """How far a folder's numbering has come."""

    validity: int
    next_uid: int
    """0 where the server does not say."""
    modseq: int = 0
    """The highest modification sequence (CONDSTORE); 0 where the server keeps none."""
    messages: int | None = None
    """How many mails lie there, where that was asked."""

    @property
    def arrivals(self) -> tuple[int, int]:
        """What changes whenever a mail arrives, and, where the server says enough, at nothing else."""
        return self.validity, self.next_uid or self.modseq


class Heading(NamedTuple):
    """What is known of a mail before it is read."""

    uid: int
    size: int
    flags: frozenset[str]
    received_at: datetime


class Spot(NamedTuple):
    """Where a mail lies: one folder, and there one UID, or several for identical twins."""

    folder: str
    uids: tuple[int, ...]


class Box:
    """One mailbox through one client."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int, int], str] = {}
        """(folder, UIDVALIDITY, UID) → id."""

    def folders(self, client: IMAPClient) -> list[Folder]:
        """The owner's folders, inbox first."""
        foreign: tuple[str, ...] = ()
        if client.has_capability("NAMESPACE"):
            spaces = client.namespace()
            foreign = tuple(prefix for space in (spaces.other, spaces.shared) for prefix, _ in space or () if prefix)
        return folders_of(client.list_folders(), foreign)

    def standing(self, client: IMAPClient, folder: str) -> Standing:
        """Its numbering now, without opening it."""
        asked = ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]
        if client.has_capability("CONDSTORE") or client.has_capability("QRESYNC"):
            asked.append("HIGHESTMODSEQ")
        return _standing(client.folder_status(folder, asked))

    def enter(self, client: IMAPClient, folder: str, *, change: bool = False) -> Standing:
        """Opens the folder, for reading alone unless `change`."""
        return _standing(client.select_folder(folder, readonly=not change))

    def uids_after(self, client: IMAPClient, uid: int, since: datetime | None) -> list[int]:
        """UIDs above this one in the open folder, rising; with `since` those of that day and later, and of the day before."""
        asked: list[object] = ["UID", f"{uid + 1}:*"]
        if since is not None:
            asked += ["SINCE", (since - timedelta(days=1)).date()]
        return sorted(found for found in client.search(asked) if found > uid)

    def headings(self, client: IMAPClient, uids: Sequence[int]) -> list[Heading]:
        """What is known of these mails of the open folder; those that left meanwhile are missing."""
        told = client.fetch(uids, ["FLAGS", "INTERNALDATE", "RFC822.SIZE"])
        return [
            Heading(uid, int(row[b"RFC822.SIZE"]), flags_of(row.get(b"FLAGS", ())), row[b"INTERNALDATE"])
            for uid, row in sorted(told.items())
            if b"RFC822.SIZE" in row and b"INTERNALDATE" in row
        ]

    def raws(self, client: IMAPClient, headings: Iterable[Heading]) -> dict[int, bytes]:
        """UID → bytes of these mails, at most MOST_BYTES of each; reading leaves no trace in the flags."""
        small = [heading.uid for heading in headings if heading.size <= MOST_BYTES]
        large = [heading.uid for heading in headings if heading.size > MOST_BYTES]
        told = client.fetch(small, ["BODY.PEEK[]"])
        found = {uid: row[b"BODY[]"] for uid, row in told.items() if row.get(b"BODY[]") is not None}
        for uid in large:
            row = client.fetch([uid], [f"BODY.PEEK[]<0.{MOST_BYTES}>"]).get(uid, {})
            found.update({uid: row[b"BODY[]<0>"]} if row.get(b"BODY[]<0>") else {})
        return found

    def name(self, folder: str, validity: int, heading: Heading, raw: bytes) -> str:
        """The mail's id, remembered with where it lies."""
        mail = f"{sha256(raw).hexdigest()[:32]}~{heading.size}"
        while len(self.known) >= REMEMBERED:
            del self.known[next(iter(self.known))]
        self.known[folder, validity, heading.uid] = mail
        return mail

    def forget(self, folder: str) -> None:
        """Drops the ids remembered for this folder: its UIDs may mean other mails now."""
        for place in [place for place in self.known if place[0] == folder]:
            del self.known[place]

    def find(self, client: IMAPClient, ref: Ref, first: Sequence[str] = (), *, change: bool = False) -> Spot:
        """Where the mail lies, its folder left open: where it was last, then `first`, then anywhere. Raises: Gone."""
        there = [folder.name for folder in self.folders(client)]
        order = [name for name in dict.fromkeys((ref.folder, *first, *there)) if name in there]
        for folder in order:
            uids = self.uids_of(client, folder, ref.id, change=change)
            if uids:
                return Spot(folder, uids)
        raise Gone(f"{ref.mailbox}: no mail {ref.id} any more.")

    def uids_of(self, client: IMAPClient, folder: str, mail: str, *, change: bool = False) -> tuple[int, ...]:
        """The mail's UIDs in this folder, which is left open; none where it is not."""
        validity = self.enter(client, folder, change=change).validity
        size = mail.rpartition("~")[2]
        if not size.isdecimal():
            return ()
        alike = client.search(["LARGER", int(size) - 1, "SMALLER", int(size) + 1])
        named = self.named(client, folder, validity, alike)
        return tuple(uid for uid in alike if named.get(uid) == mail)

    def named(self, client: IMAPClient, folder: str, validity: int, uids: Sequence[int]) -> dict[int, str]:
        """UID → id of these mails of the open folder, read where not known; those that left meanwhile are missing."""
        found = {uid: self.known[folder, validity, uid] for uid in uids if (folder, validity, uid) in self.known}
        unread = [uid for uid in uids if uid not in found]
        for start in range(0, len(unread), BATCH):
            headings = self.headings(client, unread[start : start + BATCH])
            raws = self.raws(client, headings)
            for heading in headings:
                if heading.uid in raws:
                    found[heading.uid] = self.name(folder, validity, heading, raws[heading.uid])
        return found

    def uids_with(self, client: IMAPClient, message_id: str) -> list[int]:
        """UIDs in the open folder of the mails with exactly this Message-ID.

        The server is asked for a plain part of it, which every server finds; which mails really have it is seen here.
        """
        alike = client.search(["HEADER", "Message-ID", longest_plain(message_id)])
        told = client.fetch(alike, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        heads = {uid: row.get(b"BODY[HEADER.FIELDS (MESSAGE-ID)]") or b"" for uid, row in told.items()}
        return sorted(uid for uid, head in heads.items() if carries(head, message_id))

    def state(self, client: IMAPClient, spot: Spot) -> State:
        """How the mail is marked. Its folder is open. Raises: Gone."""
        told = client.get_flags(spot.uids[:1])
        if not told:
            raise Gone(f"{spot.folder}: the mail left it this moment.")
        return State(folder=spot.folder, flags=flags_of(told[spot.uids[0]]))

    def move(self, client: IMAPClient, spot: Spot, folder: str, mail: str) -> None:
        """The mail in another folder. Its folder is open for change.

        Without MOVE (RFC 6851) it is copied and then removed; a copy that a crash left there is not made twice.
        """
        self.make(client, folder)
        if client.has_capability("MOVE"):
            client.move(spot.uids, folder)
            return
        if not self.uids_of(client, folder, mail):
            self.enter(client, spot.folder, change=True)
            client.copy(spot.uids, folder)
        self.enter(client, spot.folder, change=True)
        client.add_flags(spot.uids, ["\\Deleted"], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(spot.uids)
        elif set(client.search(["DELETED"])) <= set(spot.uids):
            client.expunge()

    def mark(self, client: IMAPClient, spot: Spot, flags: frozenset[str]) -> bool:
        """Exactly these flags; False where they were so before. Its folder is open for change."""
        now = self.state(client, spot).flags
        if flags - now:
            client.add_flags(spot.uids, words_of(flags - now), silent=True)
        if now - flags:
            client.remove_flags(spot.uids, words_of(now - flags), silent=True)
        return now != flags

    def takes_keywords(self, client: IMAPClient, spot: Spot) -> bool:
        """True where the folder stores keywords that people make up."""
        permitted = client.select_folder(spot.folder).get(b"PERMANENTFLAGS", ())
        return b"\\*" in permitted or FLAG_KEYWORD.encode() in permitted

    def make(self, client: IMAPClient, folder: str) -> None:
        """The folder, created when missing. People see it if it was theirs, not if it is ours."""
        if any(each.name == folder for each in self.folders(client)):
            return
        client.create_folder(folder)
        if QUARANTINE_FOLDER not in folder:
            client.subscribe_folder(folder)

    def special(self, client: IMAPClient, role: Role, otherwise: str) -> str:
        """The folder of this role; one of the given name, in the owner's namespace, where there is none yet."""
        named = next((folder.name for folder in self.folders(client) if folder.role is role), None)
        if named is not None:
            return named
        personal = client.namespace().personal if client.has_capability("NAMESPACE") else ()
        return f"{personal[0][0] if personal else ''}{otherwise}"


def _standing(told: Mapping[bytes, Any]) -> Standing:
    """What STATUS or SELECT told."""
    return Standing(
        int(told[b"UIDVALIDITY"]),
        int(told.get(b"UIDNEXT", 0)),
        int(told.get(b"HIGHESTMODSEQ", 0)),
        int(told[b"MESSAGES"]) if b"MESSAGES" in told else None,
    )
