"""Inbox rules over the API, and what they do to mail that arrives."""

import pytest
from tests.simulator.graph.conftest import mail

ADA = "ada@northwind.example"
PATH = f"/users/{ADA}/mailFolders/inbox/messageRules"


def to(address):
    return [{"emailAddress": {"address": address, "name": address}}]


async def test_rules_are_made_listed_changed_and_removed(client):
    wanted = {
        "displayName": "From the bank",
        "sequence": 2,
        "conditions": {"senderContains": ["bank"], "withinSizeRange": {"minimumSize": 0, "maximumSize": 500}},
        "actions": {"markAsRead": True, "forwardTo": to("x@evil.example")},
        "exceptions": {"subjectContains": ["urgent"]},
    }
    status, made = await client.ask("POST", PATH, wanted)
    assert status == 201
    assert wanted.items() <= made.items()
    assert made["isEnabled"] is True
    listed = await client.get(PATH)
    assert [each["id"] for each in listed["value"]] == [made["id"]]
    status, changed = await client.ask("PATCH", f"{PATH}/{made['id']}", {"isEnabled": False})
    assert (status, changed["isEnabled"], changed["displayName"]) == (200, False, "From the bank")
    assert (await client.get(f"{PATH}/{made['id']}"))["isEnabled"] is False
    assert (await client.ask("DELETE", f"{PATH}/{made['id']}"))[0] == 204
    assert (await client.ask("GET", f"{PATH}/{made['id']}"))[0] == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"displayName": "x"}, "actions"),
        ({"displayName": "x", "actions": {"explode": True}}, "explode"),
        ({"displayName": "x", "actions": {"delete": True}, "conditions": {"moonIsFull": True}}, "moonIsFull"),
        ({"displayName": "x", "actions": {"moveToFolder": "nowhere"}}, "no such folder"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused_with_its_reason(client, body, says):
    status, refused = await client.ask("POST", PATH, body)
    assert status == 400
    assert says in refused["error"]["message"]


async def test_only_the_inbox_has_rules(client):
    assert (await client.ask("GET", f"/users/{ADA}/mailFolders/archive/messageRules"))[0] == 400


async def test_a_forwarding_rule_sends_a_copy_out(simulator, office):
    simulator.rules.add(
        ADA, "out", actions={"forwardTo": to("x@evil.example")}, conditions={"subjectContains": ["berth"]}
    )
    office.deliver(ADA, mail(1))
    office.deliver(ADA, mail(2, Subject="lunch"))
    ((sender, recipients, raw),) = office.outbox
    assert (sender, recipients) == (ADA, ("x@evil.example",))
    assert b"Subject: FW: Berth 1" in raw
    assert b"hello 1" in raw
    assert len(office.lying(ADA, "inbox")) == 2


async def test_a_redirect_and_an_attachment_carry_the_mail_itself(simulator, office):
    simulator.rules.add(
        ADA, "out", actions={"redirectTo": to("a@x.example"), "forwardAsAttachmentTo": to("b@x.example")}
    )
    office.deliver(ADA, mail(1))
    attached, redirected = (raw for _, _, raw in office.outbox)
    assert b"message/rfc822" in attached
    assert redirected.endswith(mail(1))


async def test_two_mailboxes_that_forward_to_each_other_come_to_rest(simulator, office):
    grace = "grace@northwind.example"
    simulator.rules.add(ADA, "to grace", actions={"redirectTo": to(grace)})
    simulator.rules.add(grace, "to ada", actions={"forwardTo": to(ADA)})
    office.deliver(ADA, mail(1))
    assert len(office.lying(grace, "inbox")) == 1
    assert len(office.lying(ADA, "inbox")) == 2


async def test_a_mail_is_moved_marked_copied_deleted_or_dropped_as_the_rule_says(simulator, office):
    folder = office.mailbox(ADA).make_folder("RSS")
    moved = office.mailbox(ADA).folder_id(folder.number)
    marks = {"markAsRead": True, "assignCategories": ["Red"], "markImportance": "high", "copyToFolder": "archive"}
    simulator.rules.add(ADA, "mark", actions={**marks, "moveToFolder": moved}, conditions={"subjectContains": ["one"]})
    simulator.rules.add(ADA, "bin", actions={"delete": True}, conditions={"subjectContains": ["two"]})
    simulator.rules.add(ADA, "void", actions={"permanentDelete": True}, conditions={"subjectContains": ["three"]})
    for number, subject in enumerate(("one", "two", "three", "four")):
        office.deliver(ADA, mail(number, Subject=subject))
    (item,) = office.lying(ADA, "RSS")
    assert (item.is_read, item.categories, item.importance) == (True, ("Red",), "high")
    assert len(office.lying(ADA, "archive")) == 1
    assert [each.letter.subject for each in office.lying(ADA, "deleteditems")] == ["two"]
    assert [each.letter.subject for each in office.lying(ADA, "inbox")] == ["four"]


async def test_later_rules_rest_when_one_says_stop_and_a_disabled_rule_does_nothing(simulator, office):
    simulator.rules.add(ADA, "stop", actions={"stopProcessingRules": True})
    simulator.rules.add(ADA, "bin", actions={"delete": True})
    office.deliver(ADA, mail(1))
    simulator.rules.of(ADA)[0].enabled = False
    office.deliver(ADA, mail(2))
    assert [each.letter.subject for each in office.lying(ADA, "inbox")] == ["Berth 1"]


async def test_a_rule_whose_folder_is_gone_says_so_and_the_mail_lands_in_the_inbox(client, simulator, office):
    mailbox = office.mailbox(ADA)
    folder = mailbox.make_folder("RSS")
    simulator.rules.add(ADA, "move", actions={"moveToFolder": mailbox.folder_id(folder.number)})
    mailbox.drop_folder(folder)
    mailbox.drop_folder(folder)
    office.deliver(ADA, mail(1))
    assert len(office.lying(ADA, "inbox")) == 1
    assert (await client.get(PATH))["value"][0]["hasError"] is True
