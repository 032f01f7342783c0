"""Files that are not what they should be: a sentence with the remedy, and the rest goes on."""

import gzip
import json
import os
import shutil
import subprocess

import pytest
from tests.flow.company import letter, phish
from tests.northwind import call

LINE = b"From a@b.example Mon Mar  2 10:00:00 2026\n"


def box(*mails):
    return b"".join(LINE + mail.replace(b"\r\n", b"\n") + b"\n" for mail in mails)


@pytest.fixture
def boxes(tmp_path):
    """Three mailboxes: a whole one with an attack in it, one cut off, one compressed and cut off."""
    folder = tmp_path / "boxes"
    folder.mkdir()
    (folder / "ada@corp.example.mbox").write_bytes(box(letter(1), phish(2), letter(3)))
    (folder / "ben@corp.example.mbox").write_bytes(box(*(letter(n, to="ben") for n in range(4)))[:-60])
    whole = gzip.compress(box(*(letter(n, to="eve") for n in range(300))))
    (folder / "eve@corp.example.mbox.gz").write_bytes(whole[: len(whole) // 2])
    return folder


def sentences(done):
    said = done.stderr if isinstance(done.stderr, str) else done.stderr.decode()
    assert "Traceback" not in said
    return said


def test_a_truncated_mbox_is_scanned_as_far_as_it_goes_and_the_others_whole(boxes, tmp_path):
    home = tmp_path / "home"
    assert call("connect", "mbox", "corp", boxes, "--home", home).exit_code == 0
    done = call("scan", "--home", home)
    assert done.exit_code == 1
    said = sentences(done)
    assert "eve@corp.example.mbox.gz" in said
    assert "ends early" in said
    assert said.count("ends early") == 1
    found = [json.loads(line) for line in call("verdicts", "--all", "--json", "--home", home).stdout.splitlines()]
    judged = {
        box: [each for each in found if each["mailbox"] == f"{box}@corp.example"] for box in ("ada", "ben", "eve")
    }
    assert len(judged["ada"]) == 3
    assert "malicious" in {each["label"] for each in judged["ada"]}
    assert len(judged["ben"]) >= 3
    assert 10 < len(judged["eve"]) < 300


def test_a_truncated_mbox_that_is_made_whole_is_read_to_its_end(boxes, tmp_path):
    home = tmp_path / "home"
    call("connect", "mbox", "corp", boxes, "--home", home)
    call("scan", "--home", home)
    (boxes / "eve@corp.example.mbox.gz").write_bytes(gzip.compress(box(*(letter(n, to="eve") for n in range(300)))))
    assert call("watch", "--once", "--home", home).exit_code == 0
    found = [json.loads(line) for line in call("verdicts", "--all", "--json", "--home", home).stdout.splitlines()]
    assert len({each["message_id"] for each in found if each["mailbox"] == "eve@corp.example"}) == 300


def test_inspect_says_which_of_many_files_was_cut_off_and_judges_the_rest(boxes):
    done = call("inspect", boxes, "--json")
    assert done.exit_code == 2
    assert "ben@corp.example.mbox: the file ends within a line of mail 4" in sentences(done)
    assert "eve@corp.example.mbox.gz: the compressed data ends early" in sentences(done)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum("ada@" in each["path"] for each in found) == 3
    assert sum("ben@" in each["path"] for each in found) == 4


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_a_folder_or_file_that_is_no_mail_is_not_connected(tmp_path, kind):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100))
    for place in (folder, folder / "cat.jpg"):
        done = call("connect", kind, "corp", place, "--home", tmp_path / "home")
        assert done.exit_code == 2, place
        assert str(place) in sentences(done)
        assert len(sentences(done).splitlines()) == 1
    assert not (tmp_path / "home" / "mailkeep.toml").exists()


@pytest.fixture
def as_owner():
    """Words before a command that make permissions count, for root too; skips where that cannot be had."""
    if os.geteuid() != 0:
        return ()
    program = shutil.which("setpriv")
    words = (program or "", "--bounding-set", "-dac_override,-dac_read_search")
    if program is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root may read everything here, and setpriv (util-linux) cannot take that right away")
    return words


@pytest.fixture
def closed():
    """Takes all rights to a folder away until the test is over."""
    shut = []

    def close(folder):
        folder.chmod(0)
        shut.append(folder)

    yield close
    for folder in shut:
        folder.chmod(0o700)


def test_an_unreadable_mailbox_is_named_and_every_other_is_scanned(fresh, run, as_owner, closed):
    boxes = sorted(path for path in fresh.mail.iterdir())
    closed(boxes[0] / "cur")
    done = run("scan", "--json", "--home", fresh.home, before=as_owner)
    said = sentences(done)
    assert done.returncode in {1, 3}
    assert boxes[0].name in said + done.stdout.decode()
    assert "ermission" in said + done.stdout.decode()
    judged = call("verdicts", "--all", "--json", "--home", fresh.home).stdout
    for other in boxes[1:]:
        assert other.name in judged
    boxes[0].joinpath("cur").chmod(0o700)
    assert call("watch", "--once", "--home", fresh.home).exit_code in {0, 1}
    rows = [json.loads(line) for line in call("verdicts", "--all", "--json", "--home", fresh.home).stdout.splitlines()]
    assert len(rows) == sum(1 for path in fresh.mail.rglob("cur/*") if path.is_file())


def test_an_unreadable_folder_among_files_is_named_and_the_rest_is_judged(tmp_path, run, as_owner, closed):
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.eml").write_bytes(letter(1))
    closed(tmp_path / "shut")
    done = run("inspect", tmp_path, "--json", before=as_owner)
    assert done.returncode == 2
    assert f"{tmp_path}/shut: cannot be read (Permission denied)" in sentences(done)
    assert len(done.stdout.splitlines()) == 1


def test_an_unreadable_home_is_named(company, run, as_owner, closed):
    closed(company.home)
    for verb in (["scan"], ["connect", "maildir", "x", company.mail]):
        done = run(*verb, "--home", company.home, before=as_owner)
        assert done.returncode == 2, verb
        assert str(company.home) in sentences(done)
        assert "permission" in sentences(done)
        assert len(sentences(done).splitlines()) == 1
