"""What Office documents carry besides their text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailkeep.facts.read import office
from mailkeep.kit.known import Unknown

from .containers import docx_of, ole_of, vba_container

_CODE = b"\0" * 9 + vba_container(b'Attribute VB_Name = "M"\r\nSub Workbook_Open()\r\nEnd Sub\r\n')


def _rels(kind: str, target: str) -> bytes:
    return f'<Relationships><Relationship Id="r1" Type="http://x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'.encode()


def test_a_macro_document_runs_by_itself_when_its_code_says_so() -> None:
    project = ole_of({"VBA/ThisWorkbook": _CODE})
    inside = office.read_ooxml(docx_of({"word/vbaProject.bin": project}, macro=True))
    assert inside.macro is True
    assert inside.auto_run


def test_a_plain_document_has_text_and_links_and_no_macro() -> None:
    inside = office.read_ooxml(
        docx_of({"word/_rels/document.xml.rels": _rels("hyperlink", "https://evil.test/?a=1&amp;b=2")})
    )
    assert inside.macro is False
    assert inside.text == "Please see invoice"
    assert inside.urls == ("https://evil.test/?a=1&b=2",)
    assert inside.external_template == ""


def test_a_remote_template_is_told() -> None:
    inside = office.read_ooxml(
        docx_of({"word/_rels/settings.xml.rels": _rels("attachedTemplate", "http://evil.test/t.dotm")})
    )
    assert inside.external_template == "http://evil.test/t.dotm"


def test_embedded_objects_are_members() -> None:
    assert office.read_ooxml(docx_of({"word/embeddings/oleObject1.bin": b"x"})).members == (
        "word/embeddings/oleObject1.bin",
    )


def test_an_old_document_with_code_is_a_macro_document() -> None:
    kind, inside = office.read_ole(ole_of({"WordDocument": b"x", "Macros/VBA/M": _CODE}))
    assert (kind, inside.macro, inside.auto_run) == ("doc", True, True)


def test_a_macro_sheet_is_code_too() -> None:
    bound = b"\x85\0\x08\0" + b"\0\0\0\0\0\x01\x01\0"
    kind, inside = office.read_ole(ole_of({"Workbook": b"\x09\x08\0\0" + bound}))
    assert (kind, inside.macro) == ("xls", True)


def test_an_encrypted_document_is_unknown_inside() -> None:
    kind, inside = office.read_ole(ole_of({"EncryptedPackage": b"x"}))
    assert kind == "encrypted-office"
    assert inside.encrypted
    assert isinstance(inside.macro, Unknown)


def test_a_saved_mail_and_an_installer_are_told_apart() -> None:
    assert office.read_ole(ole_of({"__properties_version1.0": b"x"}))[0] == "msg"
    assert office.read_ole(ole_of({"\u4840\u3f3f": b"x"}))[0] == "msi"


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 3_000))
def test_damage_is_no_exception(noise: bytes, at: int) -> None:
    body = ole_of({"WordDocument": b"x", "Macros/VBA/M": _CODE})
    kind, inside = office.read_ole(body[:at] + noise + body[at + len(noise) :])
    assert kind
    assert isinstance(inside.members, tuple)
