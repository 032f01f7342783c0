"""Graph keeps the promises against the simulator."""

import asyncio

import pytest
from tests.connect.contract import ADA, BEN, Promises, box, drain, letter

from mailkeep.connect.grants import Granting, Tier
from mailkeep.connect.port import ConsentLost, Gone, Sending
from mailkeep.simulator.graph.apps import GLOBAL_ADMINISTRATOR


class TestGraph(Promises):
    """The promises."""

    async def test_new_mail_is_noticed_as_it_arrives(self):
        pytest.skip("Graph pushes its notices to an address of ours: see test_subscriptions")


async def test_shared_mailboxes_are_listed_and_people_without_a_mailbox_are_not(yard, connector, simulator):
    yard.office.add_person("info@corp.example", purpose="shared")
    yard.office.add_person("zoe@corp.example", aliases=["zo@corp.example"])
    assert [each.address for each in await connector.mailboxes()] == [ADA, BEN, "info@corp.example", "zoe@corp.example"]


async def test_only_the_named_mailboxes_are_opened_by_whatever_name(yard):
    zoe = yard.office.add_person("zoe@corp.example", aliases=["zo@corp.example"])
    connector = yard.connector(mailboxes=("ZO@corp.example", yard.office.person(BEN).id, "nobody@corp.example"))
    listed = await connector.mailboxes()
    assert [each.address for each in listed] == [BEN, "nobody@corp.example", "zoe@corp.example"]
    assert listed[2].id == zoe.id
    with pytest.raises(Gone, match=r"nobody@corp\.example is no user"):
        await connector.fetch(listed[1], None, limit=5)
    await connector.close()


async def test_a_tenant_of_many_is_listed_to_its_end(yard, connector):
    for number in range(2300):
        yard.office.add_person(f"p{number:04}@corp.example")
    listed = await connector.mailboxes()
    assert len(listed) == 2302
    assert list(listed) == sorted(listed, key=lambda mailbox: mailbox.address)


async def test_what_each_registration_was_granted_is_told(yard, connector):
    yard.registered[Tier.FLAG].roles.add(GLOBAL_ADMINISTRATOR)
    granted = {each.tier: each for each in await connector.granted()}
    assert isinstance(connector, Granting)
    assert granted[Tier.OBSERVE].permissions == {"Mail.Read", "Mail.Send", "User.Read.All"}
    assert granted[Tier.FLAG].roles == {"Global Administrator"}
    assert granted[Tier.OBSERVE].roles == frozenset()
    assert granted[Tier.REMEDIATE].app == yard.apps[Tier.REMEDIATE].client_id
    (expiry,) = granted[Tier.REMEDIATE].expiries
    assert (expiry.what, expiry.at) == ("certificate", yard.apps[Tier.REMEDIATE].certificate.expires_at)


async def test_a_registration_without_any_permission_is_granted_nothing(yard):
    yard.office.grant(yard.registered[Tier.OBSERVE], [])
    connector = yard.connector(scope_group="Pilot")
    granted = await connector.granted()
    assert [(each.tier, each.permissions, each.mailbox_scope) for each in granted if each.tier is Tier.OBSERVE] == [
        (Tier.OBSERVE, frozenset(), "Pilot")
    ]
    await connector.close()


async def test_a_mail_is_sent_from_a_mailbox_and_arrives(yard, connector):
    assert isinstance(connector, Sending)
    raw = letter(1).replace(b"To: ada@corp.example", b"To: ben@corp.example").replace(b"\n", b"\r\n")
    await connector.send(await box(connector, ADA), raw)
    assert [each.folder for each in yard.lying(BEN)] == ["INBOX"]
    assert [each.sent for each in (await drain(connector))[0]] == [True]


async def test_sending_without_the_right_to_is_refused_in_a_sentence(yard, connector):
    yard.office.grant(yard.registered[Tier.OBSERVE], ["Mail.Read", "User.Read.All"])
    with pytest.raises(ConsentLost, match=r"sending a mail from ada@corp\.example.*Mail\.Send"):
        await connector.send(await box(connector, ADA), letter(1))
    assert yard.lying(ADA) == []


async def test_nothing_is_told_by_itself(connector):
    told = asyncio.create_task(anext(connector.changes()))
    await asyncio.sleep(0)
    assert not told.done()
    told.cancel()
