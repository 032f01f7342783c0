"""How long live mail took, leg by leg, as checks for a person."""

from collections.abc import Iterator, Sequence

from mailkeep.health.check import Check, Standing
from mailkeep.store.latency import Leg

TELLING = ("delivered → judged", "notified → confirmed", "notified → judged", "asked → confirmed")
"""The legs that are told of, the most telling first; every leg is in the metrics."""
SLOW_S = 60.0
"""Where 5 % of the mail waits longer than this for its verdict after it was heard of, a person should look."""


def latency_checks(tenant: str, legs: Sequence[Leg]) -> Iterator[Check]:
    """What the legs come to; nothing where no live mail was judged."""
    known = {leg.name: leg for leg in legs if leg.n}
    told = [known[name] for name in TELLING if name in known]
    if not told:
        return
    says = "; ".join(
        f"{leg.name} p50 {leg.p50:.2f} s, p95 {leg.p95:.2f} s, p99 {leg.p99:.2f} s (n {leg.n})" for leg in told
    )
    slow = any(leg.p95 > SLOW_S for leg in told if leg.name.startswith("notified"))
    yield Check(
        name=f"latency {tenant}",
        standing=Standing.WARN if slow else Standing.FINE,
        says=says,
        remedy="See whether the provider throttles, or the machine is too small." if slow else "",
    )
