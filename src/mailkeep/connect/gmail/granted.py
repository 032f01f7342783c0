"""Which scopes are delegated: Google has no list that a service account may read, so each is tried at the token endpoint."""

import asyncio

from mailkeep.connect.assertions import NotDelegated
from mailkeep.connect.gmail.client import Client
from mailkeep.connect.gmail.wire import DIRECTORY, MODIFY, READ, READ_METADATA, SCOPE, SEND
from mailkeep.connect.grants import Granted, Tier

TRIED = (
    READ,
    READ_METADATA,
    MODIFY,
    SEND,
    DIRECTORY,
    SCOPE + "gmail.settings.basic",
    SCOPE + "gmail.settings.sharing",
    SCOPE + "admin.directory.domain.readonly",
    SCOPE + "admin.directory.domain",
    SCOPE + "admin.directory.user",
    SCOPE + "admin.directory.user.security",
    SCOPE + "admin.directory.rolemanagement",
    SCOPE + "admin.reports.audit.readonly",
    SCOPE + "apps.alerts",
    SCOPE + "cloud-platform",
    "https://mail.google.com/",
)
"""What a tier may need, and what none should have."""
AT_ONCE = 8


async def granted(client: Client, user: str) -> tuple[Granted, ...]:
    """What is delegated to each tier's service account. Takes: a user to speak for, who must exist.

    Costs: one token a tier and scope. Raises: ProviderTrouble.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def has(tier: Tier, scope: str) -> bool:
        async with turns:
            try:
                await client.may(tier, user, scope)
            except NotDelegated:
                return False
            return True

    found = []
    for tier, key in client.account.keys.items():
        answers = await asyncio.gather(*(has(tier, scope) for scope in TRIED))
        scopes = frozenset(scope for scope, yes in zip(TRIED, answers, strict=True) if yes)
        found.append(Granted(tier=tier, app=key.client_email, permissions=scopes))
    return tuple(found)
