"""The past is read once, the summary is told, and the exit code says whether somebody should look."""

import json

from tests import northwind

from mailkeep.cli.scan import exit_code
from mailkeep.flow.summaries import ScanSummary


def summary(**changes):
    fields = {"tenant": "c", "mailboxes": 1, "mails": 1, "before": 0, "looked_again": 0, "labels": {}, "intents": 0}
    return ScanSummary(**{**fields, "seconds": 1.0, **changes})


def test_the_past_is_read_and_a_second_scan_has_nothing_left_to_do(plain, tmp_path):
    company = plain.copy(tmp_path)
    northwind.connect(company)
    first = json.loads(company.call("scan", "--json").stdout)
    files = sum(1 for path in company.mail.rglob("cur/*"))
    assert first["mails"] == files
    assert first["mailboxes"] == 6
    again = json.loads(company.call("scan", northwind.NAME, "--json").stdout)
    assert (again["mails"], again["before"]) == (0, files)


def test_since_leaves_older_mail_out(plain, tmp_path):
    company = plain.copy(tmp_path)
    northwind.connect(company)
    done = json.loads(company.call("scan", "--json", "--since", "2026-03-03").stdout)
    assert 0 < done["mails"] < sum(1 for path in company.mail.rglob("cur/*"))


def test_the_summary_is_sentences_on_standard_error(plain, tmp_path):
    company = plain.copy(tmp_path)
    northwind.connect(company)
    done = company.call("scan")
    assert done.stdout == ""
    assert "mails of 6 mailboxes read" in done.stderr
    assert "looked at again" in done.stderr


def test_nothing_in_the_archive_is_touched_by_a_scan(attacked, learned):
    assert not list(learned.mail.rglob("*Quarantine*"))
    assert list(attacked.mail.rglob("*Quarantine*"))


def test_an_unknown_tenant_is_named_with_those_there_are(learned):
    done = learned.call("scan", "nobody")
    assert done.exit_code == 2
    assert "nobody: name one of corp" in done.stderr


def test_the_exit_code_tells_trouble_from_findings_from_peace():
    assert exit_code(summary()) == 0
    assert exit_code(summary(labels={"clean": 5, "graymail": 1})) == 0
    assert exit_code(summary(skipped=(("a file", "it is cut off"),))) == 1
    assert exit_code(summary(labels={"suspicious": 1})) == 1
    assert exit_code(summary(labels={"malicious": 1}, troubles=(("ada", "refused"),))) == 3
