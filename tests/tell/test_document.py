"""The JSON object of a verdict keeps the command line's promise."""

import json

from tests.reports import a_report

from mailkeep.tell.document import document, line, outcome

PROMISED = ["id", "message_id", "mailbox", "path", "label", "attack", "score", "signals", "actions", "elapsed_ms"]


def test_the_promised_keys_come_first_and_in_order():
    assert list(document(a_report()))[: len(PROMISED)] == PROMISED


def test_a_line_is_one_line_of_json():
    written = line(a_report())
    assert b"\n" not in written
    found = json.loads(written)
    assert found["label"] == "malicious"
    assert found["attack"] == "bec"
    assert found["signals"][0]["evidence"][0]["says"] == "answers go to evil.test, not corp.example"
    assert found["signals"][0]["evidence"][0]["place"]["label"] == "Reply-To"
    assert found["actions"][0]["undo"]["folder"] == "INBOX"


def test_an_action_without_a_receipt_is_pending():
    report = a_report(receipts=())
    assert outcome(report, report.actions[0]) == "pending"
    assert document(report)["actions"][0]["outcome"] == "pending"
