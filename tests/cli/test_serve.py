"""`mailkeep serve` as a real process beside a simulated Microsoft 365 tenant."""

import json
import signal
import socket
from datetime import UTC, datetime

import aiohttp
import pytest
from tests.cli.serving import ADA, BEN, Home, ended, stopped, until
from tests.flow.company import letter, phish

from mailkeep.connect.port import QUARANTINE_FOLDER
from mailkeep.simulator.graph.mailbox import Mailbox
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator
from mailkeep.store.due import LIVE_LANE
from mailkeep.store.latency import LEGS

EVER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def simulator():
    office = Office(byte_true=True)
    for address in (ADA, BEN):
        office.add_person(address)
    async with GraphSimulator(office) as running:
        yield running


@pytest.fixture
def home(tmp_path, simulator):
    return Home(tmp_path / "home", simulator, metrics=True)


def quarantined(home, address):
    box: Mailbox = home.office.mailbox(address)
    return [item for item in box.items.values() if box.folder(item.folder).name == QUARANTINE_FOLDER]


async def post(url, body):
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as reply:
        return reply.status


async def read(url):
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        return await reply.text()


def notice_of(promise, mail, secret):
    told = {
        "subscriptionId": promise.id,
        "clientState": secret,
        "changeType": "created",
        "resource": f"Users/{promise.place.person.id}/Messages/{mail}",
        "resourceData": {"id": mail, "@odata.type": "#Microsoft.Graph.Message"},
    }
    return json.dumps({"value": [told]})


async def pulled_by_notice(home, store):
    """An attack is delivered and pulled; another where a look was faster than the notice. Gives the last one's id."""
    for number in range(1, 8):
        mail = home.office.deliver(ADA, phish(number))
        await until(lambda so_far=number: len(quarantined(home, ADA)) == so_far)
        await until(lambda: not store.summary().due)
        if len(store.latency.quantiles("corp", EVER)) == len(LEGS):
            break
    return mail


async def test_an_attack_is_pulled_by_its_notice_and_strangers_are_turned_away(home):
    async with home.running("serve", "--json") as serving:
        promises = (await until(home.subscribed)).values()
        (promise,) = (each for each in promises if each.place.person.address == ADA)
        with home.store() as store:
            mail = await pulled_by_notice(home, store)
            assert [leg.name for leg in store.latency.quantiles("corp", EVER)] == [name for name, _, _ in LEGS]
            hook = f"{home.url}/hooks/m365/corp"
            before = store.subscriptions.counts("corp")
            assert await post(hook, notice_of(promise, mail, promise.state)) == 202
            assert await post(hook, notice_of(promise, "another", "a guess")) == 202
            assert await post(hook, notice_of(promise, "another", "")) == 202
            assert await post(hook, "no notice at all") == 400
            counts = store.subscriptions.counts("corp")
            await until(lambda: store.coverage.summary("corp").covered)
        assert counts["repeated"] == before.get("repeated", 0) + 1
        assert (counts["accepted"], counts["forged"], counts["strange"]) == (before["accepted"], 2, 1)
        metrics = await read(f"http://127.0.0.1:{home.metrics_port}/metrics")
        for kind, times in counts.items():
            assert f'mailkeep_notices_total{{kind="{kind}",tenant="corp"}} {times}.0' in metrics
        assert await read(f"{home.url}/healthz") == "ok\n"
        _, said, _ = await home.call("doctor")
        assert f"{counts['repeated']} repeated; turned away: 2 forged" in said
        for words in ("receipts corp", "Mail.Send is granted to", "latency corp"):
            assert words in said
        code, out, err = await stopped(serving)
    assert code == 0
    verdict = json.loads(out.splitlines()[-1])
    assert (verdict["label"], verdict["mailbox"]) == ("malicious", ADA)
    assert [act["outcome"] for act in verdict["actions"]] == ["done"]
    assert "Watching corp." in err
    assert "Stopped. Everything finished so far is kept" in err


async def test_web_and_worker_work_together_over_one_home(home):
    async with home.running("serve", "--role", "web") as web, home.running("serve", "--role", "worker") as worker:
        await until(home.subscribed)
        with home.store() as store:
            await pulled_by_notice(home, store)
            assert store.subscriptions.counts("corp")["accepted"] >= 1
            assert (await stopped(worker))[0] == 0
            home.office.deliver(BEN, phish(2, to="ben"))
            await until(lambda: store.due.waiting(LIVE_LANE, "corp")[0])
        code, _, err = await stopped(web)
    assert code == 0
    assert "Hearing for corp." in err
    async with home.running("serve"):
        await until(lambda: quarantined(home, BEN))


async def test_a_port_that_is_taken_is_said_before_anything_begins(home):
    with socket.create_server(("127.0.0.1", home.port)):
        code, _, err = await home.call("serve")
    assert code == 2
    assert f"cannot listen on 127.0.0.1 port {home.port} (Address already in use)" in err
    assert "Watching" not in err
    assert home.simulator.subscriptions.by_id == {}


async def test_a_provider_that_is_down_at_the_start_stops_no_other_tenant(home, tmp_path):
    files = tmp_path / "mail" / "eve@files.example"
    for folder in ("cur", "new", "tmp"):
        (files / folder).mkdir(parents=True)
    assert (await home.call("connect", "maildir", "files", tmp_path / "mail"))[0] == 0
    await home.simulator.down()
    home.office.deliver(ADA, letter(1))
    async with home.running("serve", "--role", "all") as serving:
        await until((home.folder / "mailkeep.db").exists)
        (files / "new" / "1.first.host").write_bytes(phish(1, to="eve"))
        await until(lambda: list(files.rglob(f"*{QUARANTINE_FOLDER.split()[-1]}*/cur/*")))
        with home.store() as store:
            assert "unreachable" in {trouble.kind for trouble in store.troubles()}
        await home.simulator.up()
        await until(home.subscribed)
        with home.store() as store:
            await until(lambda: {each.tenant for each in store.summary().tenants if each.mails} == {"corp", "files"})
            assert store.troubles() == []
        code, _, err = await stopped(serving)
    assert code == 0
    assert "files" in err


async def test_a_home_without_a_tenant_is_told_how_to_begin(tmp_path, home):
    (home.folder / "mailkeep.toml").write_text("")
    code, _, err = await home.call("serve")
    assert code == 2
    assert "no tenant is connected" in err


async def test_ctrl_c_is_an_interruption(home):
    async with home.running("serve") as serving:
        await until(home.subscribed)
        serving.send_signal(signal.SIGINT)
        code, _, err = await ended(serving)
    assert code == 130
    assert err.rstrip().endswith("the same command goes on from there.")
    assert "Traceback" not in err
