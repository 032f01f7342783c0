"""The hands of users and administrators."""

import pytest
from tests.simulator.google.desk import ADA, BEN, letter

from mailkeep.simulator.google.scopes import MAIL


def test_mail_is_delivered_moved_marked_and_removed(workspace):
    mail = workspace.deliver(ADA, letter())
    assert workspace.mail(ADA, mail).labels == {"INBOX", "UNREAD"}
    workspace.move(ADA, mail, "Projects")
    label = workspace.person(ADA).mailbox.label_named("Projects")
    assert workspace.mail(ADA, mail).labels == {label, "UNREAD"}
    workspace.mark(ADA, mail, add=["STARRED"], read=True)
    assert workspace.mail(ADA, mail).labels == {label, "STARRED"}
    workspace.move(ADA, mail, "")
    assert workspace.mail(ADA, mail).labels == {"STARRED"}
    workspace.mark(ADA, mail, remove=["starred"], read=False)
    assert [each.labels for each in workspace.lying(ADA)] == [{"UNREAD"}]
    workspace.remove(ADA, mail)
    assert workspace.lying(ADA) == []


@pytest.mark.parametrize(
    ("folder", "labels"),
    [
        ("inbox", {"INBOX", "UNREAD"}),
        ("", {"UNREAD"}),
        ("sent", {"SENT"}),
        ("Drafts", {"DRAFT"}),
        ("trash", {"TRASH", "UNREAD"}),
    ],
)
def test_mail_lies_where_it_was_delivered(workspace, folder, labels):
    assert workspace.mail(ADA, workspace.deliver(ADA, letter(), folder=folder)).labels == labels


def test_aliases_and_lists_reach_their_people(workspace):
    workspace.add_group("crew@northwind-harbour.example", [ADA, BEN])
    workspace.send("x@y.example", "crew@northwind-harbour.example", letter(1))
    workspace.send("x@y.example", "AL@northwind-harbour.example", letter(2))
    assert [len(workspace.lying(each)) for each in (ADA, BEN)] == [2, 1]


def test_an_address_stands_for_one_person(workspace):
    with pytest.raises(ValueError, match="already"):
        workspace.add_person("al@northwind-harbour.example")


def test_a_grant_is_exact_and_can_be_taken_back(workspace):
    account = workspace.grant("guard", ["gmail.readonly", "mail", "https://www.googleapis.com/auth/pubsub"])
    assert MAIL in account.delegated
    assert len(account.delegated) == 3
    assert workspace.grant("guard", ["gmail.modify"]) is account
    assert account.delegated == {"https://www.googleapis.com/auth/gmail.modify"}
    workspace.revoke("guard")
    assert account.delegated == set()


def test_mailboxes_are_made_when_looked_at(workspace):
    workspace.add_person("idle@northwind-harbour.example")
    assert workspace.person("idle@northwind-harbour.example").made is None
