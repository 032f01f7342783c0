"""Acts on mails, and their exact undo, whatever users do in between."""

import asyncio
from email import message_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.connect.contract import ADA, BEN, box, drain, letter
from tests.connect.graph.yard import GraphYard

from mailkeep.connect.grants import Tier
from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Done, Ref, Refused
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator

FOLDERS = ["INBOX", "Sent", "Trash", "Junk", "Archive", "Archive/Über & 2026", "Clients/Old", "Recoverable Items"]
flags = st.sets(st.sampled_from(["seen", "flagged", "category:Red", "category:ü", "category:seen"])).map(frozenset)
deeds = st.lists(st.sampled_from(["quarantine", "delete", "flag"]), min_size=1, max_size=4)
HTML = (
    b"From: a@b.example\r\nTo: ada@corp.example\r\nSubject: Pay\r\nMessage-ID: <h@b.example>\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>Pay &amp; go, J\xc3\xbcrgen</p></body></html>\r\n"
)


async def ref_of(yard, connector, raw, mailbox=ADA):
    owner = await box(connector, mailbox)
    return Ref(mailbox=owner.id, id=yard.id_of(mailbox, raw))


def played(test):
    """Runs a coroutine function of (yard, connector) on a tenant of its own."""

    async def run():
        async with GraphSimulator(Office(byte_true=True)) as simulator:
            yard = GraphYard(simulator)
            connector = yard.connector()
            try:
                await test(yard, connector)
            finally:
                await connector.close()

    asyncio.run(run())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    folder=st.sampled_from(FOLDERS),
    marks=flags,
    acts=deeds,
    between=st.none() | st.sampled_from(FOLDERS),
    read=st.booleans(),
)
def test_whatever_was_done_the_undo_brings_back_exactly_what_was(folder, marks, acts, between, read):
    async def test(yard, connector):
        raw = letter(1)
        yard.deliver(ADA, raw, folder=folder, flags=marks)
        yard.deliver(ADA, letter(2))
        before = sorted(yard.lying(ADA))
        ref = await ref_of(yard, connector, raw)
        state = await connector.state(ref)
        for at, act in enumerate(acts):
            await getattr(connector, act)(ref)
            if at == 0 and between is not None:
                yard.move(ADA, raw, between)
            if read:
                yard.mark(ADA, raw, frozenset({"seen", "category:Blue"}))
        assert (await connector.restore(ref, state)).done in {Done.DONE, Done.ALREADY}
        assert sorted(yard.lying(ADA)) == before
        assert (await connector.restore(ref, state)).done is Done.ALREADY

    played(test)


async def test_a_complete_flag_of_the_owners_is_left_alone(yard, connector):
    yard.deliver(ADA, letter(1), flags=frozenset({"complete"}))
    before = yard.lying(ADA)
    ref = await ref_of(yard, connector, letter(1))
    state = await connector.state(ref)
    assert (await connector.flag(ref)).done is Done.DONE
    assert yard.item(ADA, letter(1)).flag == "complete"
    assert (await connector.flag(ref)).done is Done.ALREADY
    await connector.restore(ref, state)
    assert yard.lying(ADA) == before


async def test_the_quarantine_is_hidden_and_made_once(yard, simulator):
    letters = [letter(n) for n in range(8)]
    for raw in letters:
        yard.deliver(ADA, raw)
    first, second = yard.connector(), yard.connector()
    refs = [await ref_of(yard, first, raw) for raw in letters]
    await asyncio.gather(*(each.quarantine(ref) for ref in refs for each in (first, second)))
    folders = [each for each in yard.office.mailbox(ADA).folders() if each.name == QUARANTINE_FOLDER]
    assert [(each.hidden, len(each.items)) for each in folders] == [(True, 8)]
    for each in (first, second):
        await each.close()


async def test_a_quarantine_that_its_owner_removed_is_made_again(yard, connector):
    yard.deliver(ADA, letter(1))
    yard.deliver(ADA, letter(2))
    await connector.quarantine(await ref_of(yard, connector, letter(1)))
    for _ in range(2):  # into Deleted Items, and from there for good
        yard.office.mailbox(ADA).drop_folder(
            next(each for each in yard.office.mailbox(ADA).folders() if each.name == QUARANTINE_FOLDER)
        )
    ref = await ref_of(yard, connector, letter(2))
    with pytest.raises(Exception, match="made again"):
        await connector.quarantine(ref)
    assert (await connector.quarantine(ref)).done is Done.DONE
    assert QUARANTINE_FOLDER in {each.folder for each in yard.lying(ADA)}


async def test_what_its_owner_purged_is_deleted_already_and_can_be_quarantined(yard, connector):
    yard.deliver(ADA, letter(1), folder="Recoverable Items")
    ref = await ref_of(yard, connector, letter(1))
    assert (await connector.state(ref)).folder == "Recoverable Items"
    assert (await connector.delete(ref)).done is Done.ALREADY
    assert (await connector.quarantine(ref)).done is Done.DONE


async def test_each_act_is_done_by_the_registration_of_its_tier(yard, simulator):
    yard.deliver(ADA, letter(1))
    for tier, works in ((Tier.FLAG, "flag"), (Tier.REMEDIATE, "quarantine")):
        kept = {each: app for each, app in yard.apps.items() if each is not tier}
        connector = yard.connector(apps=kept)
        ref = await ref_of(yard, connector, letter(1))
        with pytest.raises(ConsentLost, match=rf"tenants\.m365\.apps\.{tier}"):
            await getattr(connector, works)(ref)
        await connector.close()
    blind = yard.connector(apps={Tier.REMEDIATE: yard.apps[Tier.REMEDIATE]})
    with pytest.raises(ConsentLost, match=r"tenants\.m365\.apps\.observe"):
        await blind.again(ref)
    assert (await blind.quarantine(ref)).done is Done.DONE
    await blind.close()


async def test_a_flag_is_taken_back_without_the_tier_that_moves(yard, connector):
    yard.deliver(ADA, letter(1))
    ref = await ref_of(yard, connector, letter(1))
    state = await connector.state(ref)
    await connector.flag(ref)
    flagger = yard.connector(apps={tier: app for tier, app in yard.apps.items() if tier is not Tier.REMEDIATE})
    assert (await flagger.restore(ref, state)).done is Done.DONE
    await flagger.close()
    assert yard.lying(ADA)[0].flags == frozenset()


@pytest.mark.parametrize("raw", [HTML, letter(1)])
async def test_a_warning_is_written_and_taken_away_where_it_was_granted(yard, raw):
    yard.office.grant(yard.registered[Tier.FLAG], ["Mail-Advanced.ReadWrite.All", "Mail.ReadWrite"])
    yard.deliver(ADA, raw)
    connector = yard.connector(banner=True)
    ref = await ref_of(yard, connector, raw)
    state = await connector.state(ref)
    assert (await connector.flag(ref)).done is Done.DONE
    item = yard.item(ADA, raw)
    assert "Mailkeep warns" in item.body[1]
    text = message_from_bytes((await connector.again(ref)).raw).get_payload(decode=True)
    assert b"Mailkeep warns" in text
    assert (await connector.flag(ref)).done is Done.ALREADY
    assert (await connector.restore(ref, state)).done is Done.DONE
    assert (item.body, item.categories, item.flag) == (None, (), "notFlagged")
    assert (await connector.again(ref)).raw == raw
    await connector.close()


async def test_without_the_right_to_edit_nothing_is_changed_and_the_reason_is_told(yard):
    yard.deliver(ADA, HTML)
    connector = yard.connector(banner=True)
    with pytest.raises(Refused, match=r"Mail-Advanced\.ReadWrite\.All.*banner = false"):
        await connector.flag(await ref_of(yard, connector, HTML))
    assert yard.lying(ADA)[0].flags == frozenset()
    await connector.close()


async def test_mails_of_two_mailboxes_do_not_mix(yard, connector):
    yard.deliver(ADA, letter(1))
    ref = await ref_of(yard, connector, letter(1))
    other = await box(connector, BEN)
    assert (await connector.quarantine(replace(ref, mailbox=other.id))).done is Done.GONE
    assert len((await drain(connector))[0]) == 1


async def test_a_mail_that_moves_between_look_and_deed_is_caught_all_the_same(yard, connector, simulator):
    for n in range(6):
        yard.deliver(ADA, letter(n))
    simulator.faults.meddling = type(simulator.faults.meddling)(share=1.0, folder="archive")
    refs = [await ref_of(yard, connector, letter(n)) for n in range(6)]
    done = await asyncio.gather(*(connector.quarantine(ref) for ref in refs))
    assert {each.done for each in done} == {Done.DONE}
    assert {each.folder for each in yard.lying(ADA)} == {QUARANTINE_FOLDER}
