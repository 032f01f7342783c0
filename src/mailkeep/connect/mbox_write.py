"""An mbox written anew so that a crash leaves the old or the new file, and nobody else writes meanwhile."""

import contextlib
import fcntl
import gzip
import os
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from mailkeep.connect.port import Unreachable

LOCK_WAIT_S = 10.0
STALE_S = 300.0
"""A dot-lock older than this was left behind by a crash; programs that hold one longer touch it."""
GZIP_LEVEL = 4
WRITE_LOCK = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
"""A lock of the open file, not of the process: reading the same file meanwhile does not drop it."""


def open_mbox(path: Path) -> IO[bytes]:
    """The file's text, unpacked where its name ends in .gz. Raises: OSError."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps other mail programs out, as they keep us out: by NAME.lock and by fcntl. Raises: Unreachable after 10 s."""
    with _dot_locked(path.with_name(path.name + ".lock"), path), contextlib.ExitStack() as held:
        if path.exists():
            file = held.enter_context(path.open("r+b"))
            _wait(path, lambda: fcntl.fcntl(file, fcntl.F_OFD_SETLK, WRITE_LOCK))
        yield


def rewrite(path: Path, pieces: Iterable[bytes], like: Path) -> None:
    """The file with these pieces for its text; owner and rights are those of `like`. Raises: OSError, nothing changed then."""
    fresh = path.with_name(f".{path.name}.mailkeep-new")
    try:
        with fresh.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=GZIP_LEVEL) as packed:
                    packed.writelines(pieces)
            else:
                file.writelines(pieces)
            _alike(file, like)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def pieces_of(file: IO[bytes], start: int, end: int | None) -> Iterator[bytes]:
    """The text between two offsets, in pieces."""
    file.seek(start)
    left = end - start if end is not None else -1
    while left and (piece := file.read(min(left, 1 << 20) if left > 0 else 1 << 20)):
        left -= len(piece) if left > 0 else 0
        yield piece


@contextlib.contextmanager
def _dot_locked(lock: Path, path: Path) -> Iterator[None]:
    def take() -> None:
        try:
            lock.touch(exist_ok=False)
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - lock.stat().st_mtime > STALE_S:
                    lock.unlink()
            raise

    _wait(path, take)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _wait(path: Path, take: Callable[[], object]) -> None:
    until = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            take()
        except (BlockingIOError, FileExistsError) as held:
            if time.monotonic() > until:
                raise Unreachable(
                    f"{path}: another program has held its lock for {LOCK_WAIT_S:.0f} s. If none runs, remove {path.name}.lock;"
                    " it is tried again."
                ) from held
            time.sleep(0.02)
        else:
            return


def _alike(file: IO[bytes], like: Path) -> None:
    try:
        looked = like.stat()
    except FileNotFoundError:
        return
    os.fchmod(file.fileno(), looked.st_mode & 0o7777)
    if os.geteuid() == 0:
        os.fchown(file.fileno(), looked.st_uid, looked.st_gid)


def _settle(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
