"""Many calls in one request."""

import json
from email import message_from_bytes

import pytest
from tests.simulator.google.desk import ADA, BEN, letter

from mailkeep.simulator.google.quota import Quota


def multipart(calls, token=""):
    """(body, content type) of a batch; each call is (method, path, body or None, own token or "")."""
    pieces = []
    for number, (method, path, body, own) in enumerate(calls):
        lines = [f"{method} {path} HTTP/1.1", "Content-Type: application/json"]
        lines += [f"Authorization: Bearer {own}"] if own else []
        inner = "\r\n".join(lines) + "\r\n\r\n" + (json.dumps(body) if body is not None else "")
        pieces.append(f"--edge\r\nContent-Type: application/http\r\nContent-ID: <item{number}>\r\n\r\n{inner}\r\n")
    return "".join((*pieces, "--edge--\r\n")), "multipart/mixed; boundary=edge"


async def batch(desk, calls, *, token=None):
    body, kind = multipart(calls)
    headers = {"Content-Type": kind, "Authorization": f"Bearer {token or await desk.token(ADA)}"}
    async with desk.session.post(f"{desk.sim.url}/batch/gmail/v1", data=body.encode(), headers=headers) as reply:
        return reply.status, reply.headers["Content-Type"], await reply.read()


def parts(kind, body):
    """(Content-ID, status, JSON) of each part."""
    whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    for part in whole.get_payload():
        top, _, rest = part.get_payload().replace("\r\n", "\n").partition("\n\n")
        yield part["Content-ID"], int(top.split()[1]), json.loads(rest) if rest.strip() else None


async def test_each_part_has_its_own_answer_in_order(desk, workspace, sim):
    mail = workspace.deliver(ADA, letter())
    calls = [
        ("GET", f"/gmail/v1/users/me/messages/{mail}?format=minimal", None, ""),
        ("POST", f"/gmail/v1/users/me/messages/{mail}/modify", {"removeLabelIds": ["UNREAD"]}, ""),
        ("GET", "/gmail/v1/users/me/messages/18ffffffffffffff", None, ""),
        ("POST", "/gmail/v1/users/me/messages/batchModify", {"ids": [mail], "addLabelIds": ["STARRED"]}, ""),
    ]
    status, kind, body = await batch(desk, calls)
    found = list(parts(kind, body))
    assert status == 200
    assert [each[:2] for each in found] == [
        ("<response-item0>", 200), ("<response-item1>", 200), ("<response-item2>", 404), ("<response-item3>", 204)]  # fmt: skip
    assert found[0][2]["id"] == mail
    assert workspace.mail(ADA, mail).labels == {"INBOX", "STARRED"}
    assert sim.meter.spent(ADA, "mailkeep-sim") == 20 + 5 + 20 + 50


async def test_a_part_may_speak_for_another_user(desk):
    calls = [("GET", "/gmail/v1/users/me/profile", None, own) for own in ("", await desk.token(BEN), "made-up")]
    _, kind, body = await batch(desk, calls)
    found = list(parts(kind, body))
    assert [each[1] for each in found] == [200, 200, 401]
    assert [each[2]["emailAddress"] for each in found[:2]] == [ADA, BEN]


async def test_parts_are_under_way_together_and_may_be_too_many_at_once(desk, sim):
    sim.meter.quota = Quota(user_per_minute=6000, at_once=10)
    sim.latency_s = 0.01
    _, kind, body = await batch(desk, [("GET", "/gmail/v1/users/me/profile", None, "")] * 12)
    statuses = [each[1] for each in parts(kind, body)]
    assert statuses == [200] * 10 + [429] * 2
    assert sim.meter.most_at_once == 10


async def test_too_many_parts_are_refused_whole(desk, sim):
    calls = [("GET", "/gmail/v1/users/me/profile", None, "")] * 101
    assert (await batch(desk, calls))[0] == 400
    assert sim.meter.asked == 0


@pytest.mark.parametrize("body", [b"", b"nothing of the kind", b"--edge\r\n\r\nGARBAGE\r\n--edge--"])
async def test_what_is_no_batch_is_refused_or_empty(desk, body):
    headers = {"Content-Type": "multipart/mixed; boundary=edge", "Authorization": f"Bearer {await desk.token(ADA)}"}
    async with desk.session.post(f"{desk.sim.url}/batch", data=body, headers=headers) as reply:
        assert reply.status in {200, 400}
    async with desk.session.post(f"{desk.sim.url}/batch", data=body) as reply:
        assert reply.status == 400
