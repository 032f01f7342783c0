"""Graph keeps the promises against the simulator."""

import pytest
from tests.connect.contract import Promises


class TestGraph(Promises):
    """The promises."""

    async def test_new_mail_is_noticed_as_it_arrives(self):
        pytest.skip("Graph pushes its notices to an address of ours: see test_subscriptions")
