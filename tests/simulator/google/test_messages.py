"""Mails over the wire."""

from email.message import EmailMessage

import pytest
from tests.simulator.google.desk import ADA, BEN, letter

from mailkeep.simulator.google import mime


def ids(answer):
    return [each["id"] for each in answer.json.get("messages", [])]


@pytest.fixture
def five(workspace, clock):
    given = []
    for number in range(5):
        clock.on(10)
        given.append(workspace.deliver(ADA, letter(number)))
    return given


async def test_ids_come_newest_first_in_pages_that_new_mail_does_not_shift(desk, workspace, clock, five):
    first = await desk.gmail("GET", "/messages", query={"maxResults": 2})
    clock.on(10)
    workspace.deliver(ADA, letter(9))
    rest = await desk.gmail("GET", "/messages", query={"maxResults": 9, "pageToken": first.json["nextPageToken"]})
    assert ids(first) + ids(rest) == five[::-1]
    assert "nextPageToken" not in rest.json


async def test_an_empty_list_has_no_messages_at_all(desk):
    assert (await desk.gmail("GET", "/messages")).json == {"resultSizeEstimate": 0}


async def test_spam_and_trash_are_listed_only_on_demand(desk, workspace, five):
    workspace.move(ADA, five[0], "trash")
    workspace.move(ADA, five[1], "spam")
    assert ids(await desk.gmail("GET", "/messages")) == five[:1:-1]
    assert ids(await desk.gmail("GET", "/messages", query={"includeSpamTrash": "true"})) == five[::-1]
    assert ids(await desk.gmail("GET", "/messages", query={"labelIds": "TRASH"})) == [five[0]]
    found = await desk.gmail("GET", "/messages", query={"q": "rfc822msgid:1@quay.example", "includeSpamTrash": "true"})
    assert ids(found) == [five[1]]
    assert ids(await desk.gmail("GET", "/messages", query={"q": "rfc822msgid:<1@quay.example>"})) == []


async def test_raw_is_byte_true(desk, workspace):
    raw = b"Subject: odd\n\n" + bytes(range(256)) * 40
    mail = workspace.deliver(ADA, raw)
    answer = await desk.gmail("GET", f"/messages/{mail}", query={"format": "raw"})
    assert mime.from_base64url(answer.json["raw"]) == raw
    assert answer.json["sizeEstimate"] == len(raw)


async def test_every_format_shows_what_it_should(desk, five):
    shown = {}
    for form in ("full", "metadata", "minimal"):
        shown[form] = (await desk.gmail("GET", f"/messages/{five[0]}", query={"format": form})).json
    assert shown["full"]["payload"]["body"]["size"] > 0
    assert "body" not in shown["metadata"]["payload"]
    assert "payload" not in shown["minimal"]
    some = await desk.gmail("GET", f"/messages/{five[0]}", query={"format": "metadata", "metadataHeaders": "Subject"})
    assert some.json["payload"]["headers"] == [{"name": "Subject", "value": "Letter 0"}]
    assert (await desk.gmail("GET", f"/messages/{five[0]}", query={"format": "odd"})).status == 400


async def test_the_metadata_scope_reads_no_content_and_does_not_search(desk, workspace, five):
    workspace.grant("everything", ["gmail.metadata"])
    how = {"wanted": "gmail.metadata"}
    assert (await desk.gmail("GET", "/messages", query={"q": "in:inbox"}, **how)).status == 403
    for form in ("full", "raw"):
        assert (await desk.gmail("GET", f"/messages/{five[0]}", query={"format": form}, **how)).status == 403
    glance = await desk.gmail("GET", f"/messages/{five[0]}", query={"format": "metadata"}, **how)
    assert glance.status == 200
    assert "snippet" not in glance.json
    assert len(ids(await desk.gmail("GET", "/messages", query={"labelIds": "INBOX"}, **how))) == 5


async def test_a_mail_that_is_not_there_is_not_found_and_no_id_is_invalid(desk):
    missing = await desk.gmail("GET", "/messages/18ffffffffffffff")
    assert (missing.status, missing.reason) == (404, "notFound")
    assert (await desk.gmail("GET", "/messages/what%20is%20this")).status == 400
    assert (await desk.gmail("POST", "/messages/18ffffffffffffff/trash")).status == 404


async def test_modify_changes_labels_and_answers_with_them(desk, workspace, five):
    label = workspace.person(ADA).mailbox.make_label("Projects").id
    body = {"addLabelIds": [label, "STARRED"], "removeLabelIds": ["INBOX", "UNREAD"]}
    done = await desk.gmail("POST", f"/messages/{five[0]}/modify", body)
    assert set(done.json["labelIds"]) == {label, "STARRED"}
    assert workspace.mail(ADA, five[0]).labels == {label, "STARRED"}


@pytest.mark.parametrize(
    "body",
    [
        {"addLabelIds": ["Label_77"]},
        {"addLabelIds": ["SENT"]},
        {"removeLabelIds": ["DRAFT"]},
        {"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]},
        {},
        {"addLabelIds": ["STARRED"] * 101},
    ],
)
async def test_labels_that_may_not_be_changed_change_nothing(desk, workspace, five, body):
    before = workspace.mail(ADA, five[0]).labels
    assert (await desk.gmail("POST", f"/messages/{five[0]}/modify", body)).status == 400
    assert workspace.mail(ADA, five[0]).labels == before


async def test_batch_modify_says_nothing_of_single_mails(desk, workspace, five):
    body = {"ids": [*five[:3], "18ffffffffffffff"], "removeLabelIds": ["INBOX"]}
    done = await desk.gmail("POST", "/messages/batchModify", body)
    assert (done.status, done.body) == (204, b"")
    assert ["INBOX" in mail.labels for mail in workspace.lying(ADA)] == [False] * 3 + [True] * 2
    for wrong in ([], ["1"] * 1001):
        refused = await desk.gmail("POST", "/messages/batchModify", body | {"ids": wrong})
        assert refused.status == 400


async def test_trash_and_untrash(desk, workspace, five):
    trashed = await desk.gmail("POST", f"/messages/{five[0]}/trash")
    assert set(trashed.json["labelIds"]) == {"TRASH", "UNREAD"}
    back = await desk.gmail("POST", f"/messages/{five[0]}/untrash")
    assert set(back.json["labelIds"]) == {"UNREAD"}


async def test_only_the_widest_scope_deletes_for_good(desk, workspace, five):
    assert (await desk.gmail("DELETE", f"/messages/{five[0]}", wanted="gmail.modify")).status == 403
    assert (await desk.gmail("DELETE", f"/messages/{five[0]}", wanted="mail")).status == 204
    assert (await desk.gmail("POST", "/messages/batchDelete", {"ids": five}, wanted="mail")).status == 204
    assert workspace.lying(ADA) == []


async def test_attachments_are_fetched_by_their_id(desk, workspace):
    mail = EmailMessage()
    mail["Subject"] = "files"
    mail.set_content("see file")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    given = workspace.deliver(ADA, mail.as_bytes())
    shown = await desk.gmail("GET", f"/messages/{given}")
    key = shown.json["payload"]["parts"][1]["body"]["attachmentId"]
    got = await desk.gmail("GET", f"/messages/{given}/attachments/{key}")
    assert mime.from_base64url(got.json["data"]) == b"%PDF"
    assert (await desk.gmail("GET", f"/messages/{given}/attachments/odd")).status == 400


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


async def test_unknown_labels_and_tokens_of_a_list_are_refused(desk):
    for query in ({"labelIds": "Label_9"}, {"pageToken": "odd"}, {"maxResults": "many"}):
        assert (await desk.gmail("GET", "/messages", query=query)).status == 400
