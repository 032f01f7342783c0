"""What a tenant has granted us: tiers of permission, each a registration of its own at the provider."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec


class Tier(StrEnum):
    """How far a registration reaches. Each tier has its own credential and its own switch."""

    OBSERVE = "observe"
    """Read mail, people and settings."""
    FLAG = "flag"
    """Mark mail where it lies."""
    REMEDIATE = "remediate"
    """Move mail out of sight and back."""
    CONTAIN = "contain"
    """End sessions, disable accounts and rules."""


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that will stop working."""

    what: str
    """"certificate", "client secret", "service account key"."""
    name: str
    """Thumbprint, key id or file name; never the secret."""
    at: datetime
    """UTC."""


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """One registration as the provider has it now."""

    tier: Tier
    app: str
    """Client id, or the service account's address."""
    permissions: frozenset[str]
    """Application permissions or OAuth scopes, as the provider names them."""
    roles: frozenset[str] = frozenset()
    """Directory roles, by name where known ("Global Administrator"), else by id."""
    expiries: tuple[Expiry, ...] = ()
    mailbox_scope: str = ""
    """The group or scope that the operator says the registration is limited to; empty: the whole tenant."""


@runtime_checkable
class Granting(Protocol):
    """What a connector fits as well when its provider tells what was granted."""

    async def granted(self) -> tuple[Granted, ...]:
        """Every registration of the tenant, as the provider has it now. Raises: ProviderTrouble."""
