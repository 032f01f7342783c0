"""The development corpus beside the project, where it is there; it is never copied into the project."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def corpus_dir() -> Path | None:
    """The folder of the corpus, or None where this machine has none."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return folder if folder.is_dir() else None


def archive(name: str) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file in `NAME.tar.xz`; skips the test where the corpus is missing."""
    folder = corpus_dir()
    if folder is None:
        pytest.skip("the development corpus is not beside the project")
    with tarfile.open(folder / f"{name}.tar.xz", "r:xz") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield member.name, stream.read()
