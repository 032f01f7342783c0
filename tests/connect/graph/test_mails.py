"""Single mails."""

import pytest
from tests.connect.contract import ADA, box, drain, letter, plain
from tests.connect.graph.test_acts import ref_of
from tests.connect.graph.yard import GraphYard

from mailkeep.connect.chain import MOST_BYTES
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.mails import FRESH_S, MOST_STUMBLES, Mails
from mailkeep.connect.port import Done, Gone, Ref, Unreachable
from mailkeep.simulator.graph.faults import Faults
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.routes import Reply
from mailkeep.simulator.graph.server import GraphSimulator


async def test_a_mail_of_a_known_mailbox_costs_one_round_trip(yard, connector, simulator):
    yard.deliver(ADA, letter(1))
    yard.deliver(ADA, letter(2))
    first, second = [await ref_of(yard, connector, letter(n)) for n in (1, 2)]
    assert plain((await connector.again(first)).raw) == letter(1)
    before = simulator.service.counts.copy()
    await connector.again(second)
    assert simulator.service.counts["POST", "/$batch"] - before["POST", "/$batch"] == 1
    assert simulator.service.counts.total() - before.total() == 3  # the envelope, the metadata, the mail


async def test_a_mail_of_two_hundred_megabytes_is_read_to_a_bound_and_said(yard, connector):
    yard.deliver(ADA, b"Subject: huge\r\nMessage-ID: <huge@x>\r\n\r\n" + b"x" * (200 * 1024 * 1024))
    yard.deliver(ADA, letter(1))
    page = await connector.fetch(await box(connector), None, limit=10)
    sizes = sorted(len(each.raw) for each in page.deliveries)
    assert sizes[-1] == MOST_BYTES
    assert len(sizes) == 2 or page.more
    assert [why for _, why in page.skipped] == [f"is longer than {MOST_BYTES} bytes; only so many were looked at."]


class Unwritable(Faults):
    """Exchange cannot write out any mail."""

    async def before(self, request):
        code = {"error": {"code": "ErrorMimeContentConversionFailed", "message": "Content conversion failed."}}
        return Reply(500, code) if request.path.endswith("/$value") else await super().before(request)


async def test_a_mail_that_exchange_cannot_write_out_is_its_headers():
    async with GraphSimulator(Office(byte_true=True), faults=Unwritable()) as simulator:
        yard = GraphYard(simulator)
        yard.deliver(ADA, letter(1))
        connector = yard.connector()
        page = await connector.fetch(await box(connector), None, limit=10)
        await connector.close()
    assert b"Subject: Letter 1" in page.deliveries[0].raw
    assert "only its headers" in page.skipped[0][1]


async def test_a_mail_that_graph_always_stumbles_over_does_not_hold_up_its_mailbox(yard, connector, simulator):
    yard.deliver(ADA, letter(1))
    yard.deliver(ADA, letter(2))
    simulator.faults.upset("500", f"{yard.id_of(ADA, letter(1))}/.value")
    for _ in range(MOST_STUMBLES - 1):
        with pytest.raises(Unreachable):
            await connector.fetch(await box(connector), None, limit=10)
    page = await connector.fetch(await box(connector), None, limit=10)
    raws = {plain(each.raw).split(b"\n\n")[0]: each.raw for each in page.deliveries}
    assert len(raws) == 2
    assert letter(2) in raws.values()
    assert b"Line 1" not in next(raw for raw in raws.values() if b"Letter 1" in raw)
    assert len(page.skipped) == 1


@pytest.mark.parametrize("permission", ["Mail.ReadBasic.All", "Mail.Read"])
async def test_the_metadata_only_tier_reads_headers_and_no_more(yard, simulator, permission):
    yard.office.grant(yard.registered[Tier.OBSERVE], [permission, "User.Read.All"])
    yard.deliver(ADA, letter(1))
    connector = yard.connector(metadata_only=True)
    found, _ = await drain(connector)
    assert b"Subject: Letter 1" in found[0].raw
    assert b"Line 1 of letter" not in found[0].raw
    assert (await connector.again(found[0].ref)).raw == found[0].raw
    assert ("GET", "/users/{user}/messages/{message}/$value") not in simulator.service.counts
    await connector.close()


async def test_a_mail_without_an_id_is_nowhere(connector):
    with pytest.raises(Gone):
        await connector.again(Ref(mailbox=(await box(connector)).id, id=""))


async def test_a_mail_that_was_looked_at_this_moment_is_moved_without_a_second_look(yard, connector, simulator):
    for number in range(3):
        yard.deliver(ADA, letter(number))
    warm, known, unknown = [await ref_of(yard, connector, letter(n)) for n in range(3)]
    await connector.quarantine(warm)
    state = await connector.state(known)
    looks = ("GET", "/users/{user}/messages/{message}")
    before = simulator.service.counts[looks]
    assert (await connector.quarantine(known)).done is Done.DONE
    assert simulator.service.counts[looks] == before
    assert (await connector.quarantine(known)).done is Done.ALREADY
    assert (await connector.restore(known, state)).done is Done.DONE
    await connector.quarantine(unknown)
    assert simulator.service.counts[looks] > before


async def test_what_was_seen_is_not_believed_for_long(yard, connector):
    now = [0.0]
    mails = Mails(connector.client, connector._folders, clock=lambda: now[0])
    yard.deliver(ADA, letter(1))
    ref = await ref_of(yard, connector, letter(1))
    lay = await mails.head(ref)
    yard.move(ADA, letter(1), "Trash")
    mails.note(ref, lay)
    assert await mails.before_move(ref) == lay
    mails.note(ref, lay)
    now[0] += FRESH_S
    assert (await mails.before_move(ref)).folder != lay.folder


async def test_a_mail_that_vanished_after_the_look_is_gone(yard, connector):
    yard.deliver(ADA, letter(1))
    ref = await ref_of(yard, connector, letter(1))
    await connector.state(ref)
    yard.remove(ADA, letter(1))
    assert (await connector.quarantine(ref)).done is Done.GONE
