"""What goes wrong between us and Graph, said in sentences, and over when its cause is."""

import asyncio
from datetime import timedelta

import pytest
from tests.connect.contract import ADA, BEN, box, drain, letter, subjects
from tests.connect.graph.test_acts import ref_of
from tests.connect.graph.yard import GraphYard

from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.account import GraphApp
from mailkeep.connect.graph.client import Call
from mailkeep.connect.limits import Limit
from mailkeep.connect.port import ConsentLost, Done, Gone, Throttled, Unreachable
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator
from mailkeep.simulator.graph.throttle import Limits


@pytest.fixture
def five(yard):
    letters = [letter(n) for n in range(5)]
    for raw in letters:
        yard.deliver(ADA, raw)
    return letters


@pytest.mark.parametrize("answer", ["html", "truncated", "empty", "cut", "500", "502", "504"])
async def test_nonsense_in_between_loses_nothing(yard, connector, simulator, five, answer):
    simulator.faults.upset(answer, "messages", share=0.2, times=12)
    found, cursor = {}, None
    for _ in range(60):
        try:
            page = await connector.fetch(await box(connector), cursor, limit=2)
        except Unreachable:
            continue
        found.update({each.ref.id: each for each in page.deliveries})
        cursor = page.cursor
        if not page.more:
            break
    assert subjects(list(found.values())) == sorted(five)


async def test_a_page_that_is_no_json_is_said_in_a_sentence(yard, connector, simulator):
    simulator.faults.upset("truncated", "GET /users")
    with pytest.raises(
        Unreachable, match=r"listing the users of .*: the answer \(status 200, application/json.*is not a JSON object"
    ):
        await connector.mailboxes()
    simulator.faults.clear()
    assert len(await connector.mailboxes()) == 2


async def test_a_wait_told_inside_a_batch_holds_for_that_mailbox_alone(yard, connector, simulator, five):
    yard.deliver(BEN, letter(9))
    ada, ben = await ref_of(yard, connector, five[0]), await ref_of(yard, connector, letter(9), BEN)
    simulator.faults.upset("429", f"GET /users/{ada.mailbox}/messages", times=1, retry_after_s=1)
    order = []

    async def ask(name, ref):
        await connector.again(ref)
        order.append(name)

    await asyncio.gather(ask("ada", ada), ask("ben", ben))
    assert order == ["ben", "ada"]


async def test_a_long_wait_is_told_to_the_caller(yard, connector, simulator, five):
    ref = await ref_of(yard, connector, five[0])
    simulator.faults.upset("429", "/messages/", retry_after_s=300)
    with pytest.raises(Throttled) as told:
        await connector.state(ref)
    assert 290 < told.value.retry_after_s <= 300
    simulator.faults.clear()
    with pytest.raises(Throttled, match="mailbox"):
        await connector.state(ref)  # not a single request goes out while it lasts


async def test_the_quota_is_never_exceeded_by_a_single_request():
    """As many mails as it takes to fill the quota several times over, at the highest speed that is allowed."""
    limits = Limits(requests=60, window_s=0.5, concurrent=3)
    async with GraphSimulator(Office(byte_true=True), limits=limits) as simulator:
        yard = GraphYard(simulator)
        for n in range(60):
            yard.deliver(ADA, letter(n))
        connector = yard.connector(mailbox_limit=Limit(60, 0.5, 3))
        found, _ = await drain(connector, limit=25)
        done = await asyncio.gather(*(connector.quarantine(each.ref) for each in found))
        await connector.close()
        assert {each.done for each in done} == {Done.DONE}
        assert len(found) == 60
        bucket = simulator.service.throttle.buckets
        assert simulator.service.throttle.refused == 0
        assert max(each.fullest for each in bucket.values()) <= 60
        assert max(each.busiest for each in bucket.values()) <= 3


async def test_consent_that_is_taken_away_is_said_and_works_again_when_given_back(yard, connector, five):
    app = yard.registered[Tier.OBSERVE]
    ref = await ref_of(yard, connector, five[0])
    yard.office.grant(app, ["User.Read.All"])
    with pytest.raises(ConsentLost, match=r"403 ErrorAccessDenied.*Mail\.Read.*doctor.*tenants\.m365\.apps\.observe"):
        await connector.again(ref)
    yard.office.grant(app, ["Mail.Read", "User.Read.All"])
    assert (await connector.again(ref)).ref.id == ref.id


async def test_an_app_that_was_removed_is_said_and_tried_with_a_fresh_token(yard, connector, five):
    app = yard.registered[Tier.OBSERVE]
    ref = await ref_of(yard, connector, five[0])
    app.present = False
    with pytest.raises(ConsentLost, match="AADSTS700016"):
        await connector.again(ref)
    app.present = True
    assert (await connector.again(ref)).ref.id == ref.id


async def test_a_certificate_that_is_no_longer_uploaded_is_said(yard, five):
    yard.registered[Tier.OBSERVE].certificates.clear()
    connector = yard.connector()
    with pytest.raises(ConsentLost, match=r"AADSTS700027.*certificate_file"):
        await connector.mailboxes()
    await connector.close()


async def test_a_secret_works_until_it_expires(yard, five):
    app = yard.office.register("with a secret", ["Mail.Read", "User.Read.All"], secret="quite secret")
    apps = {Tier.OBSERVE: GraphApp(client_id=app.client_id, secret="quite secret")}
    connector = yard.connector(apps=apps)
    assert len(await connector.mailboxes()) == 2
    app.secrets[0].expires = yard.office.now() - timedelta(days=1)
    later = yard.connector(apps=apps)
    with pytest.raises(ConsentLost, match=r"AADSTS7000222.*expired.*secret_file") as told:
        await later.mailboxes()
    assert "quite secret" not in str(told.value)
    for each in (connector, later):
        await each.close()


async def test_a_wrong_tenant_is_said(yard):
    connector = yard.connector(tenant_id="nobody.example")
    with pytest.raises(ConsentLost, match=r"AADSTS90002.*tenant_id"):
        await connector.mailboxes()
    await connector.close()


async def test_a_mailbox_that_was_disabled_is_gone_and_the_others_go_on(yard, connector, five):
    yard.deliver(BEN, letter(9))
    owner = await box(connector)
    yard.office.person(ADA).licensed = False
    with pytest.raises(Gone, match=r"no user with a mailbox that Graph reaches.*licence"):
        await connector.fetch(owner, None, limit=5)
    assert len((await drain(connector, mailbox=BEN))[0]) == 1


async def test_a_service_that_is_down_is_reached_again_when_it_is_up(yard, connector, simulator, five):
    ref = await ref_of(yard, connector, five[0])
    await simulator.down()
    call = Call(doing="reading a mail", path=f"/users/{ref.mailbox}/messages/{ref.id}", mailbox=ref.mailbox)
    asking = asyncio.create_task(connector.client.json(call))
    await asyncio.sleep(0.2)
    await simulator.up()
    assert (await asking)["id"] == ref.id
    assert connector.vitals().unanswered_since is None


async def test_links_that_lead_elsewhere_are_not_followed(connector):
    with pytest.raises(Unreachable, match="not followed"):
        connector.client.own("https://graph.evil.example/v1.0/users", "listing")


async def test_a_clock_that_differs_is_seen(yard, connector, simulator):
    simulator.faults.clock_skew_s = -900.0
    await connector.mailboxes()
    assert -905 < connector.vitals().skew_s < -895


async def test_what_of_the_limits_is_in_use_is_told(yard, connector, five):
    await connector.again(await ref_of(yard, connector, five[0]))
    loads = {load.key: load for load in connector.load()}
    mailbox = next(load for key, load in loads.items() if key.startswith("mailbox"))
    assert (mailbox.of, mailbox.left, mailbox.busy) == (10_000, 9_997, 0)
