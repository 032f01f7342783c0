"""Orders over `POST /_sim/faults`: another process breaks what it wants."""

import aiohttp
import msgspec
import pytest
from tests.simulator.graph.conftest import mail
from tests.simulator.graph.test_subscriptions import wish

from mailkeep.simulator.graph.faults import Meddling, NoticeFaults

ADA = "ada@northwind.example"


async def order(client, **said):
    async with client.session.post(f"{client.url}/_sim/faults", json=said) as answer:
        return answer.status, await answer.json()


async def knock_for_ever(url):
    while True:
        async with aiohttp.ClientSession() as fresh, fresh.get(f"{url}/v1.0/users"):
            pass


async def test_faults_are_set_counted_and_cleared(client, faults):
    said = {"upsets": [{"answer": "503", "path": "/users", "times": 1}], "notices": {"drop": 0.5}, "seed": 3}
    assert (await order(client, **said, meddling={"share": 0.1}, clock_skew_s=5))[0] == 200
    assert (await client.ask("GET", "/users"))[0] == 503
    assert (faults.seed, faults.notices, faults.meddling) == (3, NoticeFaults(drop=0.5), Meddling(share=0.1))
    _, told = await order(client, clear=True)
    assert told["played"] == {"503": 1}
    assert (faults.notices, faults.clock_skew_s) == (NoticeFaults(), 0)


async def test_consent_is_revoked_and_given_back(client, app):
    held = sorted(app.permissions)
    await order(client, revoke=["everything"])
    assert (await client.ask("GET", "/users"))[0] == 403
    await order(client, grant={app.client_id: held})
    assert (await client.ask("GET", "/users"))[0] == 200


async def test_a_secret_expires_and_is_renewed(client, office, app):
    await order(client, expire=["everything"])
    with pytest.raises(KeyError):
        await client.sign_in(office, app)
    await order(client, renew=["everything"])
    await client.sign_in(office, app)


async def test_delta_tokens_are_forgotten(client):
    page = await client.get(f"/users/{ADA}/mailFolders/inbox/messages/delta")
    await order(client, expire_deltas=[ADA])
    assert (await client.ask("GET", page["@odata.deltaLink"]))[0] == 410


async def test_the_quota_is_used_up_while_it_runs(client):
    await order(client, limits={"requests": 2})
    statuses = [(await client.ask("GET", f"/users/{ADA}/messages"))[0] for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_the_service_rests_and_comes_back_by_itself(client, simulator):
    assert (await order(client, down_s=0.3))[0] == 200
    with pytest.raises(aiohttp.ClientError):
        await knock_for_ever(client.url)
    await simulator.rested()
    assert (await client.ask("GET", "/users"))[0] == 200


@pytest.mark.parametrize(
    ("said", "event", "left"),
    [
        ({"missed": True}, "missed", 1),
        ({"reauthorize": True}, "reauthorizationRequired", 1),
        ({"remove_subscriptions": True}, "subscriptionRemoved", 0),
    ],
)
async def test_lifecycle_addresses_are_told(client, listener, said, event, left):
    await client.ask("POST", "/subscriptions", wish(listener))
    await order(client, **said)
    (notice,) = await listener.until(1)
    assert notice["lifecycleEvent"] == event
    assert len((await client.get("/subscriptions"))["value"]) == left


async def test_a_subscription_is_forgotten_without_a_word(client, listener, simulator, office):
    await client.ask("POST", "/subscriptions", wish(listener))
    await order(client, forget_subscriptions=True)
    office.deliver(ADA, mail())
    assert simulator.pump.idle
    assert simulator.subscriptions.by_id == {}


@pytest.mark.parametrize("said", [{"upsets": [{"answer": "418"}]}, {"revoke": ["nobody"]}, {"earthquake": True}])
async def test_an_order_that_makes_no_sense_is_refused(simulator, said):
    with pytest.raises(msgspec.ValidationError):
        await simulator.disorder.follow(said)
