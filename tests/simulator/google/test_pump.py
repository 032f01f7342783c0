"""Pushed notices."""

import asyncio
import base64

import jwt
import pytest
from aiohttp import web
from tests.simulator.google.desk import ADA, letter, until

from mailkeep.simulator.google.queues import Push


class Endpoint:
    """A web hook that answers as it is told."""

    def __init__(self):
        self.heard, self.answers = [], []
        self.any = asyncio.Event()

    async def __call__(self, request):
        self.heard.append((request.headers.get("Authorization", ""), await request.json()))
        self.any.set()
        return web.Response(status=self.answers.pop(0) if self.answers else 204)

    async def until(self, number):
        async with asyncio.timeout(10):
            while len(self.heard) < number:
                self.any.clear()
                await self.any.wait()


@pytest.fixture
async def endpoint():
    made = Endpoint()
    runner = web.ServerRunner(web.Server(made), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
def queue(workspace, sim, endpoint):
    push = Push(endpoint.url, "pusher@mailkeep-sim.iam.gserviceaccount.com", "https://us.example/hook")
    return workspace.pubsub.subscription("push", "notices", push=push)


async def settled(queue):
    await until(lambda: not queue.waiting and not queue.leases)


async def test_a_notice_is_pushed_with_a_token_that_google_signed(desk, workspace, clock, endpoint, queue):
    await desk.gmail("POST", "/watch", {"topicName": queue.topic})
    workspace.deliver(ADA, letter())
    await endpoint.until(1)
    bearer, body = endpoint.heard[0]
    assert body["subscription"] == queue.name
    assert ADA.encode() in base64.urlsafe_b64decode(body["message"]["data"])
    assert body["message"]["messageId"] == body["message"]["message_id"]
    public = workspace.keyring.google.private.public_key()
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(
        bearer.removeprefix("Bearer "), public, algorithms=["RS256"], audience=queue.push.audience, options=options
    )
    assert (claims["email"], claims["email_verified"]) == (queue.push.account, True)
    assert claims["exp"] > clock.now
    await settled(queue)
    assert queue.acknowledged == 1


async def test_a_notice_that_is_not_taken_comes_again(workspace, endpoint, queue):
    endpoint.answers = [500, 403, 202]
    workspace.pubsub.publish(queue.topic, b"x")
    await endpoint.until(3)
    await settled(queue)
    assert len({body["message"]["messageId"] for _, body in endpoint.heard}) == 1
    assert queue.acknowledged == 1


async def test_an_endpoint_out_of_reach_loses_nothing(workspace, sim, endpoint):
    queue = workspace.pubsub.subscription("push", "notices", push=Push("http://127.0.0.1:9/nobody"))
    workspace.pubsub.publish(queue.topic, b"x")
    await asyncio.sleep(0.05)
    queue.push.endpoint = endpoint.url
    await endpoint.until(1)
    assert endpoint.heard[0][0] == ""


async def test_a_removed_subscription_is_pushed_no_more(workspace, endpoint, queue):
    workspace.pubsub.publish(queue.topic, b"x")
    await endpoint.until(1)
    await settled(queue)
    del workspace.pubsub.subscriptions[queue.name]
    workspace.pubsub.publish(queue.topic, b"y")
    await asyncio.sleep(0.05)
    assert len(endpoint.heard) == 1


async def test_many_notices_all_arrive(workspace, endpoint, queue):
    for number in range(200):
        workspace.pubsub.publish(queue.topic, b"%d" % number)
    await settled(queue)
    assert queue.acknowledged == 200
    assert len(endpoint.heard) == 200
