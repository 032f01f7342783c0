"""A Maildir organisation is split into past and later mail, attacked, and counted."""

import json
from datetime import UTC, datetime

import pytest
from tests import northwind

from mailkeep.cli.replaying import TRACE, put, read_addresses, samples_in
from mailkeep.kit.trouble import OperatorError


def test_an_organisation_is_replayed_under_attack_and_its_mail_can_train(plain, tmp_path):
    work = tmp_path / "work"
    done = northwind.call("lab", "replay", plain.mail, "--attacks", 4, "--work", work, "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["past"] + found["later"] == sum(1 for path in plain.mail.rglob("cur/*"))
    assert found["past"] > found["later"] > 0
    assert found["attacks"] > 0
    assert found["outcome"]["caught"]["n"] == found["attacks"]
    samples = samples_in(work)
    assert sum(sample.attack for sample in samples) >= found["attacks"]
    assert any(not sample.attack for sample in samples)
    assert not list(plain.mail.rglob("*.replay:*"))


def test_too_little_mail_is_the_operators_mistake(tmp_path):
    put(tmp_path / "org" / "ada@corp.example", b"Subject: One\n\nHello.\n", datetime(2026, 3, 2, tzinfo=UTC))
    done = northwind.call("lab", "replay", tmp_path / "org", "--work", tmp_path / "work")
    assert done.exit_code == 2
    assert "1 mails are too few" in done.stderr


def test_a_folder_without_a_replay_is_named(tmp_path):
    with pytest.raises(OperatorError, match="holds no replay"):
        samples_in(tmp_path)


def test_a_mail_is_laid_down_as_received_then(tmp_path):
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    put(tmp_path, b"Subject: One\n\nHello.\n", at)
    (file,) = (tmp_path / "cur").iterdir()
    assert file.name.endswith(":2,S")
    assert file.stat().st_mtime == at.timestamp()


def test_trace_headers_go_with_their_continuations_and_nothing_else():
    raw = b"Received: from a\n by b\nReturn-Path: <x@y>\nSubject: Received: stays\n\nReceived in body\n"
    assert TRACE.sub(b"", raw) == b"Subject: Received: stays\n\nReceived in body\n"


def test_addresses_are_read_from_the_first_two_columns(tmp_path):
    table = tmp_path / "addresses.tsv"
    table.write_text("mailbox\taddress\tnote\nlay-k\tKenneth.Lay@corp.example\tx\nshort\n")
    assert read_addresses(table) == {"lay-k": "kenneth.lay@corp.example"}
    assert read_addresses(None) == {}
