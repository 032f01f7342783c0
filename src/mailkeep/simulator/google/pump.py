"""Pushes what waits in a Pub/Sub subscription to its endpoint, signed as Google signs, again and again until it is taken.

Source: docs.cloud.google.com/pubsub/docs/push, …/authenticate-push-subscriptions.
"""

import asyncio
from contextlib import suppress
from hashlib import sha256

import aiohttp

from mailkeep.simulator.google.queues import Notice, Push, Subscription
from mailkeep.simulator.google.tokens import LIFE_S
from mailkeep.simulator.google.workspace import Workspace

TAKEN = frozenset({102, 200, 201, 202, 204})
"""Answers that acknowledge."""
AT_ONCE = 32
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 60.0


class Pump:
    """One worker for each subscription that pushes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._pubsub = workspace.pubsub
        self._workers: dict[Subscription, asyncio.Task[None]] = {}
        self._overseer: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}

    def start(self) -> None:
        """From now on what waits is pushed."""
        self._session = aiohttp.ClientSession()
        self._overseer = asyncio.create_task(self._oversee())

    async def stop(self) -> None:
        """No more."""
        tasks = [*self._workers.values(), *([self._overseer] if self._overseer else [])]
        self._workers.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _oversee(self) -> None:
        while True:
            for each in self._pubsub.subscriptions.values():
                if each.push is not None and each not in self._workers:
                    self._workers[each] = asyncio.create_task(self._empty(each, each.push))
            await self._pubsub.pushes.wait()
            self._pubsub.pushes.clear()

    async def _empty(self, subscription: Subscription, push: Push) -> None:
        async with asyncio.TaskGroup() as group:
            room = asyncio.Semaphore(AT_ONCE)
            while self._pubsub.subscriptions.get(subscription.name) is subscription:
                await room.acquire()
                found = subscription.lease(1, self._workspace.clock())
                if not found:
                    room.release()
                    subscription.stirred.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(subscription.stirred.wait(), subscription.deadline_s)
                    continue
                ack, notice = found[0]
                task = group.create_task(self._deliver(subscription, push, ack, notice))
                task.add_done_callback(lambda _: room.release())

    async def _deliver(self, subscription: Subscription, push: Push, ack: str, notice: Notice) -> None:
        if await self._taken(subscription, push, notice):
            subscription.acknowledge(ack)
            return
        await asyncio.sleep(min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (notice.attempts - 1)))
        if subscription.leases.pop(ack, None) is not None:
            subscription.put(notice)

    async def _taken(self, subscription: Subscription, push: Push, notice: Notice) -> bool:
        assert self._session is not None
        shown = notice.shown()
        both = shown | {"message_id": shown["messageId"], "publish_time": shown["publishTime"]}
        headers = {"Authorization": f"Bearer {self._token(push)}"} if push.account else {}
        timeout = aiohttp.ClientTimeout(total=subscription.deadline_s)
        body = {"message": both, "subscription": subscription.name}
        try:
            async with self._session.post(push.endpoint, json=body, headers=headers, timeout=timeout) as reply:
                return reply.status in TAKEN
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def _token(self, push: Push) -> str:
        """A token for the endpoint; one serves for half an hour."""
        audience, now = push.audience or push.endpoint, self._workspace.clock()
        token, until = self._tokens.get((push.account, audience), ("", 0.0))
        if not until - LIFE_S / 2 <= now < until:
            number = str(int(sha256(push.account.encode()).hexdigest()[:16], 16))
            claims = {"aud": audience, "azp": number, "sub": number, "email": push.account, "email_verified": True}
            token, until = self._workspace.keyring.signed_by_google(claims), now + LIFE_S / 2
            self._tokens[push.account, audience] = token, until
        return token
