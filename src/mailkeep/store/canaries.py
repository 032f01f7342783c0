"""Canaries: mails that a mailbox sends itself to prove the loop, and what became of them."""

from datetime import datetime

import msgspec
from sqlalchemy import select

from mailkeep.connect.port import QUARANTINE_FOLDER, Ref
from mailkeep.store.naming import short_id
from mailkeep.store.shelf import Database
from mailkeep.store.sql import put
from mailkeep.store.tables import MESSAGE, META

CANARY = "canary"
"""The campaign under which canaries are deleted: it tells them from users' mail. No campaign's id is so short."""


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """One canary on its way."""

    message_id: str
    """Without angle brackets; nobody can guess it."""
    subject: str
    address: str
    """Sender and recipient."""
    sent_at: datetime
    arrived_at: datetime | None = None
    """When its verdict was found."""


class Canaries:
    """The latest canaries; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def flying(self, tenant: str) -> tuple[Canary, ...]:
        """Those that are looked for, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(META.c.value).where(META.c.key == _key(tenant))).scalar()
        return msgspec.json.decode(found, type=tuple[Canary, ...]) if found else ()

    def keep(self, tenant: str, flying: tuple[Canary, ...]) -> None:
        """Keeps those that are looked for in place of the former."""
        with self._database.writing() as connection:
            put(connection, META, [{"key": _key(tenant), "value": msgspec.json.encode(flying).decode()}])

    def found(self, tenant: str, canary: Canary) -> tuple[tuple[str, Ref, bool], ...]:
        """(verdict, where it lies, arrived) of each judged copy; a copy in the Sent folder alone has not arrived."""
        twin = short_id("twin", canary.message_id, canary.address, canary.subject)
        query = select(MESSAGE).where(MESSAGE.c.tenant == tenant, MESSAGE.c.twin == twin)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            (
                row["id"],
                Ref(mailbox=row["mailbox"], id=row["ref"], folder=row["folder"]),
                not row["sent"] or row["folder"] in {"INBOX", QUARANTINE_FOLDER},
            )
            for row in rows
        )


def _key(tenant: str) -> str:
    return f"canaries {tenant}"
