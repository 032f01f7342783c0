"""Every venue of the demo is furnished with the company, reached as its settings say, and hears of what arrives."""

import socket
from datetime import UTC, datetime
from random import Random

import pytest
from tests import northwind

from mailkeep.cli.connect_api import look
from mailkeep.cli.venues import VENUES, Files, certified, free_port
from mailkeep.connect.grants import Tier
from mailkeep.health.check import Standing
from mailkeep.simulator.tenant import set_stage
from mailkeep.wiring import clock_from, connector_of


@pytest.fixture(scope="module")
def stage():
    return set_stage(Random(3), northwind.DAY, size=5, days=2, attacks=1)


@pytest.fixture(params=VENUES)
async def venue(request, tmp_path):
    made = VENUES[request.param](tmp_path)
    yield made
    await made.close()


async def test_the_company_lies_there_with_its_past_and_what_arrives(venue, stage):
    clock = clock_from(stage.live[0].at)
    tenant = await venue.open(stage, clock)
    assert tenant.kind == venue.kind
    assert set(tenant.own_domains) == stage.company.directory().own_domains
    connector = connector_of("corp", tenant, clock)
    try:
        mailboxes = await connector.mailboxes()
        assert {each.address for each in mailboxes} == {each.address for each in stage.company.employees}
        before = sum([await connector.count(each) for each in mailboxes])
        assert before == sum(copies(post) for post in stage.history)
        venue.deliver(stage.attacks[0])
        assert sum([await connector.count(each) for each in mailboxes]) == before + copies(stage.attacks[0])
    finally:
        await connector.close()


@pytest.mark.parametrize("kind", ["m365", "google"])
async def test_an_api_has_granted_the_least_of_every_tier_it_has(tmp_path, stage, kind):
    venue, clock = VENUES[kind](tmp_path), clock_from(stage.live[0].at)
    try:
        tenant = await venue.open(stage, clock)
        assert set(tenant.apps) == {Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE}
        assert {check.standing for check in await look("corp", tenant, clock)} == {Standing.FINE}
    finally:
        await venue.close()


def test_only_a_provider_that_posts_needs_a_server(tmp_path):
    assert {kind for kind, venue in VENUES.items() if venue(tmp_path).serve() is not None} == {"m365"}
    serve = VENUES["m365"](tmp_path).serve()
    assert serve.public_url == f"http://127.0.0.1:{serve.port}"
    assert Files(tmp_path).serve() is None


def test_a_certificate_is_given_without_its_key_which_nobody_else_can_read(tmp_path):
    pem = tmp_path / "secrets" / "observe.pem"
    public = certified(pem, "Mailkeep observe", lambda: datetime.now(UTC))
    assert public.startswith("-----BEGIN CERTIFICATE")
    assert "PRIVATE" not in public
    assert pem.stat().st_mode & 0o077 == 0


def test_a_free_port_is_free():
    with socket.create_server(("127.0.0.1", free_port())):
        pass


def copies(post):
    """How many mailboxes hold this mail."""
    return len(post.mailboxes) + bool(post.sent_from)
