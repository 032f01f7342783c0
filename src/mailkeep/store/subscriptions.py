"""The provider's promises to tell of new mail, and the notices that came of them."""

from mailkeep.store.shelf import Database


class Subscriptions:
    """Subscriptions and counts of notices; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
