"""`mailkeep bench`: speed and memory, as ratios to plain parsing in the same run."""

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mailkeep.cli.frame import JsonOption, emit
from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.bench import Figures

if TYPE_CHECKING:
    from mailkeep.flow.summaries import ScanSummary

app = typer.Typer()


class Live(StrEnum):
    """What the whole product is made to do."""

    FLOOD = "flood"
    PACE = "pace"
    CLAWBACK = "clawback"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the benchmark."""

    engine: Figures
    scan_mails_per_s: float
    """Learning and store included. Goal: 200 on two cores."""
    scan_ratio: float
    """Mails a second of plain parsing over those of the scan."""
    version_s: float
    """`mailkeep --version`, the fastest of five. Goal: 0.3."""
    watch_mib: int
    """Resident memory of a `watch` that has nothing left to do. Goal: 300."""


@app.command()
def bench(
    *,
    mail: Annotated[list[str] | None, typer.Option(help="Mail to measure on; default: a made-up company's")] = None,
    most: Annotated[int, typer.Option(help="At most so many mails for the engine")] = 2000,
    live: Annotated[
        Live | None, typer.Option(help="Instead: the whole product against a made-up Microsoft 365 tenant")
    ] = None,
    deliveries: Annotated[int, typer.Option(help="--live flood, pace: mails delivered")] = 20_000,
    per_s: Annotated[float, typer.Option(help="--live flood, pace: deliveries a second")] = 50.0,
    mailboxes: Annotated[
        int, typer.Option(help="--live: mailboxes of the tenant; clawback: at its best with 10,000")
    ] = 200,
    json: JsonOption = False,
) -> None:
    """Engine, scan, start-up and memory on this machine; figures are compared within one run, never between machines.

    --live flood: notices lost, doubled, late and out of order, two outages, one kill -9. --live pace: how long a mail takes
    when the provider answers after 50 ms. --live clawback: one mail pulled out of every mailbox, and killed half-way.
    """
    with tempfile.TemporaryDirectory(prefix="mailkeep-bench-") as folder:
        if live is not None:
            emit(msgspec.json.encode(asyncio.run(measure_live(Path(folder), live, deliveries, per_s, mailboxes))))
            return
        result = measure(Path(folder), mail or [], most)
    if json:
        emit(msgspec.json.encode(result))
    else:
        show(result)


async def measure_live(folder: Path, live: Live, deliveries: int, per_s: float, mailboxes: int) -> msgspec.Struct:
    """One run of the whole product."""
    from mailkeep.cli.bench_live import clawback, flood, pace

    if live is Live.CLAWBACK:
        return await clawback(folder, mailboxes=mailboxes)
    run = flood if live is Live.FLOOD else pace
    return await run(folder, deliveries=deliveries, per_s=per_s, people=mailboxes)


def measure(folder: Path, paths: list[str], most: int) -> Measured:
    """Everything measured in one folder of its own."""
    from mailkeep.cli.configuring import write_tenant
    from mailkeep.lab.bench import measure as time_engine
    from mailkeep.settings import TenantSettings
    from mailkeep.simulator.tenant import set_stage, write_history
    from mailkeep.wiring import judge_alone

    stage = set_stage(Random(7), datetime.now(UTC).date())  # noqa: S311 - a story, not a secret
    mails = given(paths, most) or [post.raw for post in (*stage.history, *stage.live)][-most:]
    engine = time_engine(mails, judge_alone(""))
    write_history(folder / "mail", stage.company, stage.history)
    home = folder / "home"
    write_tenant(home, "bench", TenantSettings(kind="maildir", path=folder / "mail"))
    scanned = asyncio.run(scan_all(home))
    speed = scanned.mails / max(scanned.seconds, 1e-9)
    return Measured(
        engine=engine,
        scan_mails_per_s=round(speed, 1),
        scan_ratio=round(engine.timings[0].per_cpu_s / speed, 2),
        version_s=round(min(seconds([sys.executable, "-m", "mailkeep.cli", "--version"]) for _ in range(5)), 3),
        watch_mib=watch_memory(home),
    )


def given(paths: list[str], most: int) -> list[bytes]:
    """The mails in these paths. Raises: OperatorError when paths were given and hold none."""
    from mailkeep.connect.files import FileMail, read_paths

    found: list[bytes] = []
    for item in read_paths(paths):
        if isinstance(item, FileMail):
            found.append(item.raw)
        if len(found) >= most:
            break
    if paths and not found:
        raise OperatorError(f"bench: no mail was found in {', '.join(paths)}.")
    return found


async def scan_all(home: Path) -> "ScanSummary":
    """One whole scan."""
    from mailkeep.flow.scan import scan
    from mailkeep.wiring import open_house

    with open_house(home) as house:
        return await scan(house, "bench")


def seconds(command: list[str]) -> float:
    """Wall time of a command."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own interpreter
    return time.perf_counter() - started


def watch_memory(home: Path) -> int:
    """MiB that a watch holds once it has nothing to do."""
    command = [sys.executable, "-m", "mailkeep.cli", "watch", "bench", "--home", str(home)]
    watching = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - the same
    try:
        held, before = 0, -1
        while watching.poll() is None and held != before:
            time.sleep(2.0)
            before, held = held, resident_mib(watching.pid)
        return held
    finally:
        watching.terminate()
        watching.wait(timeout=20)


def resident_mib(pid: int) -> int:
    """Resident memory of a process; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(line.split()[1]) // 1024


def show(result: Measured) -> None:
    """The figures beside their goals."""
    engine = result.engine
    typer.echo(f"{engine.mails} mails of {engine.mean_bytes} bytes on average")
    for each in engine.timings:
        speed = f"{each.per_cpu_s:8.0f} mails/CPU-s"
        typer.echo(f"  {each.name:<30} p50 {each.p50_ms:7.3f} ms  p99 {each.p99_ms:7.3f} ms  {speed}")
    typer.echo(f"  the engine takes {engine.ratio:.1f} times plain parsing      (goals: p50 3 ms, p99 30 ms)")
    share = f"1/{result.scan_ratio:.1f} of plain parsing"
    typer.echo(f"scan with learning and store: {result.scan_mails_per_s:.0f} mails/s, {share} (goal: 200)")
    typer.echo(f"mailkeep --version: {result.version_s:.2f} s (goal: 0.3)")
    typer.echo(f"watch at rest: {result.watch_mib} MiB (goal: 300); this process at its peak: {engine.peak_mib} MiB")
