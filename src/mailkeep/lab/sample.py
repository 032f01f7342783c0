"""Labelled mail, judged: one small record a mail, so that thresholds and weights can be tried without judging again."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import msgspec

from mailkeep.cases.fingerprint import fingerprint
from mailkeep.connect.files import FileMail, Unusable, read_paths
from mailkeep.decide.judgement import Bench
from mailkeep.detect.scene import Scene
from mailkeep.facts.observe import observe
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.kit.known import known
from mailkeep.lab.neutral import BOUNDARY, neutral
from mailkeep.mail import parse
from mailkeep.people.directory import Directory
from mailkeep.profile.history import History

BATCH = 50
"""Mails a worker takes at a time."""


class Heard(msgspec.Struct, frozen=True, gc=False):
    """One signal as a number: which detector, at what strength (0..1)."""

    detector: str
    strength: float


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled mail after judging."""

    path: str
    source: str
    """The file or folder it was named by, for tables."""
    attack: bool
    """The label: True for an attack."""
    score: float
    label: str
    heard: tuple[Heard, ...]
    campaign: tuple[str, ...]
    """Fingerprint keys; mails that share one are one campaign."""
    language: str
    year: int
    """Of the original Date header; 0 when it states none."""
    named: str | None
    """The attack type the verdict names."""
    reasons: tuple[str, ...]
    """The weightiest clauses, for the list of misses and false alarms."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs to know once."""

    bench: Bench
    keep_authentication: bool = True
    neutralise: bool = True


def judge_paths(task: Task, paths: Iterable[str], *, attack: bool, workers: int) -> Iterator[Sample | Unusable]:
    """Every mail in these paths, judged without any history, in a stable order.

    Costs: about 3 ms of one core a mail; `workers` processes share it.
    """
    for path in paths:
        source = Path(path).name
        items = read_paths([path])
        if workers <= 1:
            yield from (_sample(task, source, attack, item) for item in items)
            continue
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield from _spread(pool.map, task, source, attack, items)


def _spread(
    spread: Callable[..., Iterator[list[Sample | Unusable]]],
    task: Task,
    source: str,
    attack: bool,  # noqa: FBT001 - passed on as it came
    items: Iterator[FileMail | Unusable],
) -> Iterator[Sample | Unusable]:
    # a few batches at a time, so that a large archive is never in memory whole
    while batches := [list(islice(items, BATCH)) for _ in range(16)]:
        batches = [batch for batch in batches if batch]
        if not batches:
            return
        size = len(batches)
        for samples in spread(_samples, [task] * size, [source] * size, [attack] * size, batches):
            yield from samples


def _samples(task: Task, source: str, attack: bool, items: list[FileMail | Unusable]) -> list[Sample | Unusable]:  # noqa: FBT001
    return [_sample(task, source, attack, item) for item in items]


def _sample(task: Task, source: str, attack: bool, item: FileMail | Unusable) -> Sample | Unusable:  # noqa: FBT001
    if isinstance(item, Unusable):
        return item
    stated = parse(item.raw).date
    scene = lab_scene(neutral(item.raw, keep_authentication=task.keep_authentication) if task.neutralise else item.raw)
    judgement = task.bench.judge(scene)
    verdict = judgement.verdict
    message = scene.message
    language = scene.facts.words.language
    return Sample(
        path=item.path,
        source=source,
        attack=attack,
        score=verdict.score,
        label=verdict.label.value,
        heard=tuple(Heard(s.id, max(e.strength for e in s.evidence)) for s in verdict.signals),
        campaign=fingerprint(message, scene.facts).keys,
        language=language if known(language) else "?",
        year=stated.year if known(stated) else 0,
        named=verdict.attack.value if verdict.attack else None,
        reasons=tuple(f"{s.id}: {s.evidence[0].says}" for s in verdict.signals[:5]),
    )


def lab_scene(raw: bytes) -> Scene:
    """A mail seen by an organisation that has learned nothing yet: the hardest case for behaviour, the fairest for content."""
    message = parse(raw)
    vantage = Vantage(directory=Directory(own_domains=frozenset({"lab.invalid"})), boundary=Boundary(authserv=BOUNDARY))
    facts = observe(message, vantage)
    return Scene(message=message, facts=facts, history=History(at=facts.origin.at))
