"""The tables of units are those that the other side counts by."""

import pytest

from mailkeep.connect.gmail.quota import QUOTAS
from mailkeep.simulator.google.quota import QUOTA_2026, QUOTA_OLD


@pytest.mark.parametrize(("ours", "theirs"), [("2026", QUOTA_2026), ("older", QUOTA_OLD)])
def test_the_quota_tables_are_those_that_the_simulator_holds_us_to(ours, theirs):
    table = QUOTAS[ours]
    assert (table.user_minute, table.project_minute) == (theirs.user_per_minute, theirs.project_per_minute)
    for method, units in table.costs.items():
        assert theirs.cost(f"gmail.users.{method}") == units
