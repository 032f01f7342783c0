import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulator.graph.desk import ANN, IMMUTABLE, Desk, mail, refused

INBOX = f"/users/{ANN}/mailFolders/inbox/messages/delta"
BY_THREE = {"Prefer": 'IdType="ImmutableId", odata.maxpagesize=3'}


def filled(number=7):
    desk = Desk()
    return desk, [desk.office.deliver(ANN, mail(n), at=desk.clock.at + n) for n in range(number)]


async def test_a_first_round_gives_everything_page_by_page():
    desk, ids = filled()
    first = await desk.ask("GET", f"{INBOX}?$select=subject", **BY_THREE)
    assert len(first.body["value"]) == 3
    assert first.headers["Preference-Applied"] == "odata.maxpagesize=3"
    rows, last = await desk.pages(f"{INBOX}?$select=subject", **BY_THREE)
    assert [row["id"] for row in rows] == ids
    assert set(rows[0]) == {"@odata.etag", "id", "subject"}
    assert "@odata.deltaLink" in last


async def test_later_rounds_give_what_came_changed_or_left():
    desk, ids = filled()
    _, last = await desk.pages(f"{INBOX}?$select=isRead", **BY_THREE)
    assert (await desk.pages(last["@odata.deltaLink"], **BY_THREE))[0] == []
    new = desk.office.deliver(ANN, mail(99))
    desk.office.mark(ANN, ids[0], read=True)
    desk.office.move(ANN, ids[1], "archive")
    desk.office.remove(ANN, ids[2])
    rows, last = await desk.pages(last["@odata.deltaLink"], **BY_THREE)
    told = {row["id"]: row.get("@removed", row.get("isRead")) for row in rows}
    gone = {"reason": "deleted"}
    assert told == {new: False, ids[0]: True, ids[1]: gone, ids[2]: gone}
    assert (await desk.pages(last["@odata.deltaLink"], **BY_THREE))[0] == []


async def test_a_message_that_changes_during_a_round_is_told_twice_in_it():
    desk, ids = filled(4)
    first = await desk.get(f"{INBOX}?$select=isRead", **BY_THREE)
    desk.office.mark(ANN, ids[0], read=True)
    rows, _ = await desk.pages(first["@odata.nextLink"], **BY_THREE)
    told = [(row["id"], row["isRead"]) for row in (*first["value"], *rows)]
    assert [each for each in told if each[0] == ids[0]] == [(ids[0], False), (ids[0], True)]


async def test_a_message_that_leaves_during_a_round_is_told_as_removed():
    desk, ids = filled(4)
    first = await desk.get(INBOX, **BY_THREE)
    desk.office.move(ANN, ids[0], "archive")
    rows, _ = await desk.pages(first["@odata.nextLink"], **BY_THREE)
    assert {"id": ids[0], "@removed": {"reason": "deleted"}} in rows


async def test_what_left_before_a_first_round_is_not_told():
    desk, ids = filled(3)
    desk.office.move(ANN, ids[1], "archive")
    rows, _ = await desk.pages(INBOX, **IMMUTABLE)
    assert [row["id"] for row in rows] == [ids[0], ids[2]]


async def test_default_ids_name_a_removed_message_as_it_was_known():
    desk, ids = filled(1)
    ((row), last) = (await desk.pages(INBOX))[0][0], (await desk.pages(INBOX))[1]
    desk.office.move(ANN, ids[0], "archive")
    (removed,), _ = await desk.pages(last["@odata.deltaLink"])
    assert removed == {"id": row["id"], "@removed": {"reason": "deleted"}}


async def test_only_the_kinds_of_change_that_were_asked_for_are_told():
    desk, ids = filled(3)
    _, last = await desk.pages(f"{INBOX}?changeType=created", **IMMUTABLE)
    new = desk.office.deliver(ANN, mail(99))
    desk.office.mark(ANN, ids[0], read=True)
    desk.office.remove(ANN, ids[1])
    rows, _ = await desk.pages(last["@odata.deltaLink"], **IMMUTABLE)
    assert [row["id"] for row in rows] == [new]
    assert refused(await desk.ask("GET", f"{INBOX}?changeType=moved"))[0] == 400


async def test_a_filter_by_time_holds_for_the_whole_chain():
    desk, ids = filled(6)
    rows, last = await desk.pages(f"{INBOX}?$filter=receivedDateTime ge 2026-09-21T14:13:23Z", **BY_THREE)
    assert [row["id"] for row in rows] == ids[3:]
    desk.office.deliver(ANN, mail(98), at=desk.clock.at - 86400)
    new = desk.office.deliver(ANN, mail(99), at=desk.clock.at + 99)
    rows, _ = await desk.pages(last["@odata.deltaLink"], **IMMUTABLE)
    assert [row["id"] for row in rows] == [new]


async def test_a_filtered_first_round_stops_at_five_thousand():
    desk, _ = filled(5_010)
    path = f"{INBOX}?$select=id&$filter=receivedDateTime ge 2020-01-01T00:00:00Z"
    rows, last = await desk.pages(path, Prefer="odata.maxpagesize=999")
    assert len(rows) == 5_000
    new = desk.office.deliver(ANN, mail(9_999))
    rows, _ = await desk.pages(last["@odata.deltaLink"], **IMMUTABLE)
    assert [row["id"] for row in rows] == [new]
    rows, _ = await desk.pages(f"{INBOX}?$select=id", Prefer="odata.maxpagesize=1000")
    assert len(rows) == 5_011


async def test_a_token_too_old_is_gone_and_shows_where_to_begin_anew():
    desk, ids = filled(4)
    first = await desk.get(INBOX, **BY_THREE)
    _, last = await desk.pages(INBOX, **IMMUTABLE)
    desk.office.mailbox(ANN).expire_deltas()
    for link in (first["@odata.nextLink"], last["@odata.deltaLink"]):
        reply = await desk.ask("GET", link)
        assert refused(reply) == (410, "syncStateNotFound")
        rows, last = await desk.pages(reply.headers["Location"], **IMMUTABLE)
        assert [row["id"] for row in rows] == ids
        assert (await desk.pages(last["@odata.deltaLink"]))[0] == []


@pytest.mark.parametrize("query", ["$deltatoken=nonsense", "$skiptoken=WzFd", "$filter=isRead eq true", "$search=x"])
async def test_what_delta_does_not_understand_is_refused(query):
    assert refused(await Desk().ask("GET", f"{INBOX}?{query}"))[0] == 400


async def test_a_token_of_another_folder_is_refused():
    desk, _ = filled(1)
    _, last = await desk.pages(INBOX)
    token = last["@odata.deltaLink"].partition("deltatoken=")[2]
    reply = await desk.ask("GET", f"{INBOX.replace('inbox', 'archive')}?$deltatoken={token}")
    assert refused(reply) == (400, "SyncStateInvalid")


ACTS = st.lists(
    st.tuples(st.sampled_from(["deliver", "archive", "inbox", "mark", "remove", "page"]), st.integers(0, 9)),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
async def test_whoever_follows_the_links_knows_what_lies_in_the_folder(acts):
    desk, ids = filled(3)
    known: dict[str, bool] = {}
    link = f"{INBOX}?$select=isRead"

    async def follow():
        nonlocal link
        body = await desk.get(link, **BY_THREE)
        for row in body["value"]:
            known.pop(row["id"], None)
            if "@removed" not in row:
                known[row["id"]] = row["isRead"]
        link = body.get("@odata.nextLink") or body["@odata.deltaLink"]
        return "@odata.deltaLink" in body

    for act, which in acts:
        spelled = ids[which % len(ids)]
        if act == "deliver":
            ids.append(desk.office.deliver(ANN, mail(which)))
        elif act == "page":
            await follow()
        elif spelled in known or act == "archive":
            there = {desk.office.mailbox(ANN).item_id(item, immutable=True) for item in desk.office.lying(ANN)}
            if spelled not in there:
                continue
            if act == "mark":
                desk.office.mark(ANN, spelled, read=bool(which % 2))
            elif act == "remove":
                desk.office.remove(ANN, spelled)
            else:
                desk.office.move(ANN, spelled, act)
    while not await follow():
        pass
    await follow()
    box = desk.office.mailbox(ANN)
    assert known == {box.item_id(item, immutable=True): item.is_read for item in desk.office.lying(ANN, "inbox")}
