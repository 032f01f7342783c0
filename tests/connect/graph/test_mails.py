"""Single mails."""

import pytest
from tests.connect.contract import ADA, box, drain, letter, plain
from tests.connect.graph.test_acts import ref_of

from mailkeep.connect.chain import MOST_BYTES
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import Gone, Ref


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


async def test_a_mail_that_exchange_cannot_write_out_is_its_headers(yard, connector, simulator):
    yard.deliver(ADA, letter(1))
    code = {"error": {"code": "ErrorMimeContentConversionFailed", "message": "no"}}
    played = simulator.faults.before

    async def before(request):
        if request.path.endswith("/$value"):
            return type(await_reply)(500, code)
        return await played(request)

    from mailkeep.simulator.graph.routes import Reply

    await_reply = Reply(200)
    simulator.faults.before = before
    page = await connector.fetch(await box(connector), None, limit=10)
    assert b"Subject: Letter 1" in page.deliveries[0].raw
    assert "only its headers" in page.skipped[0][1]


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
