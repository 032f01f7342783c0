import base64
import io
import json

import aiohttp
import pytest
from tests.simulator.graph.desk import ANN, SCOPE, mail

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator


@pytest.fixture
async def served():
    office = Office()
    office.add_person(ANN)
    app = office.register("Mailkeep", ["Mail.ReadWrite"], secret="s3cret")
    async with GraphSimulator(office) as sim, aiohttp.ClientSession() as http:
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_secret": "s3cret",
            "scope": SCOPE,
        }
        async with http.post(f"{sim.url}/{office.tenant_id}/oauth2/v2.0/token", data=form) as given:
            token = (await given.json())["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield sim, http


async def test_graph_is_served_over_http(served):
    sim, http = served
    spelled = sim.office.deliver(ANN, mail())
    async with http.get(f"{sim.url}/v1.0/users/{ANN}/messages", params={"$select": "subject"}) as reply:
        assert reply.headers["Content-Type"].startswith("application/json")
        body = await reply.json()
    assert [row["subject"] for row in body["value"]] == ["Mail 1"]
    async with http.get(f"{sim.url}/v1.0/users/{ANN}/messages/{spelled}/$value") as reply:
        assert (reply.content_type, (await reply.read()).endswith(b"Hello\r\n")) == ("text/plain", True)
    async with http.delete(f"{sim.url}/v1.0/users/{ANN}/messages/{spelled}") as reply:
        assert (reply.status, await reply.read()) == (204, b"")


async def test_links_lead_back_to_the_server(served):
    sim, http = served
    for number in range(3):
        sim.office.deliver(ANN, mail(number))
    url, subjects = f"{sim.url}/v1.0/users/{ANN}/mailFolders('inbox')/messages?$top=2&$select=subject", []
    while url:
        async with http.get(url) as reply:
            body = await reply.json()
        subjects += [row["subject"] for row in body["value"]]
        url = body.get("@odata.nextLink")
    assert len(subjects) == 3


async def test_a_mail_of_many_megabytes_passes(served):
    sim, http = served
    raw = mail(1, body="x" * 5_000_000)
    order = {"addresses": [ANN], "raw": base64.b64encode(raw).decode()}
    async with http.post(f"{sim.url}/_sim/deliver", data=io.BytesIO(json.dumps(order).encode())) as reply:
        (spelled,) = (await reply.json())["ids"]
    async with http.get(f"{sim.url}/v1.0/users/{ANN}/messages/{spelled}/$value") as reply:
        assert len(await reply.read()) > 5_000_000


async def test_orders_that_make_no_sense_are_refused_in_words(served):
    sim, http = served
    for raw in (b"{", b"{}", json.dumps({"addresses": ["nobody@x"], "raw": ""}).encode()):
        async with http.post(f"{sim.url}/_sim/deliver", data=raw) as reply:
            assert reply.status == 400
            assert "/_sim/deliver" in (await reply.json())["error"]["message"]
    async with http.post(f"{sim.url}/_sim/nothing") as reply:
        assert reply.status == 404


async def test_the_keys_of_the_token_endpoint_are_published(served):
    sim, http = served
    async with http.get(f"{sim.url}/common/v2.0/.well-known/openid-configuration") as reply:
        found = await reply.json()
    async with http.get(found["jwks_uri"]) as reply:
        assert (await reply.json())["keys"][0]["kty"] == "RSA"
    assert sim.office.tenant_id in found["issuer"]


async def test_a_server_that_is_down_refuses_and_comes_back_at_the_same_address(served):
    sim, http = served
    url = f"{sim.url}/v1.0/users/{ANN}/messages"
    await sim.down()
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.get(url)
    await sim.up()
    async with http.get(url) as reply:
        assert reply.status == 200


async def test_it_rests_and_wakes_by_itself(served):
    sim, http = served
    url = f"{sim.url}/v1.0/users/{ANN}/messages"
    await sim.rest(0.05)
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.get(url)
    assert sim._resting is not None
    await sim._resting
    async with http.get(url) as reply:
        assert reply.status == 200
