"""One mbox file: what lies in it and where, read once and after that only as far as it grew."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from mailkeep.connect.chain import MOST_BYTES, nanoseconds
from mailkeep.connect.mbox_text import Stretch, digest_of, flags_in, is_mbox, mail_in, received_at, stretches
from mailkeep.connect.mbox_write import open_mbox
from mailkeep.connect.port import QUARANTINE_FOLDER

PLACE = b"X-Mailkeep-Place: "
OURS = ("Trash", QUARANTINE_FOLDER)
"""Folders to which we move mails, with a note of their former place."""
SAMPLE = 4096
EPOCH = datetime.fromtimestamp(0, tz=UTC)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mail lay that we moved to another file: the first header line there, as JSON."""

    id: str
    folder: str
    offset: int
    """Its offset, had nothing been moved away from that file."""
    size: int
    whole: int
    """Size of the file's text before the mail was taken out."""
    before: str
    """Digest of the mail before it, empty for none."""
    after: str
    """Digest of the mail after it."""


class Slip(NamedTuple):
    """One mail in the file, by what is known of it."""

    digest: str
    offset: int
    size: int
    received_ns: int
    flags: frozenset[str]
    ended: bool
    place: Place | None


class Index(NamedTuple):
    """What lies in a file."""

    stamp: tuple[int, int, int]
    """Inode, size and time of change: the same for the same content."""
    slips: list[Slip]
    trouble: str
    """Why it could not be read to its end; empty when it was."""
    samples: tuple[bytes, bytes]
    """The first bytes, and those before the last mail."""


class MboxFile:
    """A file that may not be there."""

    def __init__(self, path: Path, *, ours: bool) -> None:
        self.path = path
        self.ours = ours
        """True where we put mails with their former place."""
        self._index = Index((0, 0, 0), [], "", (b"", b""))
        self._open: IO[bytes] | None = None

    def index(self) -> Index:
        """What lies in it. Raises: OSError."""
        try:
            looked = self.path.stat()
        except FileNotFoundError:
            self.close()
            return Index((0, 0, 0), [], "", (b"", b""))
        stamp = (looked.st_ino, looked.st_size, looked.st_mtime_ns)
        if stamp != self._index.stamp:
            self.close()
            with open_mbox(self.path) as file:
                self._index = self._read(file, stamp, datetime.fromtimestamp(looked.st_mtime, tz=UTC))
        return self._index

    def text(self, slip: Slip, *, whole: bool = False) -> bytes:
        """Its bytes in the file, at most MOST_BYTES unless `whole`.

        Raises: OSError; FileNotFoundError when it lies there no more.
        """
        if self._open is None:
            self._open = open_mbox(self.path)
        self._open.seek(slip.offset)
        text = self._open.read(slip.size if whole else min(slip.size, MOST_BYTES))
        if self._slip(Stretch(slip.offset, slip.size, text[:MOST_BYTES], slip.ended), EPOCH).digest != slip.digest:
            self.forget()
            raise FileNotFoundError(f"{self.path}: the mail at {slip.offset} moved meanwhile")
        return text

    def mail(self, text: bytes) -> bytes:
        """The mail itself, without what the file or we added."""
        ours = self.ours
        while ours:
            place, text = placed(text)
            ours = place is not None and place.folder in OURS
        return mail_in(text)

    def spliced(self, start: int, text: bytes, end: int) -> None:
        """Knows of a change of ours, mail by mail, without reading the file again. Takes: offsets between two mails."""
        former = self._index
        self.close()
        shift = len(text) - (end - start)
        before = [slip for slip in former.slips if slip.offset < start]
        looked = self.path.stat()
        inside = list(self._slips(io.BytesIO(text), start, [], datetime.fromtimestamp(looked.st_mtime, tz=UTC)))
        after = [slip._replace(offset=slip.offset + shift) for slip in former.slips if slip.offset >= end]
        slips = [*before, *inside, *after]
        with open_mbox(self.path) as file:
            head = b"" if self.path.suffix == ".gz" else file.read(SAMPLE)
            samples = (head, self._before_last(file, slips))
        self._index = Index((looked.st_ino, looked.st_size, looked.st_mtime_ns), slips, "", samples)

    def forget(self) -> None:
        """Reads the file anew next time."""
        self.close()
        self._index = Index((0, 0, 0), [], "", (b"", b""))

    def close(self) -> None:
        """Lets go of the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _read(self, file: IO[bytes], stamp: tuple[int, int, int], changed: datetime) -> Index:
        kept = self._still_true(file, stamp)
        offset = kept[-1].offset + kept[-1].size if kept else 0
        file.seek(0)
        head = b"" if self.path.suffix == ".gz" else file.read(SAMPLE)
        troubles: list[str] = []
        file.seek(offset)
        slips = [*kept, *self._slips(file, offset, troubles, changed)]
        if slips and not offset and not is_mbox(self._first(file)):
            return Index(
                stamp, [], "does not begin with a From line, so it is no mbox. Name only mbox files .mbox.", (b"", b"")
            )
        return Index(stamp, slips, troubles[0] if troubles else "", (head, self._before_last(file, slips)))

    def _still_true(self, file: IO[bytes], stamp: tuple[int, int, int]) -> list[Slip]:
        """What is known of a file that only grew since: all but its last mail, which may have grown too."""
        former = self._index
        grew = stamp[0] == former.stamp[0] and stamp[1] > former.stamp[1]
        if not grew or not former.slips or self.path.suffix == ".gz":
            return []
        head = file.read(len(former.samples[0]))
        same = (head, self._before_last(file, former.slips)) == former.samples
        return former.slips[:-1] if same else []

    def _before_last(self, file: IO[bytes], slips: list[Slip]) -> bytes:
        if self.path.suffix == ".gz" or not slips:
            return b""
        end = slips[-1].offset
        file.seek(max(0, end - SAMPLE))
        return file.read(min(end, SAMPLE))

    def _first(self, file: IO[bytes]) -> bytes:
        file.seek(0)
        return file.read(5)

    def _slips(self, file: IO[bytes], offset: int, troubles: list[str], changed: datetime) -> Iterator[Slip]:
        for stretch in stretches(file, offset, troubles):
            yield self._slip(stretch, changed)

    def _slip(self, stretch: Stretch, changed: datetime) -> Slip:
        place, text = placed(stretch.text) if self.ours else (None, stretch.text)
        mail = self.mail(text)
        received = nanoseconds(received_at(text, changed))
        digest = place.id.partition("~")[0] if place else digest_of(mail)
        return Slip(digest, stretch.offset, stretch.size, received, flags_in(mail), stretch.ended, place)


def placed(text: bytes) -> tuple[Place | None, bytes]:
    """The former place that we wrote into this stretch, and the stretch as it lay there; of several the latest place."""
    first, newline, mail = text.partition(b"\n")
    line, _, rest = mail.partition(b"\n")
    if not line.startswith(PLACE):
        return None, text
    try:
        place = msgspec.json.decode(line[len(PLACE) :], type=Place)
    except msgspec.MsgspecError:
        return None, text
    inner = first + newline + rest
    return place, inner[: place.size]


def with_place(text: bytes, place: Place) -> bytes:
    """The stretch with its former place, ended so that another may follow."""
    first, newline, mail = text.partition(b"\n")
    inner = first + (newline or b"\n") + PLACE + msgspec.json.encode(place) + b"\n" + mail
    return ended(inner)


def ended(text: bytes) -> bytes:
    """The stretch with an empty line at its end."""
    if text.endswith((b"\n\n", b"\n\r\n")):
        return text
    return text + (b"\n" if text.endswith(b"\n") else b"\n\n")
