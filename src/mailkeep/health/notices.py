"""What was heard from a tenant's provider, and what was turned away because it was not the provider's, as a check."""

from collections.abc import Iterator, Mapping

from mailkeep.health.check import Check, Standing

REJECTED = {
    "forged": "without our secret or the provider's signature",
    "unknown": "of no subscription of ours",
    "strange": "that are no notices",
}
"""Kinds of posts that lead to nothing → what they are."""


def notice_checks(tenant: str, counts: Mapping[str, int]) -> Iterator[Check]:
    """Posts by what became of them, since the home began; nothing before the first one. Takes: kind → times."""
    if not counts:
        return
    taken = {kind: times for kind, times in sorted(counts.items()) if kind not in REJECTED}
    away = [f"{counts[kind]} {kind} ({what})" for kind, what in REJECTED.items() if counts.get(kind)]
    says = ", ".join(f"{times} {kind}" for kind, times in taken.items()) or "none accepted"
    if away:
        says += f"; turned away: {', '.join(away)}"
    yield Check(name=f"notices {tenant}", standing=Standing.FINE, says=says)
