"""Tiers of permission that were switched off: who did, when and why."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import delete, select

from mailkeep.connect.grants import Tier
from mailkeep.store.shelf import Database
from mailkeep.store.sql import moment, ms, put
from mailkeep.store.tables import SWITCH


class SwitchedOff(msgspec.Struct, frozen=True, kw_only=True):
    """One tier of one tenant that does nothing now."""

    tenant: str
    tier: Tier
    by: str
    at: datetime
    why: str

    def __str__(self) -> str:
        """The sentence a person reads."""
        why = f" ({self.why})" if self.why else ""
        return (
            f"{self.tenant}: {self.tier.value} was switched off by {self.by} at {self.at:%Y-%m-%d %H:%M} UTC{why}. What is "
            f"owed stays owed; `mailkeep switch {self.tenant} {self.tier.value} on` has it done."
        )


class Switches:
    """The switches; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def off(self, switched: SwitchedOff) -> None:
        """Switches a tier off; for one that is off already, the later word counts."""
        row = {**msgspec.structs.asdict(switched), "tier": switched.tier.value, "at": ms(switched.at)}
        with self._database.writing() as connection:
            put(connection, SWITCH, [row])

    def on(self, tenant: str, tier: Tier) -> bool:
        """Switches a tier on; False when it was on."""
        with self._database.writing() as connection:
            same = (SWITCH.c.tenant == tenant, SWITCH.c.tier == tier.value)
            return connection.execute(delete(SWITCH).where(*same)).rowcount > 0

    def of(self, tenant: str) -> Mapping[Tier, SwitchedOff]:
        """Everything of this tenant that is off."""
        with self._database.reading() as connection:
            rows = connection.execute(select(SWITCH).where(SWITCH.c.tenant == tenant)).mappings().all()
        found = (SwitchedOff(**{**row, "tier": Tier(row["tier"]), "at": moment(row["at"])}) for row in rows)
        return {each.tier: each for each in found}
