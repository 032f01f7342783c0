"""The hooks over real HTTP, as providers meet them."""

import io
import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI

from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.console.hooks import MOST_BYTES, hook_routes
from mailkeep.flow.hearing import Ear, Ears
from mailkeep.store.due import LIVE_LANE
from mailkeep.store.store import open_store
from mailkeep.store.subscriptions import Promise

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECRET = "s" * 40


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "mailkeep.db")
    store.subscriptions.keep(
        Promise(
            tenant="corp",
            mailbox="ada",
            id="sub",
            secret=sha256(SECRET.encode()).hexdigest(),
            expires_at=NOW + timedelta(days=6),
            made_at=NOW,
        )
    )
    yield store
    store.close()


@pytest.fixture
def url(store):
    ears = Ears(
        store=store,
        tenants={"corp": Ear(kind="m365"), "school": Ear(kind="google", push_account="p@x.example", audience="us")},
        keys=SigningKeys("http://127.0.0.1:9/none"),
        clock=lambda: NOW,
        nudge=lambda: None,
    )
    app = FastAPI()
    app.include_router(hook_routes(ears))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hooks"
        server.should_exit = True
        thread.join()


def notice(**more):
    created = {
        "subscriptionId": "sub",
        "clientState": SECRET,
        "changeType": "created",
        "resourceData": {"id": "mail-1"},
    }
    return json.dumps({"value": [created | more]})


async def post(url, **kwargs):
    async with aiohttp.ClientSession() as session, session.post(url, **kwargs) as reply:
        return reply.status, await reply.text(), reply.headers


async def test_a_validation_gets_its_token_back_as_plain_text(url):
    token = "Validation: Testing <client> & reachability+%20 ünïcode"
    for path in ("/m365/corp", "/m365/corp/lifecycle"):
        status, text, headers = await post(url + path, params={"validationToken": token})
        assert (status, text) == (200, token)
        assert headers["Content-Type"].startswith("text/plain")
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_notice_is_written_down_when_202_comes_back(url, store):
    status, text, _ = await post(url + "/m365/corp", data=notice())
    assert (status, text) == (202, "")
    assert store.due.waiting(LIVE_LANE, "corp")[0] == 1


async def test_a_forged_notice_gets_the_same_answer_and_leads_to_nothing(url, store):
    assert (await post(url + "/m365/corp", data=notice(clientState="guess")))[0] == 202
    assert store.due.waiting(LIVE_LANE, "corp")[0] == 0
    assert store.subscriptions.counts("corp") == {"forged": 1}


@pytest.mark.parametrize(
    ("path", "kwargs", "status"),
    [
        ("/m365/corp", {"data": "<html>"}, 400),
        ("/m365/corp", {"data": b""}, 400),
        ("/m365/nobody", {"data": "{}"}, 404),
        ("/m365/nobody", {"params": {"validationToken": "t"}}, 404),
        ("/m365/school", {"data": "{}"}, 404),
        ("/google/corp", {"data": "{}"}, 404),
        ("/google/school", {"data": "{}"}, 401),
        ("/google/school", {"data": "{}", "headers": {"Authorization": "Bearer x"}}, 401),
        ("/m365/corp", {"params": {"validationToken": "t" * 5000}}, 422),
    ],
)
async def test_what_is_no_notice_is_turned_away(url, path, kwargs, status):
    assert (await post(url + path, **kwargs))[0] == status


async def test_a_post_that_never_ends_is_cut_off(url):
    assert (await post(url + "/m365/corp", data=io.BytesIO(b"x" * (MOST_BYTES + 1))))[0] == 413


async def test_keys_that_cannot_be_had_ask_the_poster_to_come_again(url):
    from tests.connect.jwks import Signer

    token = Signer().sign({"aud": "us", "iss": "https://accounts.google.com", "iat": 0, "exp": 1})
    assert (await post(url + "/google/school", data="{}", headers={"Authorization": f"Bearer {token}"}))[0] == 503
