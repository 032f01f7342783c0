"""Who asked to be told of changed messages, and the telling.

A subscription is made after both its addresses have echoed a token, is renewed by PATCH, and ends without a word when it
expires; when the tenant takes the permission away or Microsoft drops it, its lifecycle address hears of it. Source: Graph,
"Receive change notifications through webhooks", "Reduce missing change notifications".
"""

import asyncio
from uuid import uuid4

import aiohttp

from mailkeep.simulator.graph.faults import Faults
from mailkeep.simulator.graph.mailbox import Change
from mailkeep.simulator.graph.office import Office, Person
from mailkeep.simulator.graph.promise import Key, Promise, asked_for, expiry
from mailkeep.simulator.graph.pump import Letterhead, Notice, Pump
from mailkeep.simulator.graph.rich import validation_token
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.wording import MESSAGE

MOST_PER_MAILBOX = 1000
HANDSHAKE_S = 10.0
_REAUTHORIZE_BEFORE_S = 15 * 60.0
_TICK_S = 1.0


class Subscriptions:
    """All of the tenant's. Hears every change to a message and tells the pump."""

    def __init__(self, office: Office, pump: Pump, faults: Faults, *, handshake_s: float = HANDSHAKE_S) -> None:
        self.office, self.pump, self.faults = office, pump, faults
        self.handshake_s = handshake_s
        self.by_id: dict[str, Promise] = {}
        self._of_mailbox: dict[int, list[Promise]] = {}
        self._reserved: set[Key] = set()
        """Those whose addresses are being validated."""
        self._clockwork: asyncio.Task[None] | None = None
        office.listeners.append(self._heard)

    async def start(self) -> None:
        """Notices leave from now on, and time passes for subscriptions."""
        await self.pump.start()
        self._clockwork = asyncio.create_task(self._tick_on())

    async def close(self) -> None:
        """Stops both."""
        if self._clockwork is not None:
            self._clockwork.cancel()
            await asyncio.gather(self._clockwork, return_exceptions=True)
        await self.pump.close()

    def of(self, person: Person) -> list[Promise]:
        """Those about a person's mailbox."""
        return self._of_mailbox.setdefault(person.number, [])

    # what Microsoft does of itself

    def tick(self) -> None:
        """What time brings: the expired go silently, who lost the permission is dropped, who nears the end is asked."""
        now = self.office.clock()
        for each in tuple(self.by_id.values()):
            if each.expires <= now:
                self.forget(each)
            elif not each.lawful or each.place.person.id not in self.office.people:
                self.remove(each)
            elif each.expires - now <= _REAUTHORIZE_BEFORE_S and not each.reauthorize:
                self.ask_reauthorize(each)

    def forget(self, promise: Promise) -> None:
        """Drops it without a word."""
        self.by_id.pop(promise.id, None)
        standing = self.of(promise.place.person)
        if promise in standing:
            standing.remove(promise)

    def remove(self, promise: Promise) -> None:
        """Drops it, and says so to its lifecycle address."""
        self.forget(promise)
        self._tell_lifecycle(promise, "subscriptionRemoved")

    def ask_reauthorize(self, promise: Promise) -> None:
        """Asks the app to show its permission again."""
        promise.reauthorize = True
        self._tell_lifecycle(promise, "reauthorizationRequired")

    def say_missed(self, promise: Promise) -> None:
        """Admits that notices were lost."""
        self._tell_lifecycle(promise, "missed")

    # requests

    def routes(self) -> tuple[Route, ...]:
        """For the server."""
        return (
            Route("GET", "/subscriptions", self._list),
            Route("POST", "/subscriptions", self._create),
            Route("GET", "/subscriptions/{subscription}", self._get),
            Route("PATCH", "/subscriptions/{subscription}", self._renew),
            Route("DELETE", "/subscriptions/{subscription}", self._delete),
            Route("POST", "/subscriptions/{subscription}/reauthorize", self._reauthorize),
        )

    def _list(self, request: Request) -> Reply:
        now = self.office.clock()
        mine = [each.json() for each in self.by_id.values() if each.app is request.app and each.expires > now]
        return Reply(200, {"@odata.context": request.context("subscriptions"), "value": mine})

    def _get(self, request: Request) -> Reply:
        return _told(request, 200, self._mine(request))

    async def _create(self, request: Request) -> Reply:
        promise = asked_for(request)
        now = self.office.clock()
        standing = [each for each in self.of(promise.place.person) if each.expires > now]
        if promise.key in self._reserved or promise.key in {each.key for each in standing}:
            says = "A subscription for the same resource and change type exists already; renew that one."
            raise GraphError(409, "Conflict", says)
        if len(standing) >= MOST_PER_MAILBOX:
            says = f"The mailbox has {MOST_PER_MAILBOX} active subscriptions already."
            raise GraphError(403, "Forbidden", says)
        self._reserved.add(promise.key)
        try:
            for url in filter(None, (promise.url, promise.lifecycle_url)):
                await self._shake_hands(url)
        finally:
            self._reserved.discard(promise.key)
        self.by_id[promise.id] = promise
        self.of(promise.place.person).append(promise)
        return _told(request, 201, promise)

    def _renew(self, request: Request) -> Reply:
        promise, body = self._mine(request), request.json()
        if {name for name in body if "@" not in name} - {"expirationDateTime", "id"}:
            raise GraphError(400, "InvalidRequest", "Only expirationDateTime of a subscription can be changed.")
        promise.expires = expiry(self.office, body, rich=promise.seal is not None)
        promise.reauthorize = False
        return _told(request, 200, promise)

    def _reauthorize(self, request: Request) -> Reply:
        self._mine(request).reauthorize = False
        return Reply(204)

    def _delete(self, request: Request) -> Reply:
        self.forget(self._mine(request))
        return Reply(204)

    def _mine(self, request: Request) -> Promise:
        found = self.by_id.get(request.params["subscription"])
        if found is None or found.app is not request.app or found.expires <= self.office.clock():
            raise GraphError(404, "ResourceNotFound", "The object was not found.")
        return found

    async def _shake_hands(self, url: str) -> None:
        """Raises: GraphError when the address does not echo the token, decoded, as plain text in time."""
        token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid4()} 100% +&="
        says = "Subscription validation request failed."
        try:
            status, kind, body = await self.pump.ask(url, {"validationToken": token}, self.handshake_s)
        except TimeoutError as error:
            raise GraphError(400, "ValidationError", f"{says} The request timed out.") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise GraphError(400, "ValidationError", f"{says} The address could not be reached.") from error
        if status != 200:
            raise GraphError(400, "ValidationError", f"{says} It must be answered 200 OK, not {status}.")
        if kind != "text/plain" or body != token:
            raise GraphError(400, "ValidationError", f"{says} The token was not echoed as text/plain.")

    # notices

    def _heard(self, change: Change) -> None:
        now = self.office.clock()
        for each in tuple(self._of_mailbox.get(change.mailbox.number, ())):
            kind = each.hears(change)
            if not kind or each.expires <= now:
                continue
            if each.lawful:
                self._notify(each, change, kind)
            else:
                self.remove(each)

    def _notify(self, promise: Promise, change: Change, kind: str) -> None:
        item, mailbox = change.item, change.mailbox
        fate = self.faults.fate(mailbox.number, item.number)
        message = mailbox.item_id(item, immutable=promise.immutable)
        head = Letterhead(promise.url, promise.id, lambda: self.say_missed(promise))
        notice = Notice(head, promise.notice(self.office, kind, message))
        if promise.seal is not None:
            content = {name: MESSAGE[name](item) for name in promise.place.select if name in MESSAGE}
            notice.says["encryptedContent"] = promise.seal.close({**notice.says["resourceData"], **content})
            notice.token = validation_token(self.office, promise.app)
        self.pump.send(notice, fate, overtaken=self.faults.overtaken(mailbox.number, item.number))

    def _tell_lifecycle(self, promise: Promise, event: str) -> None:
        if promise.lifecycle_url:
            self.pump.send(Notice(Letterhead(promise.lifecycle_url, promise.id), promise.lifecycle(self.office, event)))

    async def _tick_on(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            self.tick()


def _told(request: Request, status: int, promise: Promise) -> Reply:
    return Reply(status, {"@odata.context": request.context("subscriptions/$entity"), **promise.json()})
