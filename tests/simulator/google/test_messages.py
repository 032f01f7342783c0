"""Mails over the wire."""

from email.message import EmailMessage

from tests.simulator.google.desk import ADA, letter

from mailkeep.simulator.google import mime


def ids(answer):
    return [each["id"] for each in answer.json.get("messages", [])]


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


async def test_unknown_labels_and_tokens_of_a_list_are_refused(desk):
    for query in ({"labelIds": "Label_9"}, {"pageToken": "odd"}, {"maxResults": "many"}):
        assert (await desk.gmail("GET", "/messages", query=query)).status == 400
