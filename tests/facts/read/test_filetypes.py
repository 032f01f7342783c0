"""What a file is by its bytes, and what its name promises."""

import pytest

from mailkeep.facts.read import filetypes

from .containers import EXE, PNG, docx_of, iso_of, pdf_of, tar_of, zip_of


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (PNG, "a.png", "png"),
        (pdf_of(), "a.pdf", "pdf"),
        (b"junk\n" + pdf_of(), "a.pdf", "pdf"),
        (docx_of(), "a.docx", "docx"),
        (zip_of({"a": b""}), "a.zip", "zip"),
        (tar_of({"a": b""}), "a.tar", "tar"),
        (iso_of([]), "a.iso", "iso"),
        (EXE, "a.txt", "exe"),
        (b"MZ is how this note begins", "a.txt", "text"),
        (b"{\\rtf1 hello}", "a.doc", "rtf"),
        (b"\x4c\0\0\0\x01\x14\x02\0", "a.lnk", "lnk"),
        (b"<!DOCTYPE html><p>x", "a.html", "html"),
        (b'<?xml version="1.0"?><svg xmlns="x"><script/></svg>', "a.svg", "svg"),
        (b"<html><hta:application id=x>", "a.hta", "hta"),
        (b"<job><script language='VBScript'>", "a.wsf", "wsf"),
        (b"[InternetShortcut]\nURL=http://x.test", "a.url", "url"),
        (b"BEGIN:VCALENDAR\n", "a.ics", "ics"),
        (b"@echo off\r\n", "a.txt", "bat"),
        (b"var x = 1;", "a.js", "js"),
        (b"var x = 1;", "a.txt", "text"),
        (b"From: a@b.test\nSubject: x\n", "a.eml", "eml"),
        ("\ufeff<html>".encode("utf-16-le"), "a.htm", "html"),
        (b"\x30\x82\x10\x00....<key>PayloadType</key>", "a.mobileconfig", "mobileconfig"),
        (b"\x30\x82\x10\x00" + b"\x01" * 50, "smime.p7s", "p7m"),
        (b"", "a.pdf", "empty"),
        (b"\x01\x02\x03\x04", "a.bin", "unknown"),
    ],
)
def test_the_type_is_read_from_the_bytes(body: bytes, name: str, kind: str) -> None:
    assert filetypes.sniff(body, name) == kind


def test_an_extension_is_what_follows_the_last_dot() -> None:
    assert filetypes.extension("Invoice.PDF") == "pdf"
    assert filetypes.extension("invoice.pdf. ") == "pdf"
    assert filetypes.extension("README") == ""
    assert filetypes.extension(".profile") == ""


@pytest.mark.parametrize(
    ("kind", "suffix", "declared", "is_one"),
    [
        ("exe", "pdf", "application/pdf", True),
        ("html", "pdf", "application/pdf", True),
        ("zip", "jpg", "image/jpeg", True),
        ("html", "xls", "application/vnd.ms-excel", False),
        ("pdf", "pdf", "application/octet-stream", False),
        ("html", "html", "application/pdf", True),
        ("html", "html", "text/html", False),
        ("rtf", "doc", "application/msword", False),
        ("exe", "exe", "application/octet-stream", False),
        ("zip", "pages", "application/octet-stream", False),
    ],
)
def test_a_disguise_hides_something_harmful_behind_something_harmless(
    kind: str, suffix: str, declared: str, is_one: bool
) -> None:
    assert filetypes.disguised(kind, suffix, declared) is is_one


def test_what_runs_is_told_by_bytes_or_by_name() -> None:
    assert filetypes.runs("exe", "txt")
    assert filetypes.runs("text", "js")
    assert filetypes.runs("unknown", "scr")
    assert not filetypes.runs("pdf", "pdf")
    assert not filetypes.runs("png", "com")


@pytest.mark.parametrize(
    "name", ["invoice.pdf.exe", "scan.jpg.html", "invoice\u202efdp.exe", "invoice.pdf                    .scr"]
)
def test_two_extensions_or_a_turned_name_are_seen(name: str) -> None:
    assert filetypes.two_extensions(name)


@pytest.mark.parametrize("name", ["invoice.pdf", "backup.tar.gz", "v1.2.exe", "report.2024.html"])
def test_honest_names_with_dots_are_not(name: str) -> None:
    assert not filetypes.two_extensions(name)
