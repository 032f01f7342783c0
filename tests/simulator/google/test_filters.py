"""What settings make of arriving mail."""

import pytest
from tests.simulator.google.desk import ADA, BEN, letter

from mailkeep.simulator.google.filters import MailSettings, arriving


@pytest.mark.parametrize(
    ("criteria", "catches"),
    [
        ({"from": "KIM"}, True),
        ({"to": "nobody"}, False),
        ({"query": "crane"}, True),
        ({"query": "ship"}, False),
        ({"negatedQuery": "ship"}, True),
        ({"negatedQuery": "crane"}, False),
        ({"hasAttachment": True}, False),
        ({"size": 10, "sizeComparison": "larger"}, True),
        ({"size": 10, "sizeComparison": "smaller"}, False),
    ],
)
def test_criteria_choose_arriving_mail(workspace, criteria, catches):
    workspace.person(ADA).settings.add_filter(criteria, {"addLabelIds": ["STARRED"]})
    mail = workspace.deliver(ADA, letter(1, body="The crane is late."))
    assert ("STARRED" in workspace.mail(ADA, mail).labels) is catches


@pytest.mark.parametrize(
    ("disposition", "labels"),
    [
        ("leaveInInbox", {"INBOX", "UNREAD"}),
        ("archive", {"UNREAD"}),
        ("trash", {"TRASH", "UNREAD"}),
        ("markRead", {"INBOX"}),
    ],
)
def test_what_is_forwarded_stays_as_was_wished(workspace, disposition, labels):
    settings = MailSettings(auto_forwarding={"enabled": True, "emailAddress": BEN, "disposition": disposition})
    arrival = arriving(settings, letter(), {"INBOX", "UNREAD"}, workspace.person(ADA).mailbox)
    assert (arrival.labels, arrival.forwards) == (labels, [BEN])


def test_settings_that_do_nothing_are_quiet():
    settings = MailSettings()
    assert settings.quiet
    settings.add_filter({"from": "x"}, {"addLabelIds": ["STARRED"]})
    assert not settings.quiet
