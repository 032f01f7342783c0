"""Filters and forwarding, shown and played."""

import pytest
from tests.simulator.google.desk import ADA, BEN, letter

FORWARD = {"criteria": {"subject": "invoice"}, "action": {"forward": BEN, "removeLabelIds": ["INBOX"]}}


async def test_a_filter_that_forwards_is_shown_and_played(desk, workspace):
    assert (await desk.gmail("GET", "/settings/filters")).json == {}
    assert (await desk.gmail("POST", "/settings/filters", FORWARD)).status == 400
    address = await desk.gmail("POST", "/settings/forwardingAddresses", {"forwardingEmail": BEN})
    assert address.json["verificationStatus"] == "accepted"
    made = (await desk.gmail("POST", "/settings/filters", FORWARD)).json
    assert (await desk.gmail("GET", "/settings/filters")).json == {"filter": [made]}
    assert (await desk.gmail("GET", f"/settings/filters/{made['id']}")).json == made
    assert (await desk.gmail("POST", "/settings/filters", FORWARD)).status == 400
    raw = letter(1, subject="Invoice 9")
    caught = workspace.deliver(ADA, raw)
    workspace.deliver(ADA, letter(2))
    assert workspace.mail(ADA, caught).labels == {"UNREAD"}
    assert [mail.raw for mail in workspace.lying(BEN)] == [raw]
    assert (await desk.gmail("DELETE", f"/settings/filters/{made['id']}")).status == 204
    assert (await desk.gmail("GET", f"/settings/filters/{made['id']}")).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"action": {"removeLabelIds": ["INBOX"]}},
        {"criteria": {"from": "x"}},
        {"criteria": {"from": "x"}, "action": {"addLabelIds": ["Label_9"]}},
    ],
)
async def test_filters_that_say_too_little_are_refused(desk, body):
    assert (await desk.gmail("POST", "/settings/filters", body)).status == 400


async def test_auto_forwarding_is_set_shown_and_played(desk, workspace):
    assert (await desk.gmail("GET", "/settings/autoForwarding")).json == {"enabled": False}
    outside = "drop@elsewhere.example"
    pending = await desk.gmail("POST", "/settings/forwardingAddresses", {"forwardingEmail": outside})
    assert pending.json["verificationStatus"] == "pending"
    wanted = {"enabled": True, "emailAddress": outside, "disposition": "trash"}
    assert (await desk.gmail("PUT", "/settings/autoForwarding", wanted)).status == 400
    workspace.person(ADA).settings.forwarding[outside] = "accepted"
    assert (await desk.gmail("PUT", "/settings/autoForwarding", wanted)).json == wanted
    mail = workspace.deliver(ADA, letter())
    assert workspace.mail(ADA, mail).labels == {"TRASH", "UNREAD"}
    assert workspace.sent_out == [(ADA, outside, letter())]
    one = await desk.gmail("GET", f"/settings/forwardingAddresses/{outside}")
    assert one.json == {"forwardingEmail": outside, "verificationStatus": "accepted"}
    assert (await desk.gmail("GET", "/settings/forwardingAddresses")).json == {"forwardingAddresses": [one.json]}
    assert (await desk.gmail("DELETE", f"/settings/forwardingAddresses/{outside}")).status == 204
    assert (await desk.gmail("GET", "/settings/autoForwarding")).json == {"enabled": False}


async def test_forwarding_addresses_are_addresses_and_stand_once(desk):
    assert (await desk.gmail("POST", "/settings/forwardingAddresses", {"forwardingEmail": "x"})).status == 400
    await desk.gmail("POST", "/settings/forwardingAddresses", {"forwardingEmail": BEN})
    assert (await desk.gmail("POST", "/settings/forwardingAddresses", {"forwardingEmail": BEN})).status == 409
    assert (await desk.gmail("GET", "/settings/forwardingAddresses/no@x")).status == 404


async def test_forwarding_is_set_with_the_sharing_scope_and_read_with_any(desk, workspace):
    body = {"enabled": False}
    assert (await desk.gmail("PUT", "/settings/autoForwarding", body, wanted="gmail.settings.basic")).status == 403
    assert (await desk.gmail("PUT", "/settings/autoForwarding", body, wanted="gmail.settings.sharing")).status == 200
    assert (await desk.gmail("GET", "/settings/autoForwarding", wanted="gmail.modify")).status == 200


async def test_delegates_are_colleagues(desk):
    assert (await desk.gmail("GET", "/settings/delegates")).json == {}
    assert (await desk.gmail("POST", "/settings/delegates", {"delegateEmail": "x@elsewhere.example"})).status == 400
    made = await desk.gmail("POST", "/settings/delegates", {"delegateEmail": BEN})
    assert (await desk.gmail("GET", "/settings/delegates")).json == {"delegates": [made.json]}
    assert (await desk.gmail("DELETE", f"/settings/delegates/{BEN}")).status == 204
    assert (await desk.gmail("DELETE", f"/settings/delegates/{BEN}")).status == 404


async def test_the_own_sender_name_comes_first(desk):
    (own,) = (await desk.gmail("GET", "/settings/sendAs")).json["sendAs"]
    assert (own["sendAsEmail"], own["isPrimary"]) == (ADA, True)


async def test_the_absence_note_is_kept(desk):
    note = {"enableAutoReply": True, "responseSubject": "Away"}
    await desk.gmail("PUT", "/settings/vacation", note)
    assert (await desk.gmail("GET", "/settings/vacation")).json == note
