"""The report at the end of a scan: the threats that are asleep in the archive, and the commands that pull them."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from mailkeep.connect.port import Gone, ProviderTrouble
from mailkeep.flow.summaries import Asleep, Counted, Dormant, Spread
from mailkeep.flow.walk import Walk
from mailkeep.store.threats import Threat

MOST_ASKED = 2_000
"""Mails whose flags are asked for; of the others it stays unknown whether they were read."""
ASKED_AT_ONCE = 64
TOP = 10
"""Campaigns that are named."""


async def dormant_threats(walk: Walk) -> Dormant:
    """Everything unsafe that lies in sight and was received before this moment."""
    threats = walk.house.store.threats_in_sight(walk.tenant.name, walk.house.clock())
    read = await _read(walk, threats)
    there = [each for each in threats if each.id not in read or read[each.id] is not None]
    by_attack: dict[str, list[Threat]] = defaultdict(list)
    by_campaign: dict[str, list[Threat]] = defaultdict(list)
    for each in there:
        by_attack[each.attack or each.label].append(each)
        if each.campaign:
            by_campaign[each.campaign].append(each)
    attacks = sorted(by_attack.items(), key=lambda item: (-len(item[1]), item[0]))
    largest = sorted(by_campaign.items(), key=lambda item: (-len(item[1]), item[0]))[:TOP]
    return Dormant(
        mails=len(there),
        attacks=tuple(Asleep(attack=attack, lying=_counted(some, read)) for attack, some in attacks),
        campaigns=tuple(
            Spread(
                campaign=name, subject=some[-1].subject, pull=f"mailkeep clawback {name}", lying=_counted(some, read)
            )
            for name, some in largest
        ),
    )


def _counted(some: Sequence[Threat], read: dict[str, bool | None]) -> Counted:
    known = [read[each.id] for each in some if each.id in read]
    return Counted(
        mails=len(some),
        mailboxes=len({each.ref.mailbox for each in some}),
        oldest=min(each.received_at for each in some),
        read=known.count(True),
        unread=known.count(False),
    )


async def _read(walk: Walk, threats: Sequence[Threat]) -> dict[str, bool | None]:
    """Verdict → whether its mail was read by its owner; None where it is gone. What could not be learned is left out."""
    gate = asyncio.Semaphore(ASKED_AT_ONCE)
    found: dict[str, bool | None] = {}

    async def ask(threat: Threat) -> None:
        async with gate:
            try:
                found[threat.id] = "seen" in (await walk.connector.state(threat.ref)).flags
            except Gone:
                found[threat.id] = None
            except ProviderTrouble:
                return

    await asyncio.gather(*map(ask, threats[:MOST_ASKED]))
    return found
