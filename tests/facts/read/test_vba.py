"""Macro code taken out of its containers."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.facts.read import vba

from .containers import ole_of, vba_container

_SOURCE = b"\0Attribut"[1:] + b'e VB_Name = "ThisDocument"\r\nSub AutoOpen()\r\nEnd Sub\r\n'


def test_a_literal_container_unpacks_to_its_source() -> None:
    assert vba.decompress(vba_container(_SOURCE)) == _SOURCE


def test_a_copy_token_repeats_what_stands_before() -> None:
    # the example of MS-OVBA 3.2.3: "aaaaaaa..." packed as one literal and one copy
    packed = bytes.fromhex("0103b002614500")
    assert vba.decompress(packed) == b"a" * 73


def test_the_example_of_the_specification_unpacks() -> None:
    # MS-OVBA 3.2.2, normal compression
    packed = bytes.fromhex(
        "012fb000236161616263646582666700616869 6a6b6c6d6e6f70005f71007273747576777800797a4b4c4d4e4f".replace(" ", "")
    )
    assert vba.decompress(packed).startswith(b"#aaabcde")


def test_code_is_found_in_a_project_and_known_to_run_by_itself() -> None:
    project = ole_of({"VBA/dir": b"x", "VBA/ThisDocument": b"\0" * 20 + vba_container(_SOURCE)})
    source = vba.code_of(project)
    assert "Sub AutoOpen()" in source
    assert vba.runs_by_itself(source)


def test_an_ordinary_procedure_does_not_run_by_itself() -> None:
    assert not vba.runs_by_itself("Sub Total()\nEnd Sub")


@given(st.binary(max_size=400))
def test_damage_is_no_exception(noise: bytes) -> None:
    assert isinstance(vba.decompress(b"\x01" + noise), bytes)
    assert vba.code_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise) == ""
