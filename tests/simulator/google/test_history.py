"""The log over the wire."""

import pytest
from tests.simulator.google.desk import ADA, letter


async def since(desk, start, **query):
    return await desk.gmail("GET", "/history", query={"startHistoryId": start, **query})


@pytest.fixture
async def start(desk):
    return (await desk.gmail("GET", "/profile")).json["historyId"]


async def test_what_happened_is_told_in_order_with_ids_alone(desk, workspace, start):
    mail = workspace.deliver(ADA, letter())
    workspace.mark(ADA, mail, read=True)
    workspace.move(ADA, mail, "Projects")
    workspace.remove(ADA, mail)
    told = (await since(desk, start)).json
    kinds = [next(key for key in each if key not in {"id", "messages"}) for each in told["history"]]
    assert kinds == ["messagesAdded", "labelsRemoved", "labelsAdded", "labelsRemoved", "messagesDeleted"]
    assert {tuple(each["messages"][0]) for each in told["history"]} == {("id", "threadId")}
    assert told["historyId"] == told["history"][-1]["id"]
    assert (await since(desk, told["historyId"])).json == {"historyId": told["historyId"]}


async def test_pages_go_on_where_the_last_ended(desk, workspace, start):
    given = [workspace.deliver(ADA, letter(number)) for number in range(5)]
    found, query = [], {"maxResults": 2}
    while True:
        page = (await since(desk, start, **query)).json
        found += [each["messagesAdded"][0]["message"]["id"] for each in page["history"]]
        if "nextPageToken" not in page:
            break
        query["pageToken"] = page["nextPageToken"]
    assert found == given


async def test_kinds_and_labels_can_be_chosen(desk, workspace, start):
    mail = workspace.deliver(ADA, letter())
    workspace.deliver(ADA, letter(2), folder="sent")
    workspace.move(ADA, mail, "trash")
    added = (await since(desk, start, historyTypes="messageAdded")).json["history"]
    assert len(added) == 2
    inbox = (await since(desk, start, labelId="INBOX")).json["history"]
    assert [each["messages"][0]["id"] for each in inbox] == [mail, mail]
    assert (await since(desk, start, labelId="Label_9")).status == 400
    assert (await since(desk, start, historyTypes="weather")).status == 400


@pytest.mark.parametrize("wrong", ["1", "9999999999999999999"])
async def test_an_id_too_old_or_never_given_is_not_found(desk, wrong):
    assert (await since(desk, wrong)).status == 404


@pytest.mark.parametrize("wrong", ["", "0", "-5", "soon"])
async def test_what_is_no_id_is_invalid(desk, wrong):
    assert (await since(desk, wrong)).status == 400


async def test_a_week_later_the_log_is_gone(desk, workspace, clock, start):
    workspace.deliver(ADA, letter())
    clock.on(6 * 86_400)
    assert len((await since(desk, start)).json["history"]) == 1
    clock.on(2 * 86_400)
    assert (await since(desk, start)).status == 404


async def test_the_profile_counts(desk, workspace):
    workspace.deliver(ADA, letter())
    profile = (await desk.gmail("GET", "/profile")).json
    assert (profile["emailAddress"], profile["messagesTotal"], profile["threadsTotal"]) == (ADA, 1, 1)
