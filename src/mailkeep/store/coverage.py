"""Coverage receipts: what the provider lists, held against what was judged."""

from mailkeep.store.shelf import Database


class CoverageBook:
    """The book of coverage receipts; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
