"""Mail in loose files is read from every form, and what is no mail is named."""

import gzip
import io
import os
import tarfile

import pytest

from mailkeep.connect.files import MOST_BYTES, FileMail, Unusable, read_paths

MAIL = b"From: ada@corp.example\nTo: bob@corp.example\nSubject: One\n\nHello.\n"
MBOX = (
    b"From ada@corp.example Mon Jan  5 10:00:00 2026\n"
    + MAIL
    + b"\n>From here it is quoted.\n\n"
    + (b"From bob@corp.example Mon Jan  5 11:00:00 2026\n" + MAIL.replace(b"One", b"Two"))
)


def read(*paths):
    found = list(read_paths(paths))
    return [f for f in found if isinstance(f, FileMail)], [f for f in found if isinstance(f, Unusable)]


def test_an_eml_file_is_one_mail(tmp_path):
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL)
    mails, unusable = read(file)
    assert [m.raw for m in mails] == [MAIL]
    assert unusable == []


@pytest.mark.parametrize("name", ["box.mbox", "box.mbox.gz", "box"])
def test_an_mbox_is_split_and_its_quoting_undone(tmp_path, name):
    file = tmp_path / name
    file.write_bytes(gzip.compress(MBOX) if name.endswith(".gz") else MBOX)
    mails, unusable = read(file)
    assert [m.path for m in mails] == [f"{file}#1", f"{file}#2"]
    assert b"\nFrom here it is quoted." in mails[0].raw
    assert b"Subject: Two" in mails[1].raw
    assert unusable == []


def test_a_gzip_that_ends_early_gives_what_it_holds_and_says_so(tmp_path):
    file = tmp_path / "cut.mbox.gz"
    whole = gzip.compress(b"".join(MBOX.replace(b"One", b"%d" % n) for n in range(400)))
    file.write_bytes(whole[: len(whole) // 2])
    mails, unusable = read(file)
    assert mails
    assert "ends early" in unusable[0].why


def test_a_first_line_of_any_length_is_read_whole(tmp_path):
    file = tmp_path / "long.eml"
    file.write_bytes(b"Subject: " + b"x" * 3_000_000 + b"\n\nhello")
    mails, unusable = read(file)
    assert [len(m.raw) for m in mails] == [3_000_016]
    assert unusable == []


def test_a_mail_larger_than_any_provider_delivers_is_left_out(tmp_path):
    file = tmp_path / "long.eml"
    file.write_bytes(MAIL)
    os.truncate(file, MOST_BYTES + 1)  # holes, not bytes: it takes no room
    mails, unusable = read(file)
    assert mails == []
    assert "which no provider delivers" in unusable[0].why


def test_an_mbox_cut_off_says_so_with_its_last_mail(tmp_path):
    file = tmp_path / "cut.mbox"
    file.write_bytes(MBOX[:-3])
    mails, unusable = read(file)
    assert [bool(m.doubt) for m in mails] == [False, True]
    assert unusable == []
    file.write_bytes(MBOX + b"From x@y.example Mon Jan  5 12:00:00 2026\n")
    mails, unusable = read(file)
    assert len(mails) == 2
    assert "mail 3 is cut off after its 'From ' line" in unusable[0].why


def test_a_folder_named_tmp_is_read_unless_it_is_a_maildirs(tmp_path):
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "a.eml").write_bytes(MAIL)
    assert len(read(tmp_path)[0]) == 1


def test_a_folder_and_a_maildir_are_read_through(tmp_path):
    for place in ("a.eml", "Box/cur/1:2,S", "Box/new/2", "Box/tmp/3", "Box/dovecot.index"):
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(MAIL)
    mails, unusable = read(tmp_path)
    assert len(mails) == 3
    assert unusable == []


def test_a_tar_archive_is_read_member_by_member(tmp_path):
    file = tmp_path / "mails.tar.xz"
    with tarfile.open(file, "w:xz") as archive:
        member = tarfile.TarInfo("in/one.eml")
        member.size = len(MAIL)
        archive.addfile(member, io.BytesIO(MAIL))
    mails, _ = read(file)
    assert [m.path for m in mails] == [f"{file}!in/one.eml"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not mail"), (b"just words\n", "is not mail")],
)
def test_what_is_no_mail_is_named_with_the_remedy(tmp_path, content, words):
    file = tmp_path / "thing"
    file.write_bytes(content)
    mails, unusable = read(file)
    assert mails == []
    assert words in unusable[0].why


def test_a_missing_path_is_named_and_the_rest_goes_on(tmp_path):
    good = tmp_path / "good.eml"
    good.write_bytes(MAIL)
    mails, unusable = read(tmp_path / "nowhere", good)
    assert len(mails) == 1
    assert "no such file" in unusable[0].why


def test_an_eml_without_any_header_is_still_judged(tmp_path):
    file = tmp_path / "odd.eml"
    file.write_bytes(b"no header at all\n")
    mails, _ = read(file)
    assert len(mails) == 1
