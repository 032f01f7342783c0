"""Hostile and broken mail is judged like any other: one object a mail, no traceback, whatever the bytes."""

import json
import unicodedata

import pytest
from tests.northwind import call

DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400))
COMMAND = "\x1b[31m\x1b]0;owned\x07\x7f\x9b31m\u202e".encode()
COMMANDING = (
    b'From: "A '
    + COMMAND
    + b'" <a@b.example>\nReply-To: <x'
    + COMMAND
    + b"@evil.test>\nTo: <"
    + COMMAND
    + b"@c.example>\n"
    b"Subject: Urgent invoice " + COMMAND + b"\nMessage-ID: <" + COMMAND + b"@x>\n"
    b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/html; charset=utf-8\n\n"
    b"<p>Verify your password now " + COMMAND + b" or lose your account. <a href='http://evil.test/" + COMMAND + b"'>"
    b"https://paypal.com/" + COMMAND + b"</a></p>\n--q\nContent-Type: application/octet-stream\n"
    b'Content-Disposition: attachment; filename="in' + COMMAND + b'voice.pdf.exe"\n\nMZ\n--q--\n'
)
HOSTILE = {
    "nothing but a header": b"Subject: alone",
    "no header at all": b"\n\njust words",
    "nul bytes": b"From: a@b.example\0\nSubject: \0\0\n\n" + bytes(5000),
    "every byte": b"Subject: " + bytes(range(256)) * 40 + b"\n\n" + bytes(range(256)) * 40,
    "a header of a megabyte": b"Subject: " + b"x" * 1_000_000 + b"\n\nhello",
    "ten thousand headers": b"".join(b"X-%d: y\n" % n for n in range(10_000)) + b"\nhello",
    "parts without an end": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 5_000,
    "four hundred levels": DEEP,
    "ten thousand open tags": b"Content-Type: text/html\n\n" + b"<div><a href='http://x.test/'>" * 10_000,
    "broken base64": b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n====PGEg\xff\xfe===",
    "an unheard-of charset": b"Content-Type: text/plain; charset=klingon-8\n\n\xe9\xe8",
    "several authors": b"From: a@b.example\nFrom: c@d.example\nFrom: =?utf-8?b?////?=\n\nhello",
    "a date of nowhen": b"Date: Mon, 99 Foo 99999 99:99:99 +9999\nReceived: from x; Mon, 0 Jan 0000\n\nhello",
    "commands everywhere": COMMANDING,
    "markup of the terminal": b"From: [red]x[/red]@b.example\nSubject: \x1b[2J\x1b]0;owned\x07[bold]\n\nhello",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_judged(tmp_path, name):
    mail = tmp_path / "it.eml"
    mail.write_bytes(HOSTILE[name])
    done = call("inspect", mail, "--json")
    assert done.exit_code in {0, 1}
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["path"] == str(mail)


@pytest.mark.parametrize("words", [["--why"], ["--json"], []], ids=" ".join)
@pytest.mark.parametrize("name", ["commands everywhere", "markup of the terminal"])
def test_nothing_a_mail_holds_commands_the_terminal(tmp_path, name, words):
    (tmp_path / "box").mkdir()
    for number in range(2):
        (tmp_path / "box" / f"{number}.eml").write_bytes(HOSTILE[name])
    done = call("inspect", tmp_path / "box", *words)
    shown = set(done.stdout + done.stderr)
    assert not {sign for sign in shown if unicodedata.category(sign) == "Cc"} - {"\n"}
    if "--json" not in words:
        assert "\u202e" not in shown
    if name.startswith("markup"):
        assert "[bold]" in done.stdout
