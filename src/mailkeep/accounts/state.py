"""What is known of the sending account's own state."""

import msgspec


class AccountState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of an own account at the moment of a mail; empty where no identity source is connected."""

    connected: bool = False
    """True when an identity source feeds this."""
    findings: tuple[str, ...] = ()
    """Ids of open account findings."""
