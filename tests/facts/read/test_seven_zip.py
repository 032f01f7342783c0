"""Names inside 7z archives."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.facts.read import seven_zip

from .containers import seven_zip_of


def test_names_are_read_from_plain_and_packed_headers() -> None:
    for packed in (False, True):
        assert list(seven_zip.members(seven_zip_of(["a.exe", "b.txt"], packed=packed))) == [
            ("a.exe", False),
            ("b.txt", False),
        ]


def test_an_encrypted_header_gives_one_locked_entry() -> None:
    body = seven_zip_of(["a.exe"], packed=True).replace(b"\x03\x01\x01\x05", b"\x06\xf1\x07\x01")
    assert list(seven_zip.members(body)) == [("", True)]


@given(st.binary(max_size=200))
def test_damage_is_no_exception(noise: bytes) -> None:
    assert len(list(seven_zip.members(b"7z\xbc\xaf\x27\x1c" + noise))) <= 1_000
