"""Promises of notices, and the notices themselves."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from tests.connect.contract import ADA, BEN, box, letter
from tests.connect.wire_yard import answering

from mailkeep.connect.graph.notices import read_notices
from mailkeep.connect.graph.subscriptions import Promises
from mailkeep.connect.port import Gone, Hook, Promising, Pushing, Ref, Refused


@pytest.fixture
async def ear():
    """An address of ours that answers Graph's question and keeps the notices."""
    notices = asyncio.Queue()

    async def answer(request):
        if "validationToken" in request.query:
            return web.Response(text=request.query["validationToken"])
        notices.put_nowait(await request.read())
        return web.Response(status=202)

    async with answering(answer) as line:
        line.notices = notices
        yield line


def hook(ear):
    return Hook(url=f"{ear.url}/notices", lifecycle_url=f"{ear.url}/lifecycle", secret="s" * 128)


def test_the_connector_fits(yard):
    connector = yard.connector()
    assert isinstance(connector, Pushing)
    assert isinstance(connector, Promising)


async def test_new_mail_is_told_with_the_id_that_stays(yard, connector, ear):
    promise = await connector.subscribe(await box(connector), hook(ear))
    assert timedelta(days=6.9) < promise.expires_at - datetime.now(UTC) < timedelta(days=7)
    yard.deliver(ADA, letter(1))
    notices, strange = read_notices(await asyncio.wait_for(ear.notices.get(), 10))
    assert (strange, notices[0].subscription, notices[0].client_state) == (0, promise.id, "s" * 128)
    mail = await connector.again(Ref(mailbox=promise.mailbox, id=notices[0].ref))
    assert mail.raw == letter(1)
    assert notices[0].ref == yard.id_of(ADA, letter(1))


async def test_a_promise_is_renewed_listed_and_ended(yard, connector, ear, simulator):
    mailbox = await box(connector)
    early = Promises(connector.client, lambda: datetime.now(UTC) - timedelta(days=3))
    short = await early.subscribe(mailbox, hook(ear))
    longer = await connector.renew(short)
    assert longer.id == short.id
    assert longer.expires_at > short.expires_at + timedelta(days=2)
    assert await connector.promises() == (longer,)
    await connector.unsubscribe(longer)
    await connector.unsubscribe(longer)
    assert await connector.promises() == ()
    with pytest.raises(Gone):
        await connector.renew(longer)


async def test_a_second_promise_for_a_mailbox_is_refused(yard, connector, ear):
    await connector.subscribe(await box(connector), hook(ear))
    with pytest.raises(Refused, match="stands already"):
        await connector.subscribe(await box(connector), hook(ear))
    assert (await connector.subscribe(await box(connector, BEN), hook(ear))).id


async def test_an_address_that_does_not_answer_is_told(yard, connector):
    with pytest.raises(Refused, match=r"subscribing to new mail of ada@corp\.example"):
        await connector.subscribe(await box(connector), Hook(url="http://127.0.0.1:9/nobody"))
