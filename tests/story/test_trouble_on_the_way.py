"""Trouble while work goes on: a full disk, Ctrl-C, a reader who leaves, a refused password. Nothing is lost."""

import json
import resource
import signal
import sqlite3
import subprocess
import time

import pytest
from tests.northwind import call
from tests.story.conftest import RUN

SMALL = 300_000
"""Bytes that a file may have: less than the store needs."""


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))


def kept(company):
    """How many mails the store holds."""
    try:
        database = sqlite3.connect(f"file:{company.home / 'mailkeep.db'}?mode=ro", uri=True)
        try:
            return database.execute("SELECT count(*) FROM message").fetchone()[0]
        finally:
            database.close()
    except sqlite3.Error:
        return 0


def mails(company):
    return sum(1 for path in company.mail.rglob("cur/*") if path.is_file())


def test_a_full_disk_stops_a_scan_with_a_sentence_and_the_next_goes_on(fresh, run):
    done = run("scan", "--home", fresh.home, preexec_fn=small_files)
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert "Traceback" not in said
    assert "Free some space" in said
    assert "goes on from there" in said
    assert kept(fresh) < mails(fresh)
    assert run("scan", "--home", fresh.home).returncode in {0, 1}
    assert kept(fresh) == mails(fresh)


def test_a_scan_stopped_by_ctrl_c_says_so_and_the_next_reads_the_rest_only(fresh):
    scanning = subprocess.Popen([*RUN, "scan", "--home", str(fresh.home)], stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not kept(fresh) and scanning.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    scanning.send_signal(signal.SIGINT)
    said = scanning.communicate(timeout=60)[1].decode()
    before = kept(fresh)
    assert before > 0
    assert "Traceback" not in said
    if scanning.returncode in {0, 1}:
        pytest.skip("the scan was over before the interruption reached it")
    assert scanning.returncode == 130
    assert "goes on from there" in said
    done = call("scan", "--json", "--home", fresh.home)
    found = json.loads(done.stdout)
    assert (found["before"], found["before"] + found["mails"]) == (before, mails(fresh))
    assert kept(fresh) == mails(fresh)


@pytest.mark.parametrize("words", [["verdicts", "--all", "--json"], ["verdicts", "--all"], ["people"]], ids=" ".join)
def test_a_reader_who_has_seen_enough_is_no_trouble(company, words):
    shell = [*RUN, *words, "--home", str(company.home)]
    with subprocess.Popen(shell, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writing:
        writing.stdout.close()  # before anything was written: every write finds the pipe broken
        said = writing.stderr.read().decode()
        assert writing.wait(60) == 0
    assert said == ""


def test_a_refused_imap_password_is_said_once_and_nothing_is_written(tmp_path):
    dovecot = pytest.importorskip(
        "tests.connect.dovecot", reason="the IMAP server of the connectors' tests is not there"
    )
    with dovecot.dovecot() as server:
        words = ["--host", "127.0.0.1", "--port", server.port, "--no-tls", "--user", dovecot.USERS[0]]
        done = call("connect", "imap", "mail", *words, "--home", tmp_path / "home", input="wrong password\n")
        assert done.exit_code == 3
        assert len(done.stderr.splitlines()) == 1
        assert dovecot.USERS[0] in done.stderr
        assert "password" in done.stderr
        assert "wrong password" not in done.stderr
        assert not (tmp_path / "home" / "mailkeep.toml").exists()
        right = f"{dovecot.PASSWORD} of {dovecot.USERS[0]}\n"
        assert call("connect", "imap", "mail", *words, "--home", tmp_path / "home", input=right).exit_code == 0
        (tmp_path / "home" / "secrets" / "mail.password").write_text("changed meanwhile")
        for verb in (["scan"], ["watch", "--once"]):
            done = call(*verb, "--home", tmp_path / "home")
            assert done.exit_code == 3, done.exception
            assert "Traceback" not in done.stderr
            assert "changed meanwhile" not in done.stderr
        assert call("doctor", "--home", tmp_path / "home").exit_code == 1
