"""What Google's calls cost, and how much may be asked in a minute.

Source: developers.google.com/workspace/gmail/api/reference/quota.
"""

import msgspec


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """One of Google's quota tables. A minute is any 60 seconds."""

    user_minute: int
    """Units per user and minute."""
    project_minute: int
    """Units per Cloud project and minute."""
    costs: dict[str, int]
    """Method → units; what is not named costs 5."""

    def cost(self, method: str) -> int:
        """Units of one call."""
        return self.costs.get(method, 5)


_COSTS = {
    "getProfile": 1,
    "history.list": 2,
    "labels.create": 5,
    "labels.get": 1,
    "labels.list": 1,
    "messages.list": 5,
    "messages.modify": 5,
    "messages.send": 100,
    "stop": 50,
    "watch": 100,
}

QUOTAS = {
    "2026": Quota(user_minute=6_000, project_minute=1_200_000, costs={**_COSTS, "messages.get": 20}),
    "older": Quota(user_minute=15_000, project_minute=1_200_000, costs={**_COSTS, "messages.get": 5}),
}
"""2026: Cloud projects made since May 2026; older: the others."""
