"""One mailbox of mbox files: the inbox file and, beside it, what was sent, deleted and quarantined."""

import contextlib
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from mailkeep.connect.chain import Item, key_of
from mailkeep.connect.folders import INBOX, role_of
from mailkeep.connect.mbox_file import OURS, MboxFile, Place, Slip, ended, placed, with_place
from mailkeep.connect.mbox_text import with_lines
from mailkeep.connect.mbox_write import locked, open_mbox, pieces_of, rewrite
from mailkeep.connect.port import QUARANTINE_FOLDER, Gone, Ref, Refused, State

TRASH, SENT = "Trash", "Sent"
MARKS = {SENT: ".sent", TRASH: ".trash", QUARANTINE_FOLDER: ".quarantine"}
"""Folder → what its file's name has before `.mbox`."""
SPACING = 1 << 48


class Sheet(NamedTuple):
    """One mail in its mailbox."""

    id: str
    folder: str
    slip: Slip
    item: Item
    exact: bool
    """True when the id is written beside it, not counted."""

    @property
    def state(self) -> State:
        """Where it lies and how it is marked."""
        return State(folder=self.folder, flags=self.slip.flags)


class Drawer:
    """The files of one mailbox."""

    def __init__(self, folder: Path, name: str, suffix: str) -> None:
        self.name = name
        self.files = {
            INBOX: MboxFile(folder / f"{name}{suffix}", ours=False),
            **{each: MboxFile(folder / f"{name}{mark}{suffix}", ours=each in OURS) for each, mark in MARKS.items()},
        }

    def sheets(self, *, delivered: bool = False) -> list[Sheet]:
        """Every mail, with `delivered` those of folders that are delivered. Raises: OSError."""
        rows = [
            (folder, order, slip)
            for order, (folder, file) in enumerate(self.files.items())
            if not delivered or role_of(folder).delivered
            for slip in file.index().slips
        ]
        used = {slip.place.id for _, _, slip in rows if slip.place}
        return [_sheet(folder, order, slip, used) for folder, order, slip in rows]

    def troubles(self) -> list[tuple[str, str]]:
        """Files that could not be read to their end, and why."""
        told = ((file, file.index().trouble) for folder, file in self.files.items() if role_of(folder).delivered)
        return [
            (
                str(file.path),
                f"{says}; {len(file.index().slips)} mails before that were read. Copy the file here again.",
            )
            for file, says in told
            if says
        ]

    def find(self, ref: Ref, target: str = "") -> Sheet:
        """The mail, wherever it lies: where we moved exactly this one, in `target`, where it was last, else anywhere.

        Raises: Gone.
        """
        digest = ref.id.partition("~")[0]
        found = [sheet for sheet in self.sheets() if sheet.slip.digest == digest]
        if not found:
            raise Gone(f"{self.name}: no mail {ref.id} any more.")

        def far(sheet: Sheet) -> tuple[bool, ...]:
            same = sheet.id == ref.id
            arrived = same and sheet.folder == target
            return (not (same and sheet.exact), not arrived, sheet.exact, sheet.folder != ref.folder, not same)

        return min(found, key=far)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other programs out of the inbox file and of what lies beside it."""
        with contextlib.ExitStack() as held:
            for file in self.files.values():
                if file.path.exists() or file is self.files[INBOX]:
                    held.enter_context(locked(file.path))
            yield

    def change(self, sheet: Sheet, state: State) -> None:
        """The mail in this folder with these flags. A crash leaves it in one file or in both, never in none."""
        if sheet.folder == state.folder:
            text = with_lines(self.files[sheet.folder].text(sheet.slip, whole=True), state.flags)
            self._write(sheet.folder, sheet.slip.offset, text, sheet.slip.offset + sheet.slip.size)
        elif sheet.slip.place and sheet.slip.place.folder == state.folder:
            self._bring_back(sheet, sheet.slip.place, state)
        else:
            self._take_away(sheet, state.folder)

    def half_moved(self, sheet: Sheet) -> bool:
        """True when a crash left the mail where it came from, too."""
        return sheet.slip.place is not None and self._still_there(sheet.slip, sheet.slip.place) is not None

    def finish(self, sheet: Sheet) -> None:
        """Ends a move that a crash broke off: the mail leaves the place it came from."""
        place = sheet.slip.place
        left = self._still_there(sheet.slip, place) if place else None
        if place and left:
            self._write(place.folder, left.offset, b"", left.offset + left.size)

    def _take_away(self, sheet: Sheet, folder: str) -> None:
        text = self.files[sheet.folder].text(sheet.slip, whole=True)
        slips = self.files[sheet.folder].index().slips
        at = slips.index(sheet.slip)
        place = Place(
            id=sheet.id,
            folder=sheet.folder,
            offset=self._unmoved(sheet.folder, sheet.slip.offset),
            size=len(text),
            whole=slips[-1].offset + slips[-1].size,
            before=slips[at - 1].digest if at else "",
            after=slips[at + 1].digest if at + 1 < len(slips) else "",
        )
        self._append(folder, with_place(text, place), like=sheet.folder)
        self._write(sheet.folder, sheet.slip.offset, b"", sheet.slip.offset + sheet.slip.size)

    def _bring_back(self, sheet: Sheet, place: Place, state: State) -> None:
        """Back to where it was, unless a crash left it there already; then out of the file it was moved to."""
        if self._still_there(sheet.slip, place) is None:
            text = placed(self.files[sheet.folder].text(sheet.slip, whole=True))[1]
            if self.files[sheet.folder].mail(text) and sheet.slip.flags != state.flags:
                text = with_lines(text, state.flags)
            file = self.files[place.folder]
            slips = file.index().slips
            at = _spot(slips, place, self._moved(place))
            if at is None:
                self._append(place.folder, text, like=sheet.folder)
            else:
                self._write(place.folder, at, text if text.endswith(b"\n") else ended(text), at)
        self._write(sheet.folder, sheet.slip.offset, b"", sheet.slip.offset + sheet.slip.size)

    def _append(self, folder: str, text: bytes, like: str) -> None:
        """The mail as the last of this folder."""
        file = self.files[folder]
        slips = file.index().slips
        if not slips:
            rewrite(file.path, [text], self.files[like].path)
            return
        last = slips[-1]
        self._write(folder, last.offset, ended(file.text(last, whole=True)) + text, last.offset + last.size)

    def _write(self, folder: str, start: int, text: bytes, end: int) -> None:
        """The file with this text in place of what lies between the offsets."""
        file = self.files[folder]
        if file.index().trouble:
            raise Refused(f"{file.path}: {file.index().trouble}; such a file is not changed. Copy it here again.")
        with open_mbox(file.path) as old:
            rewrite(file.path, chain(pieces_of(old, 0, start), [text], pieces_of(old, end, None)), file.path)
        file.spliced(start, text, end)

    def _still_there(self, slip: Slip, place: Place) -> Slip | None:
        """The mail at the place it was moved from, when the file there is as it was before."""
        slips = self.files[place.folder].index().slips
        whole = slips[-1].offset + slips[-1].size if slips else 0
        for at, other in enumerate(slips):
            if other.digest != slip.digest or other.offset != self._moved(place):
                continue
            after = slips[at + 1].digest if at + 1 < len(slips) else ""
            if whole >= place.whole and other.size == place.size and after == place.after:
                return other
        return None

    def _away(self, folder: str) -> list[Place]:
        """Places in this file whose mails lie elsewhere now, by their order."""
        slips = (slip for each in self.files.values() if each.ours for slip in each.index().slips)
        return sorted((s.place for s in slips if s.place and s.place.folder == folder), key=lambda place: place.offset)

    def _unmoved(self, folder: str, offset: int) -> int:
        """The offset, had nothing been moved away."""
        for place in self._away(folder):
            offset += place.size if place.offset <= offset else 0
        return offset

    def _moved(self, place: Place) -> int:
        """The offset as the file is now."""
        return place.offset - sum(each.size for each in self._away(place.folder) if each.offset < place.offset)


def _spot(slips: Sequence[Slip], place: Place, offset: int) -> int | None:
    """Where in the file the mail belongs; None for its end. By its offset, or by its neighbours if others changed the file."""
    ends = {slip.offset: slip.offset + slip.size for slip in slips}
    if offset in ends:
        return offset
    for slip in slips:
        if slip.digest == place.after:
            return slip.offset
    for slip, following in pairwise(slips):
        if slip.digest == place.before:
            return following.offset
    return None


def _sheet(folder: str, order: int, slip: Slip, used: set[str]) -> Sheet:
    """The mail with its id. Of several with the same bytes, each has its own number."""
    mail = slip.place.id if slip.place else slip.digest
    copy = 0
    while slip.place is None and mail in used:
        copy += 1
        mail = f"{slip.digest}~{copy}"
    used.add(mail)
    item = Item(order * SPACING + slip.offset, key_of(mail), slip.received_ns)
    return Sheet(mail, folder, slip, item, slip.place is not None)
