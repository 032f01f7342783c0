"""A file is written anew whole or not at all, and nobody else writes meanwhile."""

import fcntl
import gzip
import os
import subprocess
import sys
import tempfile

import pytest

from mailkeep.connect import mbox_write
from mailkeep.connect.mbox_write import locked, open_mbox, pieces_of, rewrite


@pytest.mark.parametrize("name", ["a.mbox", "a.mbox.gz"])
def test_a_rewritten_file_keeps_its_rights(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"old") if name.endswith("gz") else b"old")
    path.chmod(0o640)
    rewrite(path, [b"new ", b"text"], path)
    with open_mbox(path) as file:
        assert b"".join(pieces_of(file, 0, None)) == b"new text"
        assert b"".join(pieces_of(file, 4, 6)) == b"te"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can mount the small disk that this test fills")
    with tempfile.TemporaryDirectory() as small:
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], check=False, capture_output=True
        ).returncode:
            pytest.skip("this machine mounts no small disk for the test to fill")
        try:
            full_disk(small)
        finally:
            subprocess.run(["umount", small], check=True)


def full_disk(small):
    """Rewrites a mailbox on a disk too small for a second copy of it, as a tenant does."""
    import asyncio
    from pathlib import Path

    from tests.connect.contract import drain, letter
    from tests.connect.test_mbox import stretch

    from mailkeep.connect.mbox import MboxTenant
    from mailkeep.connect.port import Unreachable

    path = Path(small, "ada@corp.example.mbox")
    text = b"".join(stretch(letter(n, lines=400)) for n in range(4))
    path.write_bytes(text)

    async def act():
        tenant = MboxTenant(Path(small))
        found, _ = await drain(tenant)
        with pytest.raises(Unreachable, match=r"disk is full.*free some space"):
            await tenant.quarantine(found[0].ref)
        await tenant.close()

    asyncio.run(act())
    assert path.read_bytes() == text


def test_a_lock_keeps_another_program_out(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(b"x")
    probe = "import fcntl, sys; f = open(sys.argv[1], 'r+b'); fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    asked = [sys.executable, "-c", probe, str(path)]
    with locked(path):
        assert (tmp_path / "a.mbox.lock").exists()
        path.read_bytes()  # closing another handle of the file must not drop the lock
        assert subprocess.run(asked, check=False, capture_output=True).returncode != 0
    assert not (tmp_path / "a.mbox.lock").exists()
    assert subprocess.run(asked, check=False, capture_output=True).returncode == 0


def test_a_lock_left_by_a_crash_is_removed(tmp_path):
    path, lock = tmp_path / "a.mbox", tmp_path / "a.mbox.lock"
    path.write_bytes(b"x")
    lock.touch()
    os.utime(lock, (1, 1))
    with locked(path):
        assert lock.stat().st_mtime > 1


def test_the_lock_is_of_the_open_file():
    assert fcntl.F_OFD_SETLK
    assert len(mbox_write.WRITE_LOCK) >= 28
