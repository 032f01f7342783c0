"""Gmail keeps the promises against a simulated workspace."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
from tests.connect.contract import ADA, BEN, Promises, box, drain, letter, subjects

from mailkeep.connect.grants import Granting, Tier
from mailkeep.connect.port import Done, Hook, Pushing, Ref, Refused, Sending, Sparing
from mailkeep.connect.vitals import Vital

TOPIC = "projects/mailkeep-sim/topics/mail"


class TestGmail(Promises):
    """The promises."""

    @pytest.fixture
    async def connector(self, yard):
        connector = yard.connector()
        yield connector
        await connector.close()

    @pytest.mark.parametrize(
        "odd", ["$1'{x}|y~z/w&q=1?#+@corp.example", "<", "x" * 400 + "@corp.example", "üñ@ç", "(1)*@ç"]
    )
    async def test_a_message_id_with_odd_characters_is_found(self, yard, connector, five, odd):
        """All but blanks and quotation marks, which Gmail's search has no words for (test_listing.py)."""
        await super().test_a_message_id_with_odd_characters_is_found(yard, connector, five, odd)

    async def quiet(self, changes):
        await asyncio.sleep(1.1)  # Gmail tells of one change a second and mailbox

    async def test_new_mail_is_noticed_as_it_arrives(self, yard, five):
        connector = yard.connector(pull_subscription="projects/mailkeep-sim/subscriptions/mail")
        for address in (ADA, BEN):
            await connector.subscribe(await box(connector, address), Hook(url=TOPIC))
        async with asyncio.timeout(20), aclosing(connector.changes()) as changes:
            first = {(await anext(changes)).address, (await anext(changes)).address}
            assert first == {ADA, BEN}
            for number in range(20, 22):
                yard.deliver(BEN, letter(number))
                assert (await anext(changes)).address == BEN
                await self.quiet(changes)
        await connector.close()


async def test_it_pushes_tells_what_is_granted_how_it_is_and_sends(connector):
    for protocol in (Sparing, Pushing, Granting, Vital, Sending):
        assert isinstance(connector, protocol)


async def test_users_who_cannot_be_read_are_left_out_and_ids_are_the_directorys(yard, connector):
    yard.workspace.person(BEN).suspended = True
    assert [(each.id, each.address) for each in await connector.mailboxes()] == [(yard.workspace.person(ADA).id, ADA)]


async def test_named_mailboxes_alone_are_read_by_address_or_alias(yard):
    yard.workspace.add_person("eve@corp.example", aliases=("e@corp.example",))
    connector = yard.connector(mailboxes=("E@corp.example", BEN))
    assert [each.address for each in await connector.mailboxes()] == [BEN, "eve@corp.example"]
    await connector.close()


async def test_without_an_administrator_those_named_are_all_there_are(yard):
    yard.deliver(ADA, letter(1))
    connector = yard.connector(admin="", mailboxes=("Ada@corp.example",))
    assert [each.address for each in await connector.mailboxes()] == [ADA]
    assert len((await drain(connector))[0]) == 1
    await connector.close()


async def test_a_thousand_users_are_listed_page_by_page(yard, connector):
    for number in range(1000):
        yard.workspace.add_person(f"u{number:04}@corp.example")
    assert len(await connector.mailboxes()) == 1002


async def test_a_fresh_process_acts_on_a_mail_by_its_reference_alone(yard, connector):
    ref = Ref(mailbox=yard.workspace.person(ADA).id, id=yard.deliver(ADA, letter(1)))
    assert (await connector.quarantine(ref)).done is Done.DONE
    assert connector.vitals().last_answer_at is not None


async def test_a_mailbox_that_is_no_longer_there_is_refused_and_not_called_gone(connector):
    with pytest.raises(Refused, match="no user of the directory"):
        await connector.quarantine(Ref(mailbox="123", id="1"))


async def test_each_act_is_done_by_its_own_tier(yard):
    ref = Ref(mailbox=yard.workspace.person(ADA).id, id=yard.deliver(ADA, letter(1)))
    keys = yard.account().keys
    watcher = yard.connector(keys={Tier.OBSERVE: keys[Tier.OBSERVE]})
    marker = yard.connector(keys={Tier.OBSERVE: keys[Tier.OBSERVE], Tier.FLAG: keys[Tier.FLAG]})
    state = await watcher.state(ref)
    with pytest.raises(Refused, match=r"apps\.flag"):
        await watcher.flag(ref)
    assert (await marker.flag(ref)).done is Done.DONE
    with pytest.raises(Refused, match=r"apps\.remediate"):
        await marker.quarantine(ref)
    assert (await marker.restore(ref, state)).done is Done.DONE
    for connector in (watcher, marker):
        await connector.close()


async def test_a_promise_lasts_a_week_is_renewed_and_ended(yard, connector):
    mailbox = await box(connector)
    promise = await connector.subscribe(mailbox, Hook(url=TOPIC))
    assert timedelta(days=6.9) < promise.expires_at - datetime.now(UTC) < timedelta(days=7.1)
    assert (await connector.renew(promise)).id == promise.id
    assert ADA in yard.workspace.watches.by_address
    await connector.unsubscribe(promise)
    await connector.unsubscribe(promise)
    assert ADA not in yard.workspace.watches.by_address
    with pytest.raises(Refused, match="Pub/Sub topic"):
        await connector.subscribe(mailbox, Hook(url="https://mail.corp.example/hooks"))


async def test_a_canary_is_sent_from_a_mailbox_to_itself(yard, connector):
    await connector.send(await box(connector), letter(7))
    found, _ = await drain(connector)
    assert letter(7) in subjects(found)
