"""Conversations over the wire."""

from tests.simulator.google.desk import ADA, letter


async def test_conversations_are_listed_read_and_changed_whole(desk, workspace, clock):
    workspace.deliver(ADA, letter(1))
    clock.on(5)
    workspace.deliver(ADA, letter(2, extra="In-Reply-To: <1@quay.example>\r\n"))
    clock.on(5)
    other = workspace.deliver(ADA, letter(3))
    listed = (await desk.gmail("GET", "/threads")).json["threads"]
    assert [each["id"] for each in listed] == [other, workspace.lying(ADA)[0].thread]
    whole = await desk.gmail("GET", f"/threads/{listed[1]['id']}", query={"format": "minimal"})
    assert len(whole.json["messages"]) == 2
    changed = await desk.gmail("POST", f"/threads/{listed[1]['id']}/modify", {"removeLabelIds": ["INBOX"]})
    assert [each["labelIds"] for each in changed.json["messages"]] == [["UNREAD"]] * 2


async def test_a_conversation_nobody_knows_is_not_found(desk):
    assert (await desk.gmail("GET", "/threads/18ffffffffffffff")).status == 404


async def test_a_page_of_conversations_names_the_next(desk, workspace, clock):
    for number in range(3):
        clock.on(1)
        workspace.deliver(ADA, letter(number))
    first = await desk.gmail("GET", "/threads", query={"maxResults": 2})
    rest = await desk.gmail("GET", "/threads", query={"pageToken": first.json["nextPageToken"]})
    assert len(first.json["threads"]) + len(rest.json["threads"]) == 3
