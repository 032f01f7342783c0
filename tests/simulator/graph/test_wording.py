import pytest
from tests.simulator.graph.desk import ANN, Desk, mail

MESSAGES = f"/users/{ANN}/messages"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\r\n\r\n\xfe",
        b"From: \r\nTo: nobody\r\nDate: Mon, 1 Jan 0001 00:00:00 +0000\r\n\r\nx",
        b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\nSubject: =?x?q?y?=\r\n\r\n",
        b"Date: Fri, 20 Nov 2026 10:00:00\r\nFrom: a@x, b@y\r\n\r\n",
    ],
)
async def test_hostile_mail_is_worded_within_the_contract(raw):
    desk = Desk()
    spelled = desk.office.deliver(ANN, raw)
    body = await desk.get(f"{MESSAGES}/{spelled}")
    every = ",".join(name for name in body if "@" not in name)
    assert (await desk.get(f"{MESSAGES}/{spelled}?$select={every},internetMessageHeaders,uniqueBody"))["id"]


async def test_only_what_was_selected_is_told_and_headers_only_then():
    desk = Desk()
    spelled = desk.office.deliver(ANN, mail(headers="X-Own: yes\r\n"))
    assert "internetMessageHeaders" not in await desk.get(f"{MESSAGES}/{spelled}")
    body = await desk.get(f"{MESSAGES}/{spelled}?$select=internetMessageHeaders,id")
    assert {name for name in body if "@" not in name} == {"id", "internetMessageHeaders"}
    assert {"name": "X-Own", "value": "yes"} in body["internetMessageHeaders"]


async def test_one_conversation_has_one_id():
    desk = Desk()
    first = desk.office.deliver(ANN, mail(1))
    answer = desk.office.deliver(ANN, mail(2, headers="References: <m1@else.example> <x@y>\r\n"))
    other = desk.office.deliver(ANN, mail(3))
    ids = [
        (await desk.get(f"{MESSAGES}/{each}?$select=conversationId"))["conversationId"]
        for each in (first, answer, other)
    ]
    assert ids[0] == ids[1] != ids[2]


async def test_every_change_gives_another_change_key_and_moment():
    desk = Desk()
    spelled = desk.office.deliver(ANN, mail())
    before = await desk.get(f"{MESSAGES}/{spelled}")
    desk.clock.at += 60
    desk.office.mark(ANN, spelled, read=True)
    after = await desk.get(f"{MESSAGES}/{spelled}")
    assert before["changeKey"] != after["changeKey"]
    assert before["lastModifiedDateTime"] < after["lastModifiedDateTime"]
    assert before["receivedDateTime"] == after["receivedDateTime"]
