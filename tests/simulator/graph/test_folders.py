from tests.simulator.graph.desk import ANN, Desk, mail, refused

FOLDERS = f"/users/{ANN}/mailFolders"


async def names(desk, path):
    rows, _ = await desk.pages(path)
    return [row["displayName"] for row in rows]


async def test_folders_come_ten_a_page_and_hidden_ones_when_asked_for():
    desk = Desk()
    for number in range(5):
        desk.office.mailbox(ANN).make_folder(f"Own {number}")
    assert len((await desk.get(FOLDERS))["value"]) == 10
    shown = await names(desk, FOLDERS)
    assert "Inbox" in shown
    assert "Own 4" in shown
    assert "Sync Issues" not in shown
    assert "Sync Issues" in await names(desk, f"{FOLDERS}?includeHiddenFolders=true&$top=3")


async def test_a_hidden_folder_is_made_once_and_found_again():
    desk = Desk()
    made = await desk.ask("POST", FOLDERS, {"displayName": "Mailkeep Quarantine", "isHidden": True})
    assert (made.status, made.body["isHidden"]) == (201, True)
    again = await desk.ask("POST", FOLDERS, {"displayName": "Mailkeep Quarantine", "isHidden": True})
    assert refused(again) == (409, "ErrorFolderExists")
    asked = f"{FOLDERS}?includeHiddenFolders=true&$filter=displayName eq 'Mailkeep Quarantine'"
    (row,) = (await desk.get(asked))["value"]
    assert row["id"] == made.body["id"]
    assert (await desk.get(asked.replace("true", "false")))["value"] == []


async def test_a_folder_counts_what_lies_in_it():
    desk = Desk()
    for number in range(3):
        spelled = desk.office.deliver(ANN, mail(number))
    desk.office.mark(ANN, spelled, read=True)
    inbox = await desk.get(f"{FOLDERS}/inbox")
    assert (inbox["totalItemCount"], inbox["unreadItemCount"], inbox["displayName"]) == (3, 2, "Inbox")


async def test_folders_lie_in_folders():
    desk = Desk()
    outer = (await desk.ask("POST", FOLDERS, {"displayName": "Outer"})).body
    inner = (await desk.ask("POST", f"{FOLDERS}/{outer['id']}/childFolders", {"displayName": "Inner"})).body
    assert inner["parentFolderId"] == outer["id"]
    assert await names(desk, f"{FOLDERS}/{outer['id']}/childFolders") == ["Inner"]
    assert (await desk.get(f"{FOLDERS}/{outer['id']}"))["childFolderCount"] == 1
    moved = await desk.ask("POST", f"{FOLDERS}/{inner['id']}/move", {"destinationId": "msgfolderroot"})
    assert (moved.status, moved.body["id"]) == (201, inner["id"])
    renamed = await desk.ask("PATCH", f"{FOLDERS}/{inner['id']}", {"displayName": "Renamed"})
    assert renamed.body["displayName"] == "Renamed"
    assert refused(await desk.ask("PATCH", f"{FOLDERS}/{inner['id']}", {"isHidden": True}))[0] == 400


async def test_a_folder_removed_goes_to_deleted_items_and_then_for_good():
    desk = Desk()
    made = (await desk.ask("POST", FOLDERS, {"displayName": "Old"})).body
    assert (await desk.ask("DELETE", f"{FOLDERS}/{made['id']}")).status == 204
    assert await names(desk, f"{FOLDERS}/deleteditems/childFolders") == ["Old"]
    assert (await desk.ask("DELETE", f"{FOLDERS}/{made['id']}")).status == 204
    assert refused(await desk.ask("GET", f"{FOLDERS}/{made['id']}")) == (404, "ErrorItemNotFound")
    assert refused(await desk.ask("DELETE", f"{FOLDERS}/inbox"))[0] == 409


async def test_a_folder_needs_a_name():
    assert refused(await Desk().ask("POST", FOLDERS, {"displayName": " "}))[0] == 400
    assert refused(await Desk().ask("GET", f"{FOLDERS}?$filter=isHidden gt true"))[0] == 400


async def test_delta_tells_of_every_folder_and_then_of_changes_alone():
    desk = Desk()
    box = desk.office.mailbox(ANN)
    kept, dropped = box.make_folder("Kept"), box.make_folder("Dropped", box.folder_at("deleteditems").number)
    rows, last = await desk.pages(f"{FOLDERS}/delta?$select=displayName", Prefer="odata.maxpagesize=4")
    assert {"Inbox", "Kept", "Dropped"} <= {row["displayName"] for row in rows}
    kept.name = "Kept too"
    box.note_folder(kept.number)
    box.drop_folder(dropped)
    box.make_folder("Hidden", hidden=True)
    rows, last = await desk.pages(last["@odata.deltaLink"])
    assert [row.get("displayName", row.get("@removed")) for row in rows] == ["Kept too", {"reason": "deleted"}]
    assert (await desk.pages(last["@odata.deltaLink"]))[0] == []


async def test_a_folder_made_while_the_round_goes_on_is_not_missed():
    desk = Desk()
    first = await desk.get(f"{FOLDERS}/delta", Prefer="odata.maxpagesize=2")
    desk.office.mailbox(ANN).make_folder("Between")
    rows, last = await desk.pages(first["@odata.nextLink"], Prefer="odata.maxpagesize=2")
    more, _ = await desk.pages(last["@odata.deltaLink"])
    assert "Between" in {row["displayName"] for row in (*rows, *more)}


async def test_a_folder_delta_that_is_too_old_is_gone():
    desk = Desk()
    _, last = await desk.pages(f"{FOLDERS}/delta")
    desk.office.mailbox(ANN).expire_deltas()
    reply = await desk.ask("GET", last["@odata.deltaLink"])
    assert refused(reply) == (410, "syncStateNotFound")
    assert (await desk.ask("GET", reply.headers["Location"])).status == 200
