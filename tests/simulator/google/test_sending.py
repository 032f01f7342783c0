"""Mail sent, imported, inserted."""

import pytest
from tests.simulator.google.desk import ADA, BEN, letter

from mailkeep.simulator.google import mime


async def test_sent_mail_reaches_colleagues_and_leaves_a_copy(desk, workspace):
    raw = letter(1, to=f"Ben <{BEN}>, out@elsewhere.example")
    sent = await desk.gmail("POST", "/messages/send", {"raw": mime.base64url(raw)})
    assert sent.json["labelIds"] == ["SENT"]
    assert [mail.raw for mail in workspace.lying(BEN)] == [raw]
    assert workspace.sent_out == [(ADA, "out@elsewhere.example", raw)]


async def test_a_mail_to_oneself_is_one_mail_sent_and_received(desk, workspace):
    await desk.gmail("POST", "/messages/send", {"raw": mime.base64url(letter(1, to=ADA))})
    (mail,) = workspace.lying(ADA)
    assert mail.labels == {"SENT", "INBOX", "UNREAD"}


@pytest.mark.parametrize("raw", ["", "!!", mime.base64url(b"Subject: to nobody\r\n\r\n")])
async def test_what_cannot_be_sent_is_refused(desk, raw):
    assert (await desk.gmail("POST", "/messages/send", {"raw": raw})).status == 400


async def test_import_takes_the_date_of_the_header_and_insert_the_present(desk, workspace, clock):
    clock.on(86_400)
    body = {"raw": mime.base64url(letter(1)), "labelIds": ["INBOX"]}
    imported = (await desk.gmail("POST", "/messages/import", body)).json["id"]
    inserted = (await desk.gmail("POST", "/messages", body)).json["id"]
    assert workspace.mail(ADA, inserted).at_ms - workspace.mail(ADA, imported).at_ms == 86_400_000
    assert (await desk.gmail("POST", "/messages", body | {"labelIds": ["Label_9"]})).status == 400
