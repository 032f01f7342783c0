"""A replayed organisation's verdicts as labelled samples: the only ones in which behaviour speaks."""

from collections.abc import Iterable, Iterator

from mailkeep.lab.outcome import Seeded
from mailkeep.lab.sample import Heard, Sample
from mailkeep.tell.report import Report


def samples_of(reports: Iterable[Report], seeded: Iterable[Seeded]) -> Iterator[Sample]:
    """One sample a mail of the replayed stretch; attacks by their Message-IDs, each kind of attack a source of its own."""
    kinds = {copy: each for each in seeded for copy in each.copies}
    for report in reports:
        attack = kinds.get(report.message_id)
        verdict = report.verdict
        yield Sample(
            path=f"{report.path} {report.id}",
            source=f"seeded {attack.kind}" if attack else "replayed organisation",
            attack=attack is not None,
            score=verdict.score,
            label=verdict.label.value,
            heard=tuple(Heard(s.id, max(e.strength for e in s.evidence)) for s in verdict.signals),
            campaign=(attack.id,) if attack else (),
            language="?",
            year=report.received_at.year,
            named=verdict.attack.value if verdict.attack else None,
            reasons=tuple(f"{s.id}: {s.evidence[0].says}" for s in verdict.signals[:5]),
        )
