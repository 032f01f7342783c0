"""Names inside RAR archives."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.facts.read import rar

from .containers import rar4_of, rar5_of


def test_names_of_both_formats_are_read() -> None:
    assert [name for name, _, _ in rar.members(rar5_of(["a/b.js", "c.txt"]))] == ["a/b.js", "c.txt"]
    assert list(rar.members(rar4_of(["a.exe"]))) == [("a.exe", False, 5)]


def test_a_password_is_seen() -> None:
    assert list(rar.members(rar4_of(["a.exe"], flags=4))) == [("a.exe", True, 5)]


def test_sealed_names_are_told() -> None:
    sealed = b"Rar!\x1a\x07\x01\x00" + b"\0\0\0\0\x05\x04\x00\x00\x00\x00"
    assert rar.names_sealed(sealed)
    assert list(rar.members(sealed)) == []
    assert not rar.names_sealed(rar5_of(["a"]))


@given(st.binary(max_size=200))
def test_damage_is_no_exception(noise: bytes) -> None:
    for head in (b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00"):
        assert len(list(rar.members(head + noise))) <= 1_000
        assert rar.names_sealed(head + noise) in (True, False)
