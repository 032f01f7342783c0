import base64

import pytest
from tests.simulator.graph.desk import ANN, BOB, Desk, refused

SEND = f"/users/{ANN}/sendMail"


def to(*addresses):
    return [{"emailAddress": {"address": each}} for each in addresses]


async def test_a_mail_sent_arrives_and_is_kept():
    desk = Desk()
    message = {
        "subject": "Canary",
        "body": {"contentType": "Text", "content": "chirp"},
        "toRecipients": to(BOB, "carl@else.example"),
        "internetMessageHeaders": [{"name": "X-Mailkeep-Canary", "value": "7"}],
    }
    assert (await desk.ask("POST", SEND, {"message": message})).status == 202
    (item,) = desk.office.lying(BOB, "inbox")
    assert item.letter.subject == "Canary"
    assert item.letter.header("X-Mailkeep-Canary") == "7"
    assert item.letter.people("From") == [("Ann Archer", ANN)]
    assert item.letter.message_id.endswith("@corp.example>")
    assert len(desk.office.lying(ANN, "sentitems")) == 1
    assert desk.office.outbox[0][1] == ("carl@else.example",)


async def test_no_copy_is_kept_when_none_is_wanted():
    desk = Desk()
    body = {"message": {"toRecipients": to(BOB)}, "saveToSentItems": False}
    assert (await desk.ask("POST", SEND, body)).status == 202
    assert desk.office.lying(ANN) == []


async def test_mime_is_sent_as_it_is():
    desk = Desk()
    raw = f"From: {ANN}\r\nTo: {BOB}\r\nSubject: as is\r\nMessage-ID: <own@corp.example>\r\n\r\nchirp".encode()
    assert (await desk.ask("POST", SEND, base64.b64encode(raw), Content_Type="text/plain")).status == 202
    assert desk.office.lying(BOB)[0].letter.raw == raw


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"toRecipients": [{"emailAddress": {"address": "not an address"}}]},
        {"toRecipients": [{"address": BOB}]},
        {"toRecipients": to(BOB), "internetMessageHeaders": [{"name": "Received", "value": "x"}]},
    ],
)
async def test_what_cannot_be_sent_is_refused(message):
    desk = Desk()
    assert refused(await desk.ask("POST", SEND, {"message": message}))[0] == 400
    assert desk.office.lying(BOB) == []


async def test_mime_that_is_no_base64_is_refused():
    reply = await Desk().ask("POST", SEND, b"!!!", Content_Type="text/plain")
    assert refused(reply) == (400, "ErrorMimeContentInvalidBase64String")


async def test_sending_asks_for_its_permission():
    assert refused(await Desk("Mail.ReadWrite").ask("POST", SEND, {}))[0] == 403
