"""Throws broken mail at the engine and says what broke: crashes, slow mails, memory.

python bench/fuzz.py --count 100000                     own seeds
python bench/fuzz.py --count 100000 --seeds corpus/*.tar.xz
python bench/fuzz.py --stage engine                     observe, weigh and judge too

Exit 0 when no mail raised, none took over a second of CPU and memory stayed under the limit; else 1.
"""

import argparse
import random
import resource
import sys
import tarfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from bombs import bombs
from mail_seeds import seeds
from mutations import mutated

SLOW_S = 1.0
RSS_MIB = 512
LARGEST = 2_000_000


def from_archive(path: Path, limit: int) -> Iterator[bytes]:
    """Up to `limit` mails of a tar.xz archive or a folder, spread over all of it."""
    if path.is_dir():
        for file in sorted(one for one in path.rglob("*") if one.is_file())[:limit]:
            yield file.read_bytes()[:LARGEST]
        return
    with tarfile.open(path, "r:*") as tar:
        members = [one for one in tar.getmembers() if one.isfile() and 0 < one.size <= LARGEST]
        for member in members[:: max(1, len(members) // limit)][:limit]:
            stream = tar.extractfile(member)
            if stream is not None:
                yield stream.read()


def stage(name: str) -> Callable[[bytes], object]:
    """What is done with each mail."""
    from mailkeep.mail import parse  # noqa: PLC0415 - the engine stage needs more than this one

    if name == "parse":
        return parse
    from engine import judged  # noqa: PLC0415 - only this stage loads the whole engine

    return judged


def peak_mib() -> float:
    """The largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cases(count: int, seed: int, pool: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Each bomb once, then `count` mutated mails."""
    for name, raw in bombs():
        yield f"bomb {name}", raw
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for number in range(count):
        yield f"mutation {number}", mutated(rng, pool)


def run(count: int, seed: int, pool: list[bytes], work: Callable[[bytes], object], keep: Path | None) -> int:
    """Runs them all and prints what was found; gives the exit code."""
    crashes: list[str] = []
    slow: list[str] = []
    worst = ("none", 0.0, 0)
    total = done = 0
    began = time.perf_counter()
    for name, raw in cases(count, seed, pool):
        start = time.process_time()
        try:
            work(raw)
        except Exception:  # noqa: BLE001 - finding any of them is the purpose
            crashes.append(f"{name}: {traceback.format_exc(limit=-2)}")
            _save(keep, f"crash-{name}", raw)
        took = time.process_time() - start
        total += len(raw)
        done += 1
        if took > worst[1]:
            worst = (name, took, len(raw))
        if took > SLOW_S:
            slow.append(f"{name}: {took:.2f} s for {len(raw)} bytes")
            _save(keep, f"slow-{name}", raw)
    wall = time.perf_counter() - began
    for line in [*crashes[:20], *slow[:20]]:
        print(line)
    print(f"{done} mails, {total / 1e6:.0f} MB, seed {seed}, {wall:.0f} s, {done / wall:.0f} mails/s")
    name, took, size = worst
    print(
        f"crashes {len(crashes)}; over {SLOW_S:.0f} s CPU {len(slow)}; slowest {name}: {took * 1e3:.0f} ms, {size} bytes"
    )
    print(f"peak memory {peak_mib():.0f} MiB (limit {RSS_MIB})")
    return int(bool(crashes or slow or peak_mib() > RSS_MIB))


def _save(keep: Path | None, name: str, raw: bytes) -> None:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{name.replace(' ', '-')}.eml").write_bytes(raw)


def main() -> int:
    """Reads the command line and runs."""
    asked = argparse.ArgumentParser(description="Throws broken mail at the engine and says what broke.")
    asked.add_argument("--count", type=int, default=10_000, help="mutated mails")
    asked.add_argument("--seed", type=int, default=20261122)
    asked.add_argument(
        "--seeds", type=Path, nargs="*", default=[], help="folders or tar archives of mail to mutate too"
    )
    asked.add_argument("--per-archive", type=int, default=300, help="mails taken of each archive")
    asked.add_argument("--stage", choices=["parse", "engine"], default="parse")
    asked.add_argument("--keep", type=Path, help="folder to write crashing and slow mails to")
    chosen = asked.parse_args()
    pool = seeds()
    for path in chosen.seeds:
        pool.extend(from_archive(path, chosen.per_archive))
    print(f"{len(pool)} seeds, {sum(map(len, pool)) / 1e6:.1f} MB")
    return run(chosen.count, chosen.seed, pool, stage(chosen.stage), chosen.keep)


if __name__ == "__main__":
    sys.exit(main())
