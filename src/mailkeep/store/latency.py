"""When each live mail passed each station, and what that comes to."""

from mailkeep.store.shelf import Database


class LatencyLedger:
    """The latency ledger; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
