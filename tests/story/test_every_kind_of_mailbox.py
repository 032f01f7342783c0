"""The same story on IMAP and on mbox files, told by the command line: connect, scan, an attack, its removal, its way back."""

import json

import pytest
from imapclient import IMAPClient
from tests.connect import dovecot
from tests.northwind import call

ATTACK = (
    b"From: Microsoft account team <no-reply@account-verify-1540.test>\r\nTo: %s\r\nSubject: Your mailbox is locked\r\n"
    b"Date: Wed, 04 Mar 2026 10:00:00 +0000\r\nMessage-ID: <attack@account-verify-1540.test>\r\nMIME-Version: 1.0\r\n"
    b"Authentication-Results: mx.corp.example; spf=fail smtp.mailfrom=account-verify-1540.test; dkim=none; dmarc=fail\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>Unusual sign-in activity was detected and your Microsoft account is suspended. Verify your password within 24 hours "
    b"or you will lose access to your mailbox.</p>"
    b'<p><a href="http://192.0.2.7/login?user=%s">https://login.microsoftonline.com/</a></p>\r\n'
)
LETTER = (
    b"From: Ben <ben@corp.example>\r\nTo: %s\r\nSubject: Lunch\r\nDate: Tue, 03 Mar 2026 10:00:00 +0000\r\n"
    b"Message-ID: <lunch@corp.example>\r\n\r\nShall we have lunch at one, at the usual place by the harbour?\r\n"
)


def verdicts(home):
    done = call("verdicts", "--all", "--json", "--home", home)
    return {found["message_id"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_an_attack_leaves_an_imap_inbox_and_comes_back_unchanged(tmp_path):
    user, home = dovecot.USERS[0], tmp_path / "home"
    with dovecot.dovecot() as server:
        server.begin_anew()
        password = f"{dovecot.PASSWORD} of {user}"
        with IMAPClient("127.0.0.1", server.port, ssl=False) as box:
            box.login(user, password)
            box.append("INBOX", LETTER % user.encode(), flags=(rb"\Seen",))
            words = ["--host", "127.0.0.1", "--port", server.port, "--no-tls", "--user", user]
            assert call("connect", "imap", "mail", *words, "--home", home, input=password + "\n").exit_code == 0
            assert call("scan", "--home", home).exit_code == 0
            box.append("INBOX", ATTACK % (user.encode(), user.encode()), flags=(rb"\Flagged",))

            assert call("watch", "--once", "--home", home).exit_code == 1
            found = verdicts(home)["attack@account-verify-1540.test"]
            assert (found["label"], found["actions"][0]["outcome"]) == ("malicious", "done")
            assert lying(box, "INBOX") == {b"lunch@corp.example": (rb"\Seen",)}

            assert call("restore", found["id"], "--home", home).exit_code == 0
            assert set(lying(box, "INBOX")) == {b"lunch@corp.example", b"attack@account-verify-1540.test"}
            assert lying(box, "INBOX")[b"attack@account-verify-1540.test"] == (rb"\Flagged",)
            assert call("watch", "--once", "--home", home).exit_code == 0, "a restored mail is not judged anew"


def lying(box, folder):
    """Message-ID → flags of every mail in the folder."""
    box.select_folder(folder, readonly=True)
    rows = box.fetch(box.search(), ["ENVELOPE", "FLAGS"]).values()
    return {
        row[b"ENVELOPE"].message_id.strip(b"<>"): tuple(f for f in row[b"FLAGS"] if f != rb"\Recent") for row in rows
    }


@pytest.mark.parametrize("name", ["ada@corp.example.mbox", "ada@corp.example.mbox.gz"])
def test_an_attack_leaves_an_mbox_and_comes_back_byte_for_byte(tmp_path, name):
    import gzip

    file, home = tmp_path / "mail" / name, tmp_path / "home"
    file.parent.mkdir()
    pack, unpack = (gzip.compress, gzip.decompress) if name.endswith(".gz") else (bytes, bytes)
    letter = (
        b"From ben@corp.example Tue Mar  3 10:00:00 2026\n"
        + LETTER.replace(b"\r\n", b"\n") % b"ada@corp.example"
        + b"\n"
    )
    attack = ATTACK.replace(b"\r\n", b"\n") % (b"ada@corp.example", b"ada@corp.example")
    file.write_bytes(pack(letter))
    assert call("connect", "mbox", "mail", "--path", file.parent, "--home", home).exit_code == 0
    assert call("scan", "--home", home).exit_code == 0
    both = letter + b"From x@account-verify-1540.test Wed Mar  4 10:00:00 2026\n" + attack + b"\n"
    file.write_bytes(pack(both))

    assert call("watch", "--once", "--home", home).exit_code == 1
    found = verdicts(home)["attack@account-verify-1540.test"]
    assert (found["label"], found["actions"][0]["outcome"]) == ("malicious", "done")
    assert unpack(file.read_bytes()) == letter
    assert call("restore", found["id"], "--home", home).exit_code == 0
    assert unpack(file.read_bytes()) == both
