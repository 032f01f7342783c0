"""How fast the engine is, as ratios to plain standard-library parsing of the same mails in the same run."""

import email
import email.policy
import resource
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles

import msgspec

ROUNDS = 3


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """How long one kind of work took a mail."""

    name: str
    p50_ms: float
    p99_ms: float
    per_cpu_s: float
    """Mails per second of processor time."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the benchmark."""

    mails: int
    mean_bytes: int
    timings: tuple[Timing, ...]
    ratio: float
    """Engine time over plain parsing time, processor seconds."""
    peak_mib: int
    """Peak resident memory of this process."""


def measure(mails: Sequence[bytes], engine: Callable[[bytes], object]) -> Figures:
    """The engine beside plain parsing, interleaved round by round so that the machine's moods hit both."""
    work: dict[str, Callable[[bytes], object]] = {"plain parsing (stdlib email)": plain, "whole engine": engine}
    for raw in mails[:20]:
        engine(raw)
    spent: dict[str, list[list[float]]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, function in work.items():
            spent[name].append([_seconds(function, raw) for raw in mails])
    timings = tuple(_timing(name, rounds) for name, rounds in spent.items())
    return Figures(
        mails=len(mails),
        mean_bytes=sum(map(len, mails)) // max(1, len(mails)),
        timings=timings,
        ratio=timings[0].per_cpu_s / timings[1].per_cpu_s,
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1 << 20),
    )


def plain(raw: bytes) -> int:
    """Headers, parts and decoded bodies by the standard library: the least that any mail program must do."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return sum(len(part.get_payload(decode=True) or b"") for part in message.walk() if not part.is_multipart())


def _seconds(function: Callable[[bytes], object], raw: bytes) -> float:
    started = time.process_time()
    function(raw)
    return time.process_time() - started


def _timing(name: str, rounds: Sequence[Sequence[float]]) -> Timing:
    each = [median(times) for times in zip(*rounds, strict=True)]
    cuts = quantiles(each, n=100) if len(each) > 1 else [each[0]] * 99
    return Timing(name=name, p50_ms=cuts[49] * 1000, p99_ms=cuts[98] * 1000, per_cpu_s=len(each) / max(1e-9, sum(each)))
