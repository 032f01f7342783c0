"""How much may be asked: Gmail's units per user and project, in any sixty seconds, and how many requests at once.

What is counted is kept, so that a test can assert that not one request was over the limit (`Meter.refused == 0`).
Source: developers.google.com/workspace/gmail/api/reference/quota; the number of requests at once is not published.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from mailkeep.simulator.google.calls import Refusal

_COSTS = {
    "gmail.users.getProfile": 1,
    "gmail.users.watch": 100,
    "gmail.users.stop": 50,
    "gmail.users.history.list": 2,
    "gmail.users.labels.list": 1,
    "gmail.users.labels.get": 1,
    "gmail.users.labels.create": 5,
    "gmail.users.labels.update": 5,
    "gmail.users.labels.patch": 5,
    "gmail.users.labels.delete": 5,
    "gmail.users.messages.list": 5,
    "gmail.users.messages.get": 20,
    "gmail.users.messages.attachments.get": 20,
    "gmail.users.messages.modify": 5,
    "gmail.users.messages.batchModify": 50,
    "gmail.users.messages.trash": 5,
    "gmail.users.messages.untrash": 5,
    "gmail.users.messages.delete": 10,
    "gmail.users.messages.batchDelete": 50,
    "gmail.users.messages.import": 25,
    "gmail.users.messages.insert": 25,
    "gmail.users.messages.send": 100,
    "gmail.users.threads.list": 10,
    "gmail.users.threads.get": 40,
    "gmail.users.threads.modify": 10,
    "gmail.users.settings.filters.create": 5,
    "gmail.users.settings.filters.delete": 5,
    "gmail.users.settings.delegates.create": 100,
    "gmail.users.settings.delegates.delete": 5,
    "gmail.users.settings.forwardingAddresses.create": 100,
    "gmail.users.settings.forwardingAddresses.delete": 5,
    "gmail.users.settings.updateAutoForwarding": 5,
    "gmail.users.settings.updateVacation": 5,
}
"""Units of a method; what is not named costs 1."""


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """What a project may ask of Gmail."""

    user_per_minute: int
    project_per_minute: int = 1_200_000
    costs: dict[str, int] = msgspec.field(default_factory=lambda: _COSTS)
    at_once: int = 50
    """Requests for one user under way at the same moment."""
    directory_per_minute: int = 2_400
    """Requests to Directory and Reports, a user and API."""

    def cost(self, method: str) -> int:
        """Units of one call."""
        return self.costs.get(method, 1)


QUOTA_2026 = Quota(user_per_minute=6_000)
"""Cloud projects made on or after 1 May 2026."""
QUOTA_OLD = Quota(
    user_per_minute=15_000,
    costs=_COSTS
    | {
        "gmail.users.messages.get": 5,
        "gmail.users.messages.attachments.get": 5,
        "gmail.users.threads.get": 10,
    },
)
"""Projects before that."""
QUOTAS = {"2026": QUOTA_2026, "older": QUOTA_OLD}


@dataclass(slots=True)
class Window:
    """What was spent in the last minute under one key."""

    spent: deque[tuple[float, int]] = field(default_factory=deque)
    sum: int = 0
    most: int = 0
    """The highest sum there ever was."""

    def left(self, now: float, limit: int) -> int:
        """Units still free."""
        while self.spent and self.spent[0][0] <= now - 60:
            self.sum -= self.spent.popleft()[1]
        return limit - self.sum

    def spend(self, now: float, units: int) -> None:
        """Takes these."""
        self.spent.append((now, units))
        self.sum += units
        self.most = max(self.most, self.sum)


class Meter:
    """Counts what is asked and refuses what is too much."""

    def __init__(self, quota: Quota, clock: Callable[[], float]) -> None:
        self.quota = quota
        self.asked = 0
        self.refused = 0
        """Requests that were over a limit."""
        self.windows: dict[str, Window] = defaultdict(Window)
        self.under_way: dict[str, int] = defaultdict(int)
        self.most_at_once = 0
        self._clock = clock

    def take(self, method: str, user: str, project: str) -> None:
        """Spends what the call costs. Raises: Refusal 429 or 403, in Google's words; a refused call costs nothing."""
        self.asked += 1
        now = self._clock()
        if method.startswith("gmail."):
            units = self.quota.cost(method)
            limits = [(f"{project}/{user}", self.quota.user_per_minute), (project, self.quota.project_per_minute)]
        elif method.startswith(("directory.", "reports.")):
            units = 1
            limits = [(f"{method.partition('.')[0]}/{project}/{user}", self.quota.directory_per_minute)]
        else:
            return
        for key, limit in limits:
            if self.windows[key].left(now, limit) < units:
                self.refused += 1
                raise self._refusal(key == project, now)
        for key, _ in limits:
            self.windows[key].spend(now, units)

    def enter(self, user: str) -> None:
        """One more request for the user is under way. Raises: Refusal 429 when these are too many."""
        if self.under_way[user] >= self.quota.at_once:
            self.refused += 1
            raise Refusal(
                429, "rateLimitExceeded", "Too many concurrent requests for user.", headers={"Retry-After": "1"}
            )
        self.under_way[user] += 1
        self.most_at_once = max(self.most_at_once, self.under_way[user])

    def leave(self, user: str) -> None:
        """It is over."""
        self.under_way[user] -= 1
        if not self.under_way[user]:
            del self.under_way[user]

    def spent(self, user: str, project: str) -> int:
        """Units of the user in the last minute."""
        window = self.windows[f"{project}/{user}"]
        return self.quota.user_per_minute - window.left(self._clock(), self.quota.user_per_minute)

    def _refusal(self, whole_project: bool, now: float) -> Refusal:  # noqa: FBT001 - private
        """Google answers the same trouble now with 403, now with 429; so do we, in turn."""
        if whole_project:
            return Refusal(403, "rateLimitExceeded", "Rate Limit Exceeded")
        if self.refused % 2:
            return Refusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
        again = datetime.fromtimestamp(now + 15, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Refusal(429, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {again}")
