"""What a user is still writing is nobody's mail: it is judged once it is sent, told of over HTTP as Microsoft 365 does."""

import asyncio
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import FastAPI
from tests.connect.contract import ADA, BEN
from tests.connect.graph.yard import GraphYard, pem
from tests.flow.company import house_of, letter

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.graph.rich import Postmark, seal_of
from mailkeep.connect.port import Hook
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.console.hooks import hook_routes
from mailkeep.flow.hearing import Ear, Ears
from mailkeep.flow.live import Live
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.subscriptions import Subscriber
from mailkeep.flow.walk import walking
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator
from mailkeep.store.due import LIVE_LANE

OURS = read_certificate(pem("notices")[0], "notices.pem")


@pytest.fixture
async def yard():
    async with GraphSimulator(Office(byte_true=True)) as running:
        yield GraphYard(running)


@pytest.fixture
def house(tmp_path, yard):
    made = house_of(tmp_path / "home", yard.connector, clock=partial(datetime.now, UTC))
    yield made
    made.store.close()


@pytest.fixture(params=["plain", "sealed"])
def kind(request):
    return request.param


@pytest.fixture
def listening(house, yard, kind):
    """The hooks as a server, and where they are."""
    postmark = Postmark(
        tenant_id=yard.office.tenant_id,
        apps=frozenset(app.client_id for app in yard.apps.values()),
        issuers=("https://sts.windows.net/{tenant}/",),
        keys=SigningKeys(f"{yard.simulator.url}/common/discovery/keys"),
        certificate=OURS,
    )
    ears = Ears(
        store=house.store,
        tenants={"corp": Ear(kind="m365", postmark=postmark)},
        keys=SigningKeys("http://127.0.0.1:9/none"),
        clock=house.clock,
        nudge=lambda: None,
    )
    app = FastAPI()
    app.include_router(hook_routes(ears))
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{door.getsockname()[1]}/hooks/m365/corp"
        yield Hook(url=url, lifecycle_url=f"{url}/lifecycle", seal=seal_of(OURS) if kind == "sealed" else None)
        server.should_exit = True
        thread.join()


@pytest.fixture
async def watched(house, yard, listening):
    """Everybody is subscribed, and nothing is owed."""
    house = replace(house, tenants={"corp": replace(house.tenants["corp"], hook=listening)})
    async with walking(house, "corp", lambda _note: None) as walk:
        await Subscriber(walk=walk, connector=walk.connector, hook=listening).turn()
        live = Live(
            walk=walk, owner="1.1.1", kept=lambda _: None, stirred=lambda _mailbox, _at: None, unlisted=lambda: None
        )
        await live.drain()
        yield SimpleNamespace(walk=walk, live=live, house=house)


async def told(watched, **counts):
    """Once so many notices were heard."""
    for _ in range(1000):
        if watched.house.store.subscriptions.counts("corp") == counts:
            break
        await asyncio.sleep(0.02)
    assert watched.house.store.subscriptions.counts("corp") == counts


async def read_on(watched):
    """Every mailbox, from its cursor."""
    for mailbox in watched.walk.mailboxes:
        mark = open_bookmark(watched.walk, mailbox, since=None, begun_at=None)
        async for _ in read_mailbox(watched.walk, mailbox, mark, act=False):
            pass


def judged(watched, yard, address, *ids):
    return watched.house.store.known("corp", yard.office.person(address).id, list(ids))


def fetched(yard):
    return yard.simulator.service.counts["GET", "/users/{user}/messages/{message}/$value"]


async def test_a_draft_is_not_judged_and_once_sent_its_mail_is_though_it_keeps_its_id(watched, yard, kind):
    draft = yard.office.draft(ADA, letter(1, to="ben"))
    mail = yard.office.deliver(ADA, letter(2))
    await told(watched, **{"accepted": 1, "draft": 1} if kind == "sealed" else {"accepted": 2})
    await watched.live.drain()
    await read_on(watched)
    assert judged(watched, yard, ADA, draft, mail) == {mail}
    assert fetched(yard) == (1 if kind == "sealed" else 2)
    assert watched.house.store.due.waiting(LIVE_LANE, "corp")[0] == 0
    assert yard.office.send_draft(ADA, draft) == draft
    (received,) = yard.office.lying(BEN, "inbox")
    await told(watched, **{"accepted": 2, "draft": 1} if kind == "sealed" else {"accepted": 3})
    await watched.live.drain()
    await read_on(watched)
    assert judged(watched, yard, ADA, draft) == {draft}
    assert received.letter.raw == letter(1, to="ben")
    assert judged(watched, yard, BEN, yard.id_of(BEN, letter(1, to="ben")))


async def test_a_sent_copy_with_an_id_of_its_own_is_judged_by_its_notice(watched, yard, kind):
    draft = yard.office.draft(ADA, letter(1, to="ben"))
    copy = yard.office.send_draft(ADA, draft, anew=True)
    assert copy != draft
    await told(watched, **{"accepted": 2, "draft": 1} if kind == "sealed" else {"accepted": 3})
    await watched.live.drain()
    assert judged(watched, yard, ADA, draft, copy) == {copy}


@pytest.mark.parametrize("kind", ["plain"], indirect=True)
async def test_a_draft_wherever_it_lies_is_neither_read_nor_missed(watched, yard):
    drafts = [yard.office.draft(ADA, letter(at), folder=place) for at, place in enumerate(("inbox", "deleteditems"))]
    await told(watched, accepted=2)
    await watched.live.drain()
    await read_on(watched)
    assert judged(watched, yard, ADA, *drafts) == set()
    ada = next(each for each in watched.walk.mailboxes if each.address == ADA)
    assert await watched.walk.connector.listed(ada, datetime(2020, 1, 1, tzinfo=UTC)) == ()


@pytest.mark.parametrize("kind", ["sealed"], indirect=True)
async def test_notices_that_lost_their_tokens_on_the_way_are_forged_and_the_mail_is_found_by_looking(watched, yard):
    (promise, *_) = [each for each in yard.simulator.subscriptions.by_id.values() if each.place.person.address == ADA]
    promise.seal = None
    mail = yard.office.deliver(ADA, letter(1))
    await told(watched, forged=1)
    await watched.live.drain()
    assert judged(watched, yard, ADA, mail) == set()
    await read_on(watched)
    assert judged(watched, yard, ADA, mail) == {mail}
