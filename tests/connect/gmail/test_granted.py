"""What is delegated is found by trying."""

from mailkeep.connect.gmail.wire import DIRECTORY, MODIFY, READ, SEND
from mailkeep.connect.grants import Granting, Tier


async def test_each_tier_tells_what_is_delegated_to_it(yard, connector):
    assert isinstance(connector, Granting)
    yard.delegate(Tier.FLAG, MODIFY, "https://mail.google.com/")
    found = {each.tier: each for each in await connector.granted()}
    assert found[Tier.OBSERVE].permissions == {READ, DIRECTORY, SEND}
    assert found[Tier.FLAG].permissions == {MODIFY, "https://mail.google.com/"}
    assert found[Tier.REMEDIATE].app == "remediate@mailkeep-sim.iam.gserviceaccount.com"


async def test_what_was_taken_away_is_seen_at_once(yard, connector):
    await connector.granted()
    yard.delegate(Tier.OBSERVE)
    found = {each.tier: each.permissions for each in await connector.granted()}
    assert found[Tier.OBSERVE] == frozenset()
