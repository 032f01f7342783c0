"""ZIP containers read by their own directory."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.facts.read import zips

from .containers import docx_of, zip_of


def test_entries_are_listed_and_unpacked_only_as_far_as_asked() -> None:
    body = zip_of({"a/b.txt": b"x" * 10_000})
    (entry,) = zips.entries(body)
    assert (entry.name, entry.size, entry.encrypted) == ("a/b.txt", 10_000, False)
    assert zips.inflate(body, entry, 100) == b"x" * 100


def test_bytes_before_the_archive_shift_nothing() -> None:
    body = b"MZ stub" * 50 + zip_of({"a.txt": b"hello"})
    (entry,) = zips.entries(body)
    assert zips.inflate(body, entry, 100) == b"hello"


def test_a_cut_archive_is_read_from_its_local_headers() -> None:
    body = zip_of({"a.txt": b"hello" * 100, "b.js": b"alert(1)"})
    cut = body[: body.find(b"PK\x01\x02")]
    assert [entry.name for entry in zips.entries(cut)] == ["a.txt", "b.js"]


def test_an_encrypted_entry_is_named_and_not_unpacked() -> None:
    body = bytearray(zip_of({"a.exe": b"hello"}))
    at = body.find(b"PK\x01\x02")
    struct.pack_into("<H", body, at + 8, 1)
    (entry,) = zips.entries(bytes(body))
    assert entry.encrypted
    assert zips.inflate(bytes(body), entry, 100) == b""


def test_kinds_are_told_by_what_lies_inside() -> None:
    assert zips.kind_of(docx_of()) == "docx"
    assert zips.kind_of(docx_of(macro=True)) == "docm"
    assert zips.kind_of(zip_of({"mimetype": b"application/vnd.oasis.opendocument.text"})) == "odt"
    assert zips.kind_of(zip_of({"AndroidManifest.xml": b""})) == "apk"
    assert zips.kind_of(zip_of({"META-INF/MANIFEST.MF": b""})) == "jar"
    assert zips.kind_of(zip_of({"a": b""})) == "zip"
    assert zips.kind_of(b"PKnothing") == ""


@given(st.binary(max_size=300), st.integers(0, 400))
def test_damage_is_no_exception(noise: bytes, at: int) -> None:
    body = docx_of()
    broken = body[:at] + noise + body[at + len(noise) :]
    for entry in zips.entries(broken):
        assert len(zips.inflate(broken, entry, 1_000)) <= 1_000
