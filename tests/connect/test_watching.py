"""Stirrings are told at once, and what the kernel's notices lost is found by looking."""

import asyncio
from contextlib import aclosing

import pytest

from mailkeep.connect.port import Unreachable
from mailkeep.connect.watching import stirrings


def sweep_of(root):
    return lambda: {path.name: tuple(sorted(each.name for each in path.iterdir())) for path in root.iterdir()}


def owner_of(root):
    return lambda path: path.relative_to(root).parts[0] if path != root else None


async def test_every_mailbox_is_told_first_and_then_what_stirs(tmp_path):
    for name in ("ada", "ben"):
        (tmp_path / name).mkdir()
    async with asyncio.timeout(20), aclosing(stirrings(tmp_path, sweep_of(tmp_path), owner_of(tmp_path))) as stirred:
        assert [await anext(stirred), await anext(stirred)] == ["ada", "ben"]
        waiting = asyncio.ensure_future(anext(stirred))
        await asyncio.sleep(0.3)
        (tmp_path / "ben" / "1").touch()
        assert await waiting == "ben"


async def test_what_no_notice_told_is_found_by_looking(tmp_path):
    (tmp_path / "ada").mkdir()
    async with asyncio.timeout(20), aclosing(stirrings(tmp_path, sweep_of(tmp_path), lambda _: None)) as stirred:
        assert await anext(stirred) == "ada"
        (tmp_path / "ada" / "1").touch()
        assert await anext(stirred) == "ada"


async def test_a_folder_that_is_not_there_is_said(tmp_path):
    gone = tmp_path / "gone"
    async with aclosing(stirrings(gone, dict, owner_of(gone))) as stirred:
        with pytest.raises(Unreachable, match="not there any more"):
            await anext(stirred)
