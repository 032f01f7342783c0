"""Trouble of the disk is said in the port's words."""

import errno
import os

import pytest

from mailkeep.connect.port import Refused, Unreachable
from mailkeep.connect.trouble import disk_trouble, in_thread


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, Unreachable, "disk is full"),
        (errno.EDQUOT, Unreachable, "disk is full"),
        (errno.EACCES, Refused, "Give the user"),
        (errno.EROFS, Refused, "Give the user"),
        (errno.EIO, Unreachable, "Check the disk"),
    ],
)
def test_each_error_has_its_remedy(number, kind, says):
    trouble = disk_trouble(OSError(number, os.strerror(number)), "moving the mail x")
    assert type(trouble) is kind
    assert says in str(trouble)
    assert "moving the mail x" in str(trouble)


async def test_a_thread_gives_its_answer_or_the_trouble(tmp_path):
    assert await in_thread("counting", lambda: 5) == 5
    with pytest.raises(Unreachable, match="reading the note"):
        await in_thread("reading the note", (tmp_path / "none").read_bytes)
