from email import message_from_bytes

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulator.graph.desk import ANN, IMMUTABLE, READER, Desk, mail, refused

MESSAGES = f"/users/{ANN}/messages"


def with_mail(*permissions, number=1, **options):
    """A desk whose Ann has so many mails, a second apart."""
    desk = Desk(*permissions, **options)
    ids = [desk.office.deliver(ANN, mail(n), at=desk.clock.at + n) for n in range(number)]
    return desk, ids


async def test_ten_a_page_newest_first_until_the_last():
    desk, ids = with_mail(number=25)
    first = await desk.get(MESSAGES, **IMMUTABLE)
    assert len(first["value"]) == 10
    rows, _ = await desk.pages(f"{MESSAGES}?$select=subject", **IMMUTABLE)
    assert [row["id"] for row in rows] == ids[::-1]
    rows, _ = await desk.pages(f"{MESSAGES}?$select=subject&$orderby=receivedDateTime&$top=7", **IMMUTABLE)
    assert [row["id"] for row in rows] == ids


async def test_the_whole_mailbox_leaves_out_hidden_and_recoverable_folders():
    desk, ids = with_mail(number=4)
    hidden = desk.office.mailbox(ANN).make_folder("Quarantine", hidden=True)
    for spelled, folder in zip(ids, ("deleteditems", "recoverableitemsdeletions", "archive"), strict=False):
        desk.office.move(ANN, spelled, folder)
    desk.office.move(ANN, ids[3], desk.office.mailbox(ANN).folder_id(hidden.number))
    rows = (await desk.get(MESSAGES, **IMMUTABLE))["value"]
    assert [row["id"] for row in rows] == [ids[2], ids[0]]
    for folder, spelled in (
        ("recoverableitemsdeletions", ids[1]),
        (desk.office.mailbox(ANN).folder_id(hidden.number), ids[3]),
    ):
        rows = (await desk.get(f"/users/{ANN}/mailFolders/{folder}/messages", **IMMUTABLE))["value"]
        assert [row["id"] for row in rows] == [spelled]
        assert (await desk.ask("GET", f"{MESSAGES}/{spelled}")).status == 200


async def test_the_id_is_of_the_kind_that_was_asked_for():
    desk, (spelled,) = with_mail()
    plain = (await desk.get(f"{MESSAGES}/{spelled}"))["id"]
    assert plain != spelled
    assert (await desk.get(f"{MESSAGES}/{plain}", **IMMUTABLE))["id"] == spelled
    moved = await desk.ask("POST", f"{MESSAGES}/{spelled}/move", {"destinationId": "archive"})
    assert moved.status == 201
    assert moved.body["id"] not in {plain, spelled}
    assert refused(await desk.ask("GET", f"{MESSAGES}/{plain}")) == (404, "ErrorItemNotFound")
    assert (await desk.get(f"{MESSAGES}/{spelled}", **IMMUTABLE))["parentFolderId"] == moved.body["parentFolderId"]


async def test_ids_are_translated_both_ways():
    desk, (spelled,) = with_mail()
    plain = (await desk.get(f"{MESSAGES}/{spelled}"))["id"]
    path = f"/users/{ANN}/translateExchangeIds"
    asked = {"inputIds": [plain, "nonsense"], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    good, bad = (await desk.ask("POST", path, asked)).body["value"]
    assert (good["sourceId"], good["targetId"]) == (plain, spelled)
    assert bad["errorDetails"]["code"] == "ErrorItemNotFound"
    back = await desk.ask("POST", path, {"inputIds": [spelled], "targetIdType": "restId"})
    assert back.body["value"][0]["targetId"] == plain


async def test_a_message_in_a_folder_is_not_found_in_another():
    desk, (spelled,) = with_mail()
    assert (await desk.ask("GET", f"/users/{ANN}/mailFolders/inbox/messages/{spelled}")).status == 200
    assert (await desk.ask("GET", f"/users/{ANN}/mailFolders/archive/messages/{spelled}")).status == 404


async def test_state_is_changed_and_shown():
    desk, (spelled,) = with_mail()
    change = {
        "isRead": True,
        "categories": ["Red", "Red", "Blue"],
        "flag": {"flagStatus": "flagged"},
        "importance": "high",
        "inferenceClassification": "other",
    }
    body = (await desk.ask("PATCH", f"{MESSAGES}/{spelled}", change)).body
    assert (body["isRead"], body["categories"]) == (True, ["Red", "Blue"])
    assert (body["flag"], body["importance"]) == ({"flagStatus": "flagged"}, "high")
    assert (await desk.get(f"{MESSAGES}/{spelled}"))["inferenceClassification"] == "other"


async def test_a_change_of_what_cannot_be_changed_changes_nothing():
    desk, (spelled,) = with_mail()
    for wrong in (
        {"importance": "urgent"},
        {"receivedDateTime": "2020-01-01T00:00:00Z"},
        {"flag": {"flagStatus": "x"}},
    ):
        reply = await desk.ask("PATCH", f"{MESSAGES}/{spelled}", {"isRead": True, **wrong})
        assert refused(reply) == (400, "ErrorInvalidPropertySet")
    assert (await desk.get(f"{MESSAGES}/{spelled}"))["isRead"] is False


async def test_a_change_may_be_made_conditional():
    desk, (spelled,) = with_mail()
    seen = (await desk.get(f"{MESSAGES}/{spelled}"))["@odata.etag"]
    desk.office.mark(ANN, spelled, read=True)
    reply = await desk.ask("PATCH", f"{MESSAGES}/{spelled}", {"isRead": False}, If_Match=seen)
    assert refused(reply) == (412, "ErrorIrresolvableConflict")
    seen = (await desk.get(f"{MESSAGES}/{spelled}"))["@odata.etag"]
    assert (await desk.ask("PATCH", f"{MESSAGES}/{spelled}", {"isRead": False}, If_Match=seen)).status == 200


async def test_editing_received_mail_asks_for_a_permission_of_its_own():
    desk, (spelled,) = with_mail()
    change = {"body": {"contentType": "text", "content": "Beware!\r\nHello\r\n"}, "subject": "Beware"}
    reply = await desk.ask("PATCH", f"{MESSAGES}/{spelled}", change)
    assert refused(reply) == (403, "ErrorAccessDenied")
    assert "Mail-Advanced.ReadWrite.All" in reply.body["error"]["message"]
    desk.office.mailbox(ANN).item(spelled).is_draft = True
    assert (await desk.ask("PATCH", f"{MESSAGES}/{spelled}", change)).status == 200


async def test_an_edit_shows_everywhere_and_is_undone_to_the_byte():
    desk, (spelled,) = with_mail("Mail.ReadWrite", "Mail-Advanced.ReadWrite.All", byte_true=True)
    before = await desk.get(f"{MESSAGES}/{spelled}?$select=body,subject")
    changed = {"body": {"contentType": "html", "content": "<b>Beware!</b>"}, "subject": "Beware"}
    assert (await desk.ask("PATCH", f"{MESSAGES}/{spelled}", changed)).status == 200
    raw = await desk.get(f"{MESSAGES}/{spelled}/$value")
    assert message_from_bytes(raw).get_payload(decode=True) == b"<b>Beware!</b>"
    assert b"\r\nSubject: Beware\r\n" in raw
    assert (await desk.get(f"{MESSAGES}/{spelled}"))["bodyPreview"] == "Beware!"
    back = {"body": before["body"], "subject": before["subject"]}
    assert (await desk.ask("PATCH", f"{MESSAGES}/{spelled}", back)).status == 200
    assert await desk.get(f"{MESSAGES}/{spelled}/$value") == mail(0)


async def test_deleting_goes_to_deleted_items_then_to_recoverable_items_then_for_good():
    desk, (spelled,) = with_mail()
    for folder in ("deleteditems", "recoverableitemsdeletions"):
        assert (await desk.ask("DELETE", f"{MESSAGES}/{spelled}")).status == 204
        assert len(desk.office.lying(ANN, folder)) == 1
    assert (await desk.ask("DELETE", f"{MESSAGES}/{spelled}")).status == 204
    assert (await desk.ask("DELETE", f"{MESSAGES}/{spelled}")).status == 404
    assert len(desk.office.mailbox(ANN).purged) == 1


async def test_a_permanent_delete_leaves_nothing_a_client_can_see():
    desk, (spelled,) = with_mail()
    assert (await desk.ask("POST", f"{MESSAGES}/{spelled}/permanentDelete")).status == 204
    assert (await desk.ask("GET", f"{MESSAGES}/{spelled}")).status == 404
    assert desk.office.lying(ANN) == []


async def test_a_copy_is_a_message_of_its_own():
    desk, (spelled,) = with_mail()
    copy = await desk.ask("POST", f"{MESSAGES}/{spelled}/copy", {"DestinationId": "archive"}, **IMMUTABLE)
    assert copy.status == 201
    assert copy.body["id"] != spelled
    assert len(desk.office.lying(ANN)) == 2


async def test_a_move_to_nowhere_is_refused():
    desk, (spelled,) = with_mail()
    absent = desk.office.mailbox(ANN).folder_id(777)
    assert refused(await desk.ask("POST", f"{MESSAGES}/{spelled}/move", {"destinationId": absent})) == (
        404,
        "ErrorItemNotFound",
    )
    assert refused(await desk.ask("POST", f"{MESSAGES}/{spelled}/move", {})) == (400, "ErrorInvalidIdMalformed")


async def test_the_mime_form_is_byte_true_only_when_told_so():
    desk, (spelled,) = with_mail(byte_true=True)
    assert await desk.get(f"{MESSAGES}/{spelled}/$value") == mail(0)
    desk.office.byte_true = False
    rebuilt = await desk.get(f"{MESSAGES}/{spelled}/$value")
    assert rebuilt != mail(0)
    assert rebuilt.endswith(b"\r\n\r\nHello\r\n")


async def test_a_metadata_reader_sees_no_content():
    desk, (spelled,) = with_mail("Mail.ReadBasic.All")
    body = await desk.get(f"{MESSAGES}/{spelled}")
    assert body["subject"] == "Mail 0"
    assert not {"body", "bodyPreview", "uniqueBody"} & set(body)
    assert (await desk.get(f"{MESSAGES}/{spelled}?$select=internetMessageHeaders"))["internetMessageHeaders"]
    assert refused(await desk.ask("GET", f"{MESSAGES}?$select=body")) == (403, "ErrorAccessDenied")
    assert (await desk.ask("GET", f"{MESSAGES}/{spelled}/$value")).status == 403
    assert (await desk.ask("GET", f"{MESSAGES}/{spelled}/attachments")).status == 403


async def test_attachments_are_listed_with_their_content():
    desk = Desk(*READER)
    raw = (
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=----------bb\r\n\r\n------------bb\r\n"
        b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhi\r\n------------bb--\r\n"
    )
    spelled = desk.office.deliver(ANN, raw)
    (row,) = (await desk.get(f"{MESSAGES}/{spelled}/attachments"))["value"]
    assert (row["name"], row["contentBytes"], row["isInline"]) == ("a.txt", "aGk=", False)
    assert (await desk.get(f"{MESSAGES}/{spelled}"))["hasAttachments"] is True


FOLDERS = st.sampled_from(["inbox", "archive", "deleteditems", "junkemail", "sentitems"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(FOLDERS, st.booleans()), max_size=8))
async def test_the_immutable_id_leads_to_the_message_whatever_was_done(acts):
    desk, (spelled,) = with_mail()
    for act in acts:
        if isinstance(act, bool):
            assert (await desk.ask("PATCH", f"{MESSAGES}/{spelled}", {"isRead": act})).status == 200
        else:
            assert (await desk.ask("POST", f"{MESSAGES}/{spelled}/move", {"destinationId": act})).status == 201
            assert len(desk.office.lying(ANN, act)) == 1
    assert (await desk.get(f"{MESSAGES}/{spelled}", **IMMUTABLE))["id"] == spelled
    assert len(desk.office.lying(ANN)) == 1
