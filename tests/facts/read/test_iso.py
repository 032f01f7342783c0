"""Names inside disk images."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.facts.read import iso

from .containers import EXE, iso_of


def test_files_of_the_root_folder_are_listed_with_their_first_bytes() -> None:
    found = list(iso.members(iso_of(["INVOICE.LNK", "A.DLL"])))
    assert [(name, size) for name, size, _ in found] == [("INVOICE.LNK", 10), ("A.DLL", 10)]
    assert found[0][2] == EXE[:10]


@given(st.binary(max_size=100), st.integers(0, 45_000))
def test_damage_is_no_exception(noise: bytes, at: int) -> None:
    body = iso_of(["A.TXT"])
    assert len(list(iso.members(body[:at] + noise + body[at + len(noise) :]))) <= 1_000
