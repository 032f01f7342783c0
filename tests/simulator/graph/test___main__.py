import asyncio
import json
import signal
import sys

import aiohttp

from mailkeep.connect.grants import Tier
from mailkeep.simulator.graph.__main__ import TIERS, arguments, office_for, registered


def test_the_tenant_is_as_large_as_asked():
    office = office_for(arguments(["--people", "3", "--byte-true"]))
    assert len(office.people) == 3
    assert office.byte_true


def test_a_company_brings_its_past():
    office = office_for(arguments(["--company", "--people", "16"]))
    assert sum(len(office.lying(person.address)) for person in office.people.values()) > 100


def test_every_tier_is_registered_with_its_own_credential():
    apps = registered(office_for(arguments([])), ["Mail.Send"])
    assert apps.keys() == set(Tier) == set(TIERS)
    assert len({app.secrets[0].value for app in apps.values()}) == len(Tier)
    assert all("Mail.Send" in app.permissions for app in apps.values())


async def test_the_process_says_where_it_is_serves_and_stops_when_told():
    command = (sys.executable, "-m", "mailkeep.simulator.graph", "--people", "2")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told = json.loads(await process.stdout.readline())
    observe = told["apps"]["observe"]
    form = {"grant_type": "client_credentials", "client_id": observe["client_id"], "client_secret": observe["secret"]}
    form["scope"] = "https://graph.microsoft.com/.default"
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{told['url']}/{told['tenant_id']}/oauth2/v2.0/token", data=form) as reply:
            token = (await reply.json())["access_token"]
        async with http.get(f"{told['url']}/v1.0/users", headers={"Authorization": f"Bearer {token}"}) as reply:
            assert [row["mail"] for row in (await reply.json())["value"]] == told["people"]
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
