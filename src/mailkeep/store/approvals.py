"""Claw-backs too large for one person: who asked, and who else agreed."""

from mailkeep.store.shelf import Database


class Approvals:
    """Approvals; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
