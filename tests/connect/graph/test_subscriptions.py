"""Promises of notices, and the notices themselves."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from tests.connect.contract import ADA, BEN, box, letter
from tests.connect.graph.yard import pem
from tests.connect.wire_yard import answering

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.graph.notices import read_post
from mailkeep.connect.graph.rich import opened, seal_of
from mailkeep.connect.graph.subscriptions import Promises
from mailkeep.connect.port import Gone, Hook, Promising, Pushing, Ref, Refused, Unreachable


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


def hook(ear, **more):
    return Hook(url=f"{ear.url}/notices", lifecycle_url=f"{ear.url}/lifecycle", secret="s" * 128, **more)


def test_the_connector_fits(yard):
    connector = yard.connector()
    assert isinstance(connector, Pushing)
    assert isinstance(connector, Promising)


async def test_new_mail_is_told_with_the_id_that_stays(yard, connector, ear):
    promise = await connector.subscribe(await box(connector), hook(ear))
    assert timedelta(days=6.9) < promise.expires_at - datetime.now(UTC) < timedelta(days=7)
    yard.deliver(ADA, letter(1))
    post = read_post(await asyncio.wait_for(ear.notices.get(), 10))
    (notice,) = post.notices
    assert (post.strange, post.tokens, notice.sealed) == (0, (), None)
    assert (notice.subscription, notice.client_state) == (promise.id, "s" * 128)
    mail = await connector.again(Ref(mailbox=promise.mailbox, id=notice.ref))
    assert mail.raw == letter(1)
    assert notice.ref == yard.id_of(ADA, letter(1))


async def test_a_sealed_notice_carries_whether_it_tells_of_a_draft(yard, connector, ear):
    certificate = read_certificate(pem("notices")[0], "notices.pem")
    promise = await connector.subscribe(await box(connector), hook(ear, seal=seal_of(certificate)))
    assert promise.seal == certificate.name
    yard.deliver(ADA, letter(1))
    yard.office.draft(ADA, letter(2))
    post = read_post(await asyncio.wait_for(ear.notices.get(), 10))
    assert len(post.tokens) == 1
    assert [opened(notice.sealed, certificate).is_draft for notice in post.notices] == [False, True]


async def test_a_sealed_promise_lives_a_day_and_is_renewed_for_another(yard, connector, ear, simulator):
    certificate = read_certificate(pem("notices")[0], "notices.pem")
    early = Promises(connector.client, lambda: datetime.now(UTC) - timedelta(hours=12))
    promise = await early.subscribe(await box(connector), hook(ear, seal=seal_of(certificate)))
    longer = await connector.renew(promise)
    assert timedelta(hours=23) < longer.expires_at - datetime.now(UTC) < timedelta(hours=24)
    assert await connector.promises() == (longer,)
    assert longer.seal == certificate.name


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
    says = r"subscribing to new mail of ada@corp\.example: Graph asked http://127\.0\.0\.1:9/nobody whether somebody is there"
    with pytest.raises(Unreachable, match=says):
        await connector.subscribe(await box(connector), Hook(url="http://127.0.0.1:9/nobody"))
