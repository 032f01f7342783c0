"""What the corridor says reaches the screen: verdicts and receipts as they fall, troubles at once."""

import json

from tests.reports import AT, a_report

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.cli.progress import bar, live
from mailkeep.flow.notice import Note, Step


def note(step, **fields):
    return Note(step=step, tenant="corp", **fields)


def test_where_no_terminal_is_only_troubles_are_printed(capsys):
    with bar("corp") as notice:
        notice(note(Step.COUNTED, of=10))
        notice(note(Step.KEPT, mails=5))
        notice(note(Step.SECOND_LOOK, mails=1, of=2))
        notice(note(Step.SKIPPED, says="ada/1: cut off"))
        notice(note(Step.TROUBLE, says="the server asks to wait" + " for long" * 20))
    told = capsys.readouterr()
    assert told.out == ""
    assert "cut off" not in told.err
    assert len(told.err.splitlines()) == 1
    assert "the server asks to wait" in told.err
    assert "10" not in told.err


def test_a_verdict_is_printed_with_what_became_of_its_deed(capsys):
    with live(lambda _: a_report(), as_json=False) as notice:
        notice(note(Step.REPORTED, report=a_report(receipts=())))
        assert capsys.readouterr().out == ""
        notice(note(Step.RECEIPT, receipt=Receipt(action="a1", ended=Ended.DONE, at=AT)))
        notice(note(Step.TROUBLE, says="unreachable"))
    told = capsys.readouterr()
    assert told.out.count("answers go to evil.test") == 1
    assert "quarantine done" in told.out
    assert "unreachable" in told.err


def test_what_is_still_owed_is_printed_at_the_end(capsys):
    with live(lambda _: a_report(receipts=()), as_json=False) as notice:
        notice(note(Step.REPORTED, report=a_report(receipts=())))
    assert "quarantine pending" in capsys.readouterr().out


def test_objects_are_printed_alone_and_settled(capfdbinary):
    with live(lambda _: a_report(), as_json=True) as notice:
        notice(note(Step.REPORTED, report=a_report(receipts=())))
        notice(note(Step.RECEIPT, receipt=Receipt(action="a1", ended=Ended.DONE, at=AT)))
        notice(note(Step.RECEIPT, receipt=Receipt(action="of another verdict", ended=Ended.DONE, at=AT)))
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line)["actions"][0]["outcome"] for line in lines] == ["done"]
