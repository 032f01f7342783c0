"""What a replayed organisation came to: attacks caught, honest mail touched, each with n and interval."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mailkeep.act.nouns import Ended
from mailkeep.decide.nouns import Act, Label
from mailkeep.lab.intervals import Rate, rate
from mailkeep.tell.report import Report

CAUGHT = frozenset({Label.MALICIOUS, Label.SUSPICIOUS})
REMOVED = frozenset({Act.QUARANTINE, Act.DELETE})


class Seeded(msgspec.Struct, frozen=True, kw_only=True):
    """One attack that was played."""

    id: str
    kind: str
    """What was played, finer than the attack type: "ceo-fraud", "bank-change-hijacked" …"""
    copies: tuple[str, ...]
    """Message-IDs of its copies."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a replay."""

    caught: Rate
    """Attacks of which every copy was called malicious or suspicious."""
    removed: Rate
    """Attacks of which every copy was taken out of sight by policy."""
    precision: Rate
    """Share of attack copies among all mail called malicious or suspicious."""
    touched: Rate
    """Honest mails on which any act was done, flags included."""
    wrongly_removed: Rate
    """Honest mails taken out of sight."""
    by_kind: Mapping[str, Rate]
    missed: tuple[str, ...]
    """Ids of attacks not caught."""
    false_alarms: tuple[str, ...]
    """Verdict ids of honest mails called malicious or suspicious."""

    def lines(self) -> Iterator[str]:
        """The result as a page."""
        yield f"attacks caught            {self.caught}"
        yield f"attacks taken out of sight {self.removed}"
        yield f"precision of alarms       {self.precision}"
        yield f"honest mail touched       {self.touched}"
        yield f"honest mail removed       {self.wrongly_removed}"
        for kind, found in sorted(self.by_kind.items()):
            yield f"  {kind:<28} {found}"


def outcome(seeded: Iterable[Seeded], reports: Iterable[Report]) -> Outcome:
    """Holds verdicts against what was played. Takes: reports of the replayed stretch alone, one a mail and mailbox."""
    attacks = list(seeded)
    of_attack = {copy for attack in attacks for copy in attack.copies}
    by_copy: dict[str, list[Report]] = defaultdict(list)
    honest: list[Report] = []
    for report in reports:
        if report.message_id in of_attack:
            by_copy[report.message_id].append(report)
        else:
            honest.append(report)
    verdicts = {attack.id: [r for copy in attack.copies for r in by_copy[copy]] for attack in attacks}
    caught = {each.id: bool(verdicts[each.id]) and all(_alarmed(r) for r in verdicts[each.id]) for each in attacks}
    removed = sum(bool(v) and all(_did(r, REMOVED) for r in v) for v in verdicts.values())
    alarms = [report for report in honest if _alarmed(report)]
    true_alarms = sum(_alarmed(r) for v in verdicts.values() for r in v)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for attack in attacks:
        kinds[attack.kind].append(caught[attack.id])
    return Outcome(
        caught=rate(sum(caught.values()), len(attacks)),
        removed=rate(removed, len(attacks)),
        precision=rate(true_alarms, true_alarms + len(alarms)),
        touched=rate(sum(_did(r, frozenset(Act)) for r in honest), len(honest)),
        wrongly_removed=rate(sum(_did(r, REMOVED) for r in honest), len(honest)),
        by_kind={kind: rate(sum(hits), len(hits)) for kind, hits in kinds.items()},
        missed=tuple(each.id for each in attacks if not caught[each.id]),
        false_alarms=tuple(report.id for report in alarms),
    )


def _alarmed(report: Report) -> bool:
    return report.verdict.label in CAUGHT


def _did(report: Report, acts: frozenset[Act]) -> bool:
    done = {receipt.action for receipt in report.receipts if receipt.ended in {Ended.DONE, Ended.ALREADY}}
    return any(action.act in acts and action.id in done for action in report.actions)
