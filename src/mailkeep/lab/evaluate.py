"""Measured quality on labelled mail: how much is caught at how few false alarms, and which mails were got wrong.

Recall counts campaigns, not copies: near-equal mails share one vote, so that one flood cannot make the figure. Thresholds come
from the honest mail alone, pooled; honest mail is then shown source by source and by era, because old public mail flatters.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from mailkeep.lab.intervals import Rate, rate
from mailkeep.lab.sample import Sample

MODERN_SINCE = 2010
ALARM_SHARES = (0.001, 0.01)
"""Shares of honest mail at which recall is asked for."""
CAUGHT = frozenset({"malicious", "suspicious"})


class AtShare(msgspec.Struct, frozen=True, kw_only=True):
    """What is caught when so much honest mail may be touched."""

    allowed: float
    """Share of honest mail that may score as high."""
    threshold: float
    """Score from which a mail counts as caught."""
    recall: Rate
    """Campaigns caught."""
    alarms: Rate
    """Honest mail that scored as high."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: a part of the mail, at each threshold."""

    name: str
    n: int
    rates: tuple[Rate, ...]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The whole result."""

    attacks: int
    campaigns: int
    honest: int
    at: tuple[AtShare, ...]
    """Thresholds from all honest mail."""
    at_modern: tuple[AtShare, ...]
    """Thresholds from modern honest mail alone; empty when there is none."""
    as_labelled: AtShare
    """What the shipped labels malicious and suspicious catch and touch."""
    brier: float
    """Mean squared error of the probability; 0 is perfect, 0.25 a coin."""
    tables: dict[str, tuple[Row, ...]]
    """Title → rows: honest mail by source, attacks by source, by language, by year, by named attack."""


def evaluate(samples: Sequence[Sample]) -> Evaluation:
    """The result over these judged mails. Takes: at least one attack and one honest mail."""
    attacks = [s for s in samples if s.attack]
    honest = [s for s in samples if not s.attack]
    votes = campaign_votes(attacks)
    modern = [s for s in honest if s.year >= MODERN_SINCE]
    at = tuple(_at(share, attacks, votes, honest) for share in ALARM_SHARES)
    return Evaluation(
        attacks=len(attacks),
        campaigns=round(sum(votes.values())),
        honest=len(honest),
        at=at,
        at_modern=tuple(_at(share, attacks, votes, modern) for share in ALARM_SHARES) if modern else (),
        as_labelled=_as_labelled(attacks, votes, honest),
        brier=sum((s.score - s.attack) ** 2 for s in samples) / len(samples),
        tables=_tables(attacks, honest, votes, [each.threshold for each in at]),
    )


def campaign_votes(attacks: Iterable[Sample]) -> dict[str, float]:
    """Path → the mail's share of its campaign's one vote."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    paths: dict[str, str] = {}
    for sample in attacks:
        own = f"path {sample.path}"
        paths[sample.path] = own
        for key in sample.campaign:
            parent[root(key)] = root(own)
    sizes: dict[str, int] = defaultdict(int)
    for own in paths.values():
        sizes[root(own)] += 1
    return {path: 1.0 / sizes[root(own)] for path, own in paths.items()}


def threshold(scores: Iterable[float], share: float) -> float:
    """A score that at most this share of honest mail reaches: halfway between the last refused and the first allowed."""
    ranked = sorted(scores, reverse=True)
    allowed = int(share * len(ranked))
    if allowed >= len(ranked):
        return 0.0
    refused = ranked[allowed]
    above = min((score for score in ranked[:allowed] if score > refused), default=min(1.0, refused + 1e-6))
    return (refused + above) / 2


def _at(share: float, attacks: Sequence[Sample], votes: dict[str, float], honest: Sequence[Sample]) -> AtShare:
    limit = threshold((s.score for s in honest), share)
    return AtShare(
        allowed=share,
        threshold=limit,
        recall=_recall(attacks, votes, lambda s: s.score >= limit),
        alarms=rate(sum(s.score >= limit for s in honest), len(honest)),
    )


def _as_labelled(attacks: Sequence[Sample], votes: dict[str, float], honest: Sequence[Sample]) -> AtShare:
    touched = rate(sum(s.label in CAUGHT for s in honest), len(honest))
    return AtShare(
        allowed=touched.share,
        threshold=min((s.score for s in [*attacks, *honest] if s.label in CAUGHT), default=1.0),
        recall=_recall(attacks, votes, lambda s: s.label in CAUGHT),
        alarms=touched,
    )


def _recall(attacks: Iterable[Sample], votes: dict[str, float], caught: Callable[[Sample], bool]) -> Rate:
    hits = total = 0.0
    for sample in attacks:
        total += votes[sample.path]
        hits += votes[sample.path] * caught(sample)
    return rate(hits, total)


def _tables(
    attacks: Sequence[Sample], honest: Sequence[Sample], votes: dict[str, float], limits: Sequence[float]
) -> dict[str, tuple[Row, ...]]:
    def touched(rows: Sequence[Sample]) -> tuple[Rate, ...]:
        return tuple(rate(sum(s.score >= limit for s in rows), len(rows)) for limit in limits)

    def caught(rows: Sequence[Sample]) -> tuple[Rate, ...]:
        return tuple(_recall(rows, votes, lambda s, limit=limit: s.score >= limit) for limit in limits)  # type: ignore[misc]

    return {
        "honest mail by source": _rows(honest, lambda s: s.source, touched),
        "honest mail by era": _rows(
            honest, lambda s: "modern" if s.year >= MODERN_SINCE else "older or undated", touched
        ),
        "attacks by source": _rows(attacks, lambda s: s.source, caught),
        "attacks by language": _rows(attacks, lambda s: s.language, caught),
        "attacks by year": _rows(attacks, lambda s: str(s.year or "?"), caught),
        "attacks by the type named": _rows(attacks, lambda s: s.named or "none", caught),
    }


def _rows(
    samples: Iterable[Sample], key: Callable[[Sample], str], measure: Callable[[Sequence[Sample]], tuple[Rate, ...]]
) -> tuple[Row, ...]:
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[key(sample)].append(sample)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))
    return tuple(Row(name=name, n=len(group), rates=measure(group)) for name, group in ranked)


def wrong(samples: Iterable[Sample], limit: float) -> list[Sample]:
    """Every miss and every false alarm at this threshold: the worst first."""
    found = [s for s in samples if s.attack != (s.score >= limit)]
    return sorted(found, key=lambda s: -abs(s.score - s.attack))
