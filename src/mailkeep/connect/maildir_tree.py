"""One mailbox in Maildir++ form: what lies in it, found again, moved."""

import os
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from mailkeep.connect.chain import Item, key_of
from mailkeep.connect.folders import INBOX, Role, role_of
from mailkeep.connect.maildir_names import (
    RECENT,
    FileName,
    MailId,
    directory_name,
    flags_of,
    folder_name,
    fresh_name,
    info_of,
    read_id,
    read_name,
    received_ns,
    write_name,
)
from mailkeep.connect.port import Gone, Ref, State

RACY_S = 3.0
"""A directory changed less than this before it was listed is listed again: its time may be too coarse to tell."""


class Entry(NamedTuple):
    """One file as a directory lists it."""

    name: str
    size: int
    mtime_ns: int
    usable: bool
    """False for what is no ordinary file, or not ours to read."""


class Letter(NamedTuple):
    """One mail in its mailbox."""

    named: MailId
    folder: str
    path: Path
    recent: bool
    item: Item
    usable: bool
    alone: bool = True
    """False when another file of its name and size lies in the mailbox."""

    @property
    def state(self) -> State:
        """Where it lies and how it is marked."""
        return State(folder=self.folder, flags=flags_of(read_name(self.path.name).info, recent=self.recent))


class Listing(NamedTuple):
    """What lies in a mailbox."""

    letters: list[Letter]
    skipped: list[tuple[str, str]]


Rows = tuple[list[Entry], str, Path]
"""The files of a directory, its folder's name, and itself."""


class Tree:
    """The folders and mails below one directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[Path, tuple[int, int, list[Entry]]] = {}
        self._last: tuple[list[Rows], list[Letter]] = ([], [])

    def folders(self) -> dict[str, Path]:
        """Folder name → directory, inbox first. Raises: Gone, OSError."""
        if not self.root.is_dir():
            raise Gone(f"{self.root}: the mailbox is not there any more. If it moved, correct the tenant's path.")
        inner = sorted(e.name for e in os.scandir(self.root) if e.name.startswith(".") and is_maildir(Path(e.path)))
        return {INBOX: self.root, **{folder_name(name): self.root / name for name in inner}}

    def listing(self, folders: dict[str, Path] | None = None, *, only: str = "") -> Listing:
        """Every mail of these folders, or of all; with `only`, those whose unique name begins so.

        A folder that cannot be read becomes a sentence.
        """
        rows: list[Rows] = []
        skipped: list[tuple[str, str]] = []
        for folder, path in (self.folders() if folders is None else folders).items():
            for inner in ("new", "cur"):
                try:
                    entries = self._entries(path / inner)
                except OSError as error:
                    says = f"{error.strerror or error}. Give read permission; its mails wait until then."
                    skipped.append((str(path / inner), says))
                    continue
                rows.append((entries, folder, path / inner))
        if only:
            return Listing(_letters(rows, only), skipped)
        if not _same(self._last[0], rows):
            self._last = (rows, _letters(rows))
        return Listing(self._last[1], skipped)

    def find(self, ref: Ref, target: str = "") -> Letter:
        """The mail, wherever it lies: in `target` if exactly this one does, else where it was last, else anywhere.

        Raises: Gone.
        """
        wanted = read_id(ref.id)
        found = [each for each in self.listing(only=wanted.unique).letters if each.named.unique == wanted.unique]
        if not found:
            raise Gone(f"{self.root}: no mail {ref.id} any more.")
        twins = [each for each in found if each.named.size == wanted.size]

        def far(letter: Letter) -> tuple[bool, ...]:
            same = letter.named == wanted
            arrived = same and letter.folder == target
            taken = role_of(letter.folder) is Role.QUARANTINE
            return (not arrived, letter.named.size != wanted.size, letter.folder != ref.folder, not same, taken)

        return min(found, key=far)._replace(alone=len(twins) < 2)

    def move(self, letter: Letter, state: State) -> Letter:
        """The mail in this folder with these flags, which are on disk when this returns. Raises: FileNotFoundError."""
        folder = self.make(state.folder)
        fresh = RECENT in state.flags
        copy = None if letter.alone else letter.named.copy
        while True:
            name = FileName(unique=letter.named.unique, copy=copy, info=info_of(state.flags))
            path = folder / ("new" if fresh else "cur") / (fresh_name(name) if fresh else write_name(name))
            if not _taken(folder, path, letter.path):
                break
            copy = (copy or 0) + 1
        letter.path.rename(path)
        for touched in {path.parent, letter.path.parent}:
            settle(touched)
        return letter._replace(folder=state.folder, path=path, recent=fresh)

    def make(self, folder: str) -> Path:
        """The folder's directory, created when missing. Raises: OSError."""
        there = self.folders().get(folder)
        if there is not None:
            return there
        path = self.root / directory_name(folder)
        owner = self.root.stat()
        for made in (path, path / "cur", path / "new", path / "tmp"):
            made.mkdir(mode=owner.st_mode & 0o777, exist_ok=True)
        (path / "maildirfolder").touch()
        if os.geteuid() == 0:
            for made in (path, *path.iterdir()):
                os.chown(made, owner.st_uid, owner.st_gid)
        settle(self.root)
        return path

    def standing(self) -> tuple[tuple[str, int], ...]:
        """Something that differs when mail arrived, left or moved."""
        inner = [path / part for path in self.folders().values() for part in ("new", "cur")]
        return tuple((str(path), path.stat().st_mtime_ns) for path in inner if path.is_dir())

    def _entries(self, directory: Path) -> list[Entry]:
        """What the directory lists. Costs: nothing but one look when it did not change since it was listed last."""
        try:
            stamp = directory.stat()
        except FileNotFoundError:
            return []
        known = self._known.get(directory)
        if known is not None and known[:2] == (stamp.st_ino, stamp.st_mtime_ns):
            return known[2]
        entries = sorted(_look(directory))
        if abs(time.time() - stamp.st_mtime) > RACY_S:
            self._known[directory] = (stamp.st_ino, stamp.st_mtime_ns, entries)
        return entries


def is_maildir(path: Path) -> bool:
    """True for a directory that holds `cur` or `new`."""
    try:
        return (path / "cur").is_dir() or (path / "new").is_dir()
    except OSError:
        return False


def holds_mail(path: Path) -> bool:
    """True for a Maildir, and for a directory that holds only sub-folders of one."""
    if is_maildir(path):
        return True
    try:
        return any(inner.name.startswith(".") and is_maildir(inner) for inner in path.iterdir())
    except OSError:
        return False


def _look(directory: Path) -> Iterator[Entry]:
    for entry in os.scandir(directory):
        if entry.name.startswith("."):
            continue
        try:
            looked = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        usable = entry.is_file(follow_symlinks=False) and os.access(entry.path, os.R_OK)
        yield Entry(entry.name, looked.st_size, looked.st_mtime_ns, usable)


def _same(former: list[Rows], rows: list[Rows]) -> bool:
    """True when no directory was listed anew since."""
    return len(former) == len(rows) and all(a[0] is b[0] and a[2] == b[2] for a, b in zip(former, rows, strict=True))


def _letters(rows: Sequence[Rows], only: str = "") -> list[Letter]:
    """The mails of these files. Of several with the same name and size, each has its own copy number."""
    files = [
        (read_name(entry.name), entry, folder, directory)
        for entries, folder, directory in rows
        for entry in entries
        if entry.name.startswith(only)
    ]
    used: dict[tuple[str, int], set[int]] = {}
    for name, entry, _, _ in files:
        if name.copy is not None:
            used.setdefault((name.unique, entry.size), set()).add(name.copy)
    found = []
    for name, entry, folder, directory in files:
        copy = name.copy
        if copy is None:
            taken = used.setdefault((name.unique, entry.size), set())
            copy = next(n for n in count() if n not in taken)
            taken.add(copy)
        found.append(_letter(entry, MailId(name.unique, entry.size, copy), folder, directory))
    return found


def _letter(entry: Entry, named: MailId, folder: str, directory: Path) -> Letter:
    """The mail of a file; what cannot be used has a key of its own, so that it is new once it can."""
    received = received_ns(named.unique, entry.mtime_ns)
    item = Item(received, key_of(*named, entry.usable), received)
    return Letter(named, folder, directory / entry.name, directory.name == "new", item, entry.usable)


def _taken(folder: Path, path: Path, own: Path) -> bool:
    """True when another mail of this name and copy lies in the folder."""
    wanted = path.name.partition(":")[0]
    for inner in (folder / "cur", folder / "new"):
        for other in inner.iterdir() if inner.is_dir() else ():
            if other.name.partition(":")[0] == wanted and other != own:
                return True
    return False


def settle(directory: Path) -> None:
    """Makes the directory's names safe against a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
