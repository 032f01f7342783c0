"""What the attachments really are."""

from email.message import EmailMessage

from mailkeep.facts.read import attachments
from mailkeep.facts.read.attachments import Attachment
from mailkeep.mail.parse import parse

from .containers import EXE, PNG, docx_of, pdf_of, zip_of


def _mail(*files: tuple[str, str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.test", "x"
    mail.set_content("hello")
    for name, kind, body in files:
        major, minor = kind.split("/")
        mail.add_attachment(body, maintype=major, subtype=minor, filename=name)
    return mail.as_bytes()


def _one(name: str, kind: str, body: bytes) -> Attachment:
    (found,) = attachments.read(parse(_mail((name, kind, body))))
    return found


def test_a_program_called_an_invoice_is_a_disguise() -> None:
    file = _one("invoice.pdf", "application/pdf", EXE)
    assert (file.true_type, file.extension, file.disguised, file.executable) == ("exe", "pdf", True, True)


def test_an_honest_pdf_is_nothing_of_the_kind() -> None:
    file = _one("invoice.pdf", "application/pdf", pdf_of(text="Total 12 EUR"))
    assert (file.true_type, file.disguised, file.executable, file.double_extension) == ("pdf", False, False, False)
    assert "Total 12 EUR" in file.text
    assert file.place.label == "invoice.pdf"
    assert file.size > 0
    assert len(file.sha256) == 64


def test_what_an_archive_holds_is_told() -> None:
    file = _one("scan.zip", "application/zip", zip_of({"scan.pdf.js": b"x"}))
    assert file.members == ("scan.pdf.js",)
    assert file.dangerous_members == ("scan.pdf.js",)
    assert not file.executable


def test_office_html_and_pictures_each_meet_their_reader() -> None:
    kinds = [
        _one("a.docx", "application/octet-stream", docx_of()).true_type,
        _one("a.png", "image/png", PNG).true_type,
    ]
    assert kinds == ["docx", "png"]
    page = _one("login.html", "text/html", b"<html><form><input type=password></form>")
    assert (page.true_type, page.html_form) == ("html", True)


def test_files_of_an_attached_mail_are_read_too() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@b.test", "fw"
    outer.set_content("see below")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "c@d.test", "inner"
    inner.set_content("x")
    inner.add_attachment(EXE, maintype="application", subtype="octet-stream", filename="run.exe")
    outer.add_attachment(inner)
    assert "run.exe" in [file.name for file in attachments.read(parse(outer.as_bytes()))]


def test_no_more_than_the_bound_are_looked_into() -> None:
    many = _mail(*((f"{n}.txt", "application/octet-stream", b"x") for n in range(120)))
    assert len(attachments.read(parse(many))) == attachments.MOST


def test_of_two_readings_of_a_name_the_one_that_runs_is_told() -> None:
    raw = (
        b"From: a@b.test\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/octet-stream; name=report.txt\n"
        b"Content-Disposition: attachment; filename=report.txt; filename=report.exe\n\nwords\n"
    )
    (found,) = attachments.read(parse(raw))
    assert found.name == "report.exe"
    assert found.executable
