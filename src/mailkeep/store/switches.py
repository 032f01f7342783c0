"""Tiers of permission that were switched off."""

from mailkeep.store.shelf import Database


class Switches:
    """The switches; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
