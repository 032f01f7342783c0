"""The server as a whole."""

import aiohttp
import pytest
from tests.simulator.google.desk import ADA, letter

from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.google.workspace import Workspace


async def test_what_nobody_serves_is_not_found(desk):
    assert (await desk.gmail("GET", "/quarantine")).status == 404
    assert (await desk.ask("GET", "/")).status == 404


async def test_a_server_that_is_down_refuses_and_comes_back_where_it_was(desk, sim):
    await desk.token(ADA)
    url = sim.url
    await sim.go_down()
    await sim.go_down()
    with pytest.raises(aiohttp.ClientError):
        await desk.gmail("GET", "/profile")
    await sim.come_back()
    assert sim.url == url
    assert (await desk.gmail("GET", "/profile")).status == 200


async def test_every_answer_is_shown_to_observers_and_counted(desk, sim):
    seen = []
    sim.observers.append(lambda *what: seen.append(what[:3]))
    await desk.gmail("GET", "/profile")
    assert seen == [("POST", "/token", 200), ("GET", "/gmail/v1/users/me/profile", 200)]
    assert sim.answered == {"sim.token": 1, "gmail.users.getProfile": 1}


async def test_a_large_mail_passes(desk, workspace):
    raw = b"Subject: large\r\n\r\n" + b"x" * (5 << 20)
    mail = workspace.deliver(ADA, raw)
    answer = await desk.gmail("GET", f"/messages/{mail}", query={"format": "raw"})
    assert len(answer.json["raw"]) > len(raw)


async def test_two_simulators_stand_side_by_side():
    one, two = Workspace("one.example"), Workspace("two.example")
    async with GoogleSimulator(one) as first, GoogleSimulator(two) as second:
        assert first.url != second.url
        assert (one.url, two.url) == (first.url, second.url)


async def test_answers_take_as_long_as_was_asked(desk, sim):
    await desk.token(ADA)
    sim.latency_s = 30
    with pytest.raises(TimeoutError):
        async with desk.session.get(f"{sim.url}/gmail/v1/users/me/profile",
                                    headers={"Authorization": f"Bearer {await desk.token(ADA)}"},
                                    timeout=aiohttp.ClientTimeout(total=0.1)):  # fmt: skip
            pass


def test_letters_differ():
    assert letter(1) != letter(2)
