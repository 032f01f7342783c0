"""Labels over the wire."""

import pytest
from tests.simulator.google.desk import ADA, letter

HIDDEN = {"name": "Mailkeep Quarantine", "labelListVisibility": "labelHide", "messageListVisibility": "hide"}


async def test_a_hidden_label_is_made_listed_renamed_and_removed(desk, workspace):
    made = (await desk.gmail("POST", "/labels", HIDDEN)).json
    assert made == {"id": made["id"], "type": "user", **HIDDEN}
    mail = workspace.deliver(ADA, letter(), folder="Mailkeep Quarantine")
    assert workspace.mail(ADA, mail).labels == {made["id"], "UNREAD"}
    listed = (await desk.gmail("GET", "/labels")).json["labels"]
    assert [each["name"] for each in listed if each["type"] == "user"] == ["Mailkeep Quarantine"]
    counted = (await desk.gmail("GET", f"/labels/{made['id']}")).json
    assert (counted["messagesTotal"], counted["messagesUnread"]) == (1, 1)
    renamed = await desk.gmail("PATCH", f"/labels/{made['id']}", {"name": "Away"})
    assert renamed.json["name"] == "Away"
    assert renamed.json["messageListVisibility"] == "hide"
    shown = await desk.gmail("PUT", f"/labels/{made['id']}", {**HIDDEN, "messageListVisibility": "show"})
    assert shown.json["messageListVisibility"] == "show"
    assert (await desk.gmail("DELETE", f"/labels/{made['id']}")).status == 204
    assert workspace.mail(ADA, mail).labels == {"UNREAD"}
    assert (await desk.gmail("GET", f"/labels/{made['id']}")).status == 404


async def test_a_name_stands_once_whatever_its_case(desk):
    await desk.gmail("POST", "/labels", {"name": "Projects"})
    assert (await desk.gmail("POST", "/labels", {"name": "PROJECTS"})).status == 409


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": "inbox"}, {"name": "a", "labelListVisibility": "never"}])
async def test_names_and_looks_that_cannot_be_are_refused(desk, body):
    assert (await desk.gmail("POST", "/labels", body)).status == 400


async def test_system_labels_are_shown_and_stay(desk, workspace):
    workspace.deliver(ADA, letter())
    shown = (await desk.gmail("GET", "/labels/INBOX")).json
    assert (shown["type"], shown["messagesTotal"]) == ("system", 1)
    assert (await desk.gmail("DELETE", "/labels/INBOX")).status == 400
