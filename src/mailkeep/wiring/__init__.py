"""Settings become a house that runs: the only room that names every concrete thing."""

from mailkeep.wiring.clock import Clock, clock_from, present
from mailkeep.wiring.connectors import connector_of, wish_of
from mailkeep.wiring.houses import (
    forget,
    judge_alone,
    judge_of,
    memory_of,
    open_home,
    open_house,
    policy_of,
    shipped_bench,
    tenant_of,
    the_tenant,
)
from mailkeep.wiring.notices import ears_of, hook_of, make_seals, postmark_of, sealing

__all__ = [
    "Clock",
    "clock_from",
    "connector_of",
    "ears_of",
    "forget",
    "hook_of",
    "judge_alone",
    "judge_of",
    "make_seals",
    "memory_of",
    "open_home",
    "open_house",
    "policy_of",
    "postmark_of",
    "present",
    "sealing",
    "shipped_bench",
    "tenant_of",
    "the_tenant",
    "wish_of",
]
