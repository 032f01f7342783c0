import asyncio
import base64

import pytest
from tests.simulator.graph.desk import ANN, BOB, Desk, mail, refused

from mailkeep.simulator.graph.throttle import Limits


def steps(*urls, **common):
    return {"requests": [{"id": str(n), "method": "GET", "url": url, **common} for n, url in enumerate(urls)]}


async def answers(desk, body):
    reply = await desk.ask("POST", "/$batch", body)
    assert reply.status == 200, reply.body
    return {each["id"]: each for each in reply.body["responses"]}


async def test_each_request_is_answered_for_itself():
    desk = Desk()
    spelled = desk.office.deliver(ANN, mail())
    told = await answers(
        desk,
        steps(
            f"/users/{ANN}/messages/{spelled}?$select=subject",
            f"/users/{ANN}/messages/{spelled}/$value",
            "/users/nobody",
        ),
    )
    assert told["0"]["body"]["subject"] == "Mail 1"
    assert b"Hello" in base64.b64decode(told["1"]["body"])
    assert (told["2"]["status"], told["2"]["body"]["error"]["code"]) == (404, "Request_ResourceNotFound")


async def test_answers_do_not_come_in_the_order_of_asking():
    reply = await Desk().ask("POST", "/$batch", steps("/users", f"/users/{ANN}"))
    assert [each["id"] for each in reply.body["responses"]] == ["1", "0"]


async def test_headers_and_bodies_of_its_own_reach_a_request():
    desk = Desk()
    spelled = desk.office.deliver(ANN, mail())
    step = {
        "id": "a",
        "method": "PATCH",
        "url": f"users/{ANN}/messages/{spelled}",
        "headers": {"Content-Type": "application/json", "Prefer": 'IdType="ImmutableId"'},
        "body": {"isRead": True},
    }
    told = await answers(desk, {"requests": [step]})
    assert (told["a"]["body"]["id"], told["a"]["body"]["isRead"]) == (spelled, True)


async def test_twenty_are_taken_and_twenty_one_are_not():
    desk = Desk()
    assert len(await answers(desk, steps(*["/users"] * 20))) == 20
    assert refused(await desk.ask("POST", "/$batch", steps(*["/users"] * 21))) == (400, "MaximumValueExceeded")


@pytest.mark.parametrize(
    "requests",
    [
        [],
        "none",
        [{"id": "1", "method": "GET", "url": "/users"}] * 2,
        [{"id": "1", "method": "LOOK", "url": "/users"}],
        [{"id": 1, "method": "GET", "url": "/users"}],
        [{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users"}],
        [{"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]}],
        [{"id": "1", "method": "POST", "url": "/users/x/sendMail", "body": {}}],
        [{"id": "1", "method": "POST", "url": "/$batch", "headers": {"Content-Type": "application/json"}, "body": {}}],
    ],
)
async def test_a_batch_that_is_at_fault_is_refused_whole(requests):
    assert (await Desk().ask("POST", "/$batch", {"requests": requests})).status == 400


async def test_what_depends_on_a_failure_fails():
    body = steps("/users/nobody", "/users", "/users", f"/users/{ANN}")
    body["requests"][1]["dependsOn"] = ["0"]
    body["requests"][2]["dependsOn"] = ["1"]
    body["requests"][3]["dependsOn"] = []
    told = await answers(Desk(), body)
    assert [told[key]["status"] for key in "0123"] == [404, 424, 424, 200]


async def test_one_request_is_throttled_without_the_others():
    desk = Desk(limits=Limits(requests=2))
    told = await answers(desk, steps(*[f"/users/{ANN}/mailFolders"] * 3, f"/users/{BOB}/mailFolders"))
    assert [told[key]["status"] for key in "0123"] == [200, 200, 429, 200]
    assert int(told["2"]["headers"]["Retry-After"]) > 0


async def test_permissions_are_looked_at_for_each_request():
    told = await answers(Desk("User.Read.All"), steps("/users", f"/users/{ANN}/messages"))
    assert [told[key]["status"] for key in "01"] == [200, 403]


async def test_a_batch_at_one_mailbox_takes_its_four_slots_and_gives_them_back():
    desk = Desk(latency_s=0.02)
    path = f"/users/{ANN}/mailFolders"
    batch = asyncio.ensure_future(answers(desk, steps(*[path] * 12)))
    await asyncio.sleep(0)
    assert desk.service.throttle.of((desk.app.client_id, desk.office.person(ANN).id)).active == 4
    assert (await desk.ask("GET", path)).status == 429
    assert (await desk.ask("GET", f"/users/{BOB}/mailFolders")).status == 200
    assert {each["status"] for each in (await batch).values()} == {200}
    assert (await desk.ask("GET", path)).status == 200


async def test_a_batch_finds_no_slot_where_others_hold_all():
    desk = Desk()
    key = (desk.app.client_id, desk.office.person(ANN).id)
    desk.service.throttle.take(desk.service.throttle.of(key), 4)
    told = await answers(desk, steps(f"/users/{ANN}/mailFolders", f"/users/{BOB}/mailFolders"))
    assert [told[key]["status"] for key in "01"] == [429, 200]
