"""What goes wrong, on demand: lost, doubled, late and shuffled notices, bad answers, outages, revoked rights, moving mail.

Set at run time by a test, or through `POST /_sim/faults` with the same names. Everything left to chance follows the seed.
"""

import asyncio
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Literal

import msgspec

from mailkeep.simulator.google.calls import Call, Refusal, Reply
from mailkeep.simulator.google.queues import Notice

if TYPE_CHECKING:
    from mailkeep.simulator.google.workspace import Workspace

_HTML = b"<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>The server encountered a temporary error."
_REASONS = {500: "backendError", 502: "backendError", 503: "backendError", 504: "backendError", 404: "notFound"}
_ACTS = ("/modify", "/trash", "/untrash", "/batchModify")


class Notices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to notices on their way: shares of 1."""

    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    """Held back by up to a second, so that later ones overtake."""
    delay_s: float = 0.0
    """Every one comes that much later."""


class Stumble(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Bad answers to requests whose path holds a word."""

    status: int = 503
    path: str = ""
    """Part of the path; empty: every one."""
    method: str = ""
    times: int = -1
    """How many more; -1 without end."""
    share: float = 1.0
    reason: str = ""
    """Google's word; default by the status."""
    retry_after_s: int | None = None
    shape: Literal["json", "html", "empty", "cut", "lost"] = "json"
    """html: a page with that status; empty: nothing at all. After the deed is done: cut: the true answer, broken off;
    lost: the error in place of the true answer."""


class Orders(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A change of faults, as it comes over the wire; what is left out stays."""

    clear: bool = False
    notices: Notices | None = None
    stumbles: tuple[Stumble, ...] = ()
    hang_s: float | None = None
    skew_s: float | None = None
    move: float | None = None
    remove: float | None = None
    exhausted: str | None = None
    history_404: int | None = None
    revoke: tuple[str, ...] = ()
    """Service accounts, by name, whose delegation ends."""
    grant: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Service accounts and the scopes delegated to them from now on."""
    disable_keys: tuple[str, ...] = ()
    enable_keys: tuple[str, ...] = ()
    stop_watching: bool = False


class Faults:
    """The faults in force."""

    def __init__(self, workspace: "Workspace", seed: int = 0) -> None:
        self.workspace = workspace
        self.rng = Random(seed)  # noqa: S311 - made-up trouble, not secrets
        self.played: dict[str, int] = {}
        """How often each fault struck."""
        self.clear()

    def clear(self) -> None:
        """All is well again, but for rights that were taken away."""
        self.notices = Notices()
        self.stumbles: list[Stumble] = []
        self.hang_s = 0.0
        """Every answer waits that long, as from a server that hangs."""
        self.workspace.skew_s = 0.0
        self.move = 0.0
        """Share of acts before which the user puts the mail into another place."""
        self.remove = 0.0
        """Share of acts before which the user removes the mail for good."""
        self.exhausted = ""
        """A quota reason (dailyLimitExceeded, userRateLimitExceeded, rateLimitExceeded) that every call gets."""
        self.history_404 = 0
        """So many history.list calls are answered 404."""

    def stumble(self, status: int = 503, **how: object) -> None:
        """Bad answers from now on. Takes: the fields of `Stumble`."""
        self.stumbles.append(msgspec.convert({"status": status, **how}, Stumble))

    def obey(self, orders: Orders) -> None:
        """Puts these faults in force. Raises: Refusal for a service account nobody made; then nothing has changed."""
        for app in (*orders.revoke, *orders.grant, *orders.disable_keys, *orders.enable_keys):
            if app not in {account.name for account in self.workspace.keyring.accounts.values()}:
                raise Refusal(400, "invalid", f"{app} is no service account here. Name one that was made.")
        if orders.clear:
            self.clear()
        for name in ("notices", "hang_s", "move", "remove", "exhausted", "history_404"):
            value = getattr(orders, name)
            if value is not None:
                setattr(self, name, value)
        if orders.skew_s is not None:
            self.workspace.skew_s = orders.skew_s
        self.stumbles.extend(orders.stumbles)
        for app in orders.revoke:
            self.workspace.revoke(app)
        for app, words in orders.grant.items():
            self.workspace.grant(app, words)
        for app in (*orders.disable_keys, *orders.enable_keys):
            for key in self.workspace.keyring.account(app).keys.values():
                key.disabled = app in orders.disable_keys
        if orders.stop_watching:
            self.workspace.watches.by_address.clear()

    async def before(self, call: Call) -> Reply | None:
        """An answer in place of the true one, or None."""
        if self.hang_s:
            self._count("hang")
            await asyncio.sleep(self.hang_s)
        if self.exhausted and call.path.startswith(("/gmail", "/admin")):
            self._count(self.exhausted)
            status = 429 if self.exhausted == "rateLimitExceeded" else 403
            return Refusal(status, self.exhausted, "Quota exceeded.").reply()
        if self.history_404 and call.path.endswith("/history"):
            self.history_404 -= 1
            self._count("history_404")
            return Refusal(404, "notFound", "Requested entity was not found.").reply()
        stumble = self._strikes(call, done=False)
        if (self.move or self.remove) and call.path.endswith(_ACTS):
            self._meddle(call)
        return None if stumble is None else _bad(stumble)

    def after(self, call: Call, reply: Reply) -> Reply:
        """The answer as it leaves."""
        stumble = self._strikes(call, done=True)
        if stumble is None:
            return reply
        if stumble.shape == "lost":
            return _bad(stumble)
        return msgspec.structs.replace(reply, body=reply.body[: len(reply.body) * 2 // 3], garbled=True)

    def scatter(self, notice: Notice, hand_on: Callable[[Notice], None]) -> None:
        """Sends a notice on its way: not at all, once or twice, now or later."""
        how = self.notices
        if how.drop and self.rng.random() < how.drop:
            self._count("drop")
            return
        copies = 1
        if how.duplicate and self.rng.random() < how.duplicate:
            self._count("duplicate")
            copies = 2
        for _ in range(copies):
            delay = how.delay_s
            if how.reorder and self.rng.random() < how.reorder:
                self._count("reorder")
                delay += self.rng.random()
            if delay:
                asyncio.get_running_loop().call_later(delay, hand_on, notice)
            else:
                hand_on(notice)

    def _strikes(self, call: Call, *, done: bool) -> Stumble | None:
        """The stumble that strikes now, before the deed or after it."""
        for each in self.stumbles:
            if (each.shape in {"cut", "lost"}) is not done or each.path not in call.path or each.times == 0:
                continue
            if each.method and each.method != call.method:
                continue
            if each.share < 1 and self.rng.random() >= each.share:
                continue
            each.times -= each.times > 0
            self._count(f"{each.shape} {each.status}")
            return each
        return None

    def _meddle(self, call: Call) -> None:
        """The user is quicker than the act that is about to happen."""
        mailbox = call.mailbox()
        mail_id = call.params.get("id") or next(iter(call.json().get("ids") or ("",)))
        mail = mailbox.mails.get(mail_id)
        if mail is None:
            return
        if self.rng.random() < self.remove:
            self._count("remove")
            mailbox.remove(mail)
        elif self.rng.random() < self.move:
            self._count("move")
            mailbox.relabel(mail, add=("STARRED",), remove=("INBOX", "UNREAD"))

    def _count(self, what: str) -> None:
        self.played[what] = self.played.get(what, 0) + 1


def _bad(stumble: Stumble) -> Reply:
    headers = {} if stumble.retry_after_s is None else {"Retry-After": str(stumble.retry_after_s)}
    if stumble.shape == "html":
        kind = "text/html; charset=UTF-8"
        return Reply(status=stumble.status, body=_HTML, type=kind, headers=headers, garbled=True)
    if stumble.shape == "empty":
        return Reply(status=stumble.status, headers=headers, garbled=True)
    reason = stumble.reason or _REASONS.get(stumble.status, "backendError")
    return Refusal(stumble.status, reason, "Backend Error", headers=headers).reply()
