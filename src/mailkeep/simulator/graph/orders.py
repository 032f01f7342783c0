"""What `POST /_sim/faults` may say, so that a test, a benchmark or a demo in another process can break things."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.faults import Faults, Meddling, NoticeFaults, Upset
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.subscriptions import Subscriptions
from mailkeep.simulator.graph.throttle import Limits, Throttle

_A_YEAR = timedelta(days=365)


class Orders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in it is done; what is left out stays as it is."""

    clear: bool = False
    """All faults end first."""
    seed: int | None = None
    upsets: tuple[Upset, ...] = ()
    """Added to those there are."""
    notices: NoticeFaults | None = None
    meddling: Meddling | None = None
    clock_skew_s: float | None = None
    down_s: float | None = None
    """The service refuses connections for so long."""
    limits: Limits | None = None
    """How much is too much from now on."""
    revoke: tuple[str, ...] = ()
    """Apps, by name or client id, whose consent is taken away."""
    grant: dict[str, tuple[str, ...]] = {}
    """App → the permissions it has from now on."""
    expire: tuple[str, ...] = ()
    """Apps whose secrets and certificates are no longer accepted."""
    renew: tuple[str, ...] = ()
    """Apps whose secrets are accepted for another year."""
    expire_deltas: tuple[str, ...] = ()
    """Mailboxes, by address, that know no delta token any more."""
    remove_subscriptions: bool = False
    """All of them, with a word to their lifecycle addresses."""
    forget_subscriptions: bool = False
    """All of them, without a word."""
    missed: bool = False
    """Every lifecycle address hears that notices were lost."""
    reauthorize: bool = False
    """Every lifecycle address is asked to reauthorize."""


class Disorder:
    """Carries orders out on one simulator."""

    def __init__(
        self,
        office: Office,
        faults: Faults,
        subscriptions: Subscriptions,
        throttle: Throttle,
        rest: Callable[[float], Awaitable[None]],
    ) -> None:
        """Takes: rest, which closes the service for so many seconds."""
        self.office, self.faults, self.subscriptions, self.throttle = office, faults, subscriptions, throttle
        self._rest = rest

    async def follow(self, said: dict[str, Any]) -> dict[str, Any]:
        """Does it; gives how often each fault was played. Raises: msgspec.ValidationError."""
        orders = msgspec.convert(said, Orders)
        self._faults(orders)
        self._tenant(orders)
        self._promises(orders)
        if orders.down_s is not None:
            await self._rest(orders.down_s)
        return {"played": dict(self.faults.count)}

    def _faults(self, orders: Orders) -> None:
        faults = self.faults
        if orders.clear:
            faults.clear()
        faults.seed = faults.seed if orders.seed is None else orders.seed
        faults.notices = orders.notices or faults.notices
        faults.meddling = orders.meddling or faults.meddling
        faults.clock_skew_s = faults.clock_skew_s if orders.clock_skew_s is None else orders.clock_skew_s
        self.throttle.limits = orders.limits or self.throttle.limits
        for each in orders.upsets:
            faults.plan(each)

    def _tenant(self, orders: Orders) -> None:
        for spelled in orders.revoke:
            self.office.grant(self._app(spelled), ())
        for spelled, permissions in orders.grant.items():
            self.office.grant(self._app(spelled), permissions)
        for spelled in orders.expire:
            app = self._app(spelled)
            app.certificates.clear()
            for secret in app.secrets:
                secret.expires = self.office.now()
        for spelled in orders.renew:
            for secret in self._app(spelled).secrets:
                secret.expires = self.office.now() + _A_YEAR
        for address in orders.expire_deltas:
            self.office.mailbox(address).expire_deltas()

    def _promises(self, orders: Orders) -> None:
        for each in tuple(self.subscriptions.by_id.values()):
            if orders.missed:
                self.subscriptions.say_missed(each)
            if orders.reauthorize:
                self.subscriptions.ask_reauthorize(each)
            if orders.remove_subscriptions:
                self.subscriptions.remove(each)
            if orders.forget_subscriptions:
                self.subscriptions.forget(each)

    def _app(self, spelled: str) -> App:
        for app in self.office.apps.values():
            if spelled in {app.name, app.client_id}:
                return app
        raise msgspec.ValidationError(f"no app {spelled!r} in the tenant")
