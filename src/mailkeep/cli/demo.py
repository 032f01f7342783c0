"""`mailkeep demo`: a made-up company is learned, attacked and defended before your eyes."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mailkeep.cli.frame import HomeOption, JsonOption, emit
from mailkeep.decide.nouns import Label
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.flow.house import House
    from mailkeep.flow.summaries import WatchSummary
    from mailkeep.simulator.post import Post
    from mailkeep.simulator.tenant import Stage
    from mailkeep.tell.report import Report

app = typer.Typer()

TENANT = "northwind"
TELLING = ("vendor-hijacked", "vendor-lookalike", "ceo-fraud")
"""Attacks without a link or a file: only behaviour gives them away."""
PROVIDERS = ("files",)
LEAST = 5
"""People below which a company has not every desk that the story needs."""
AN_HOUR = timedelta(hours=1)
"""The past is learned this long before the day's first mail."""
PAUSE_S = 0.05
"""Between two deliveries: a busy morning, shown fast."""
PATIENCE_S = 60.0
"""How long the last verdicts may take before the demo says that something hangs."""


@app.command()
def demo(
    *,
    home: HomeOption = None,
    json: JsonOption = False,
    provider: Annotated[str, typer.Option(help="How the company's mailboxes are reached: files")] = "files",
    console: Annotated[bool, typer.Option(help="Also open the web console, in versions that have one")] = True,  # noqa: ARG001
    seed: Annotated[int, typer.Option(help="The same seed plays the same day")] = 7,
    size: Annotated[int, typer.Option(min=LEAST, help="People in the company")] = 25,
) -> None:
    """Plays the whole story on this machine; nothing else is needed, and nothing is left behind without --home."""
    if provider not in PROVIDERS:
        raise OperatorError(f"--provider {provider}: this version plays {', '.join(PROVIDERS)} only.")
    with place(home) as where:
        story = Story(where, seed=seed, size=size, quiet=json)
        result = asyncio.run(story.play())
    if json:
        emit(msgspec.json.encode(result))


@contextmanager
def place(home: Path | None) -> Iterator[Path]:
    """The folder the story plays in: the given one, which must be new or empty, or one that goes with the story."""
    if home is None:
        folder = Path(tempfile.mkdtemp(prefix="mailkeep-demo-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    if home.exists() and any(home.iterdir()):
        raise OperatorError(f"--home {home}: is not empty. The demo needs a folder of its own; give a new one.")
    home.mkdir(parents=True, exist_ok=True)
    yield home


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How the day ended."""

    attacks: int
    caught: int
    """Attacks of which every copy was called malicious or suspicious."""
    honest: int
    touched: int
    """Honest mails of the day on which anything was done."""
    first_verdict_s: float
    """Seconds from the first live delivery to its verdict on the screen."""


class Story:
    """One day of the made-up company."""

    def __init__(self, home: Path, *, seed: int, size: int, quiet: bool) -> None:
        from mailkeep.cli import pages

        self.home = home
        self.mail = home / "mail"
        self.seed = seed
        self.size = size
        self.quiet = quiet
        self.screen = pages.console()
        self.seen: dict[str, float] = {}
        """Under "first": the moment of the first live verdict."""
        self.shown: set[str] = set()
        """Message-IDs shown whole."""

    async def play(self) -> Result:
        """Sets the stage, learns the past, plays the day, and counts."""
        from mailkeep.wiring import clock_from, open_house

        stage = self.set_up()
        with open_house(self.home, clock_from(stage.live[0].at - AN_HOUR)) as house:
            await self.learn(house)
            self.say(f"\nThe day begins: {len(stage.live)} mails, {len(stage.attacks)} of them attacks.\n")
            begun = await self.live(house, stage)
            reports = list(house.store.reports(tenant=TENANT))
            return self.count(stage, reports, begun)

    def say(self, words: str) -> None:
        """A line of the story."""
        if not self.quiet:
            self.screen.print(words)

    def set_up(self) -> "Stage":
        """The company and its past on disk, connected as a tenant."""
        from mailkeep.cli.connect import write_tenant
        from mailkeep.settings import TenantSettings
        from mailkeep.simulator.tenant import set_stage, write_history

        rng = Random(self.seed)  # noqa: S311 - a story, not a secret
        stage = set_stage(rng, datetime.now(UTC).date(), size=self.size)
        files = write_history(self.mail, stage.company, stage.history)
        boundary = stage.company.boundary
        settings = TenantSettings(
            kind="maildir",
            path=self.mail,
            own_domains=tuple(sorted(stage.company.directory().own_domains)),
            authserv=boundary.authserv,
            trusted_hosts=boundary.trusted_hosts,
        )
        write_tenant(self.home, TENANT, settings)
        people, mails = len(stage.company.employees), len(stage.history)
        self.say(f"{stage.company.name}: {people} people, {mails} mails of the past in {files} files.")
        return stage

    async def learn(self, house: "House") -> None:
        """`mailkeep scan`."""
        from mailkeep.cli.progress import bar
        from mailkeep.flow.scan import scan

        with bar("learning the past") as notice:
            summary = await scan(house, TENANT, notice=notice)
        speed = summary.mails / max(summary.seconds, 1e-9)
        self.say(
            f"Learned in {summary.seconds:.1f} s ({speed:.0f} mails/s): who writes to whom, when, from where, for what."
        )

    async def live(self, house: "House", stage: "Stage") -> float:
        """`mailkeep watch`, while mail arrives; gives the moment of the first delivery."""
        from mailkeep.cli.progress import Settled
        from mailkeep.flow.notice import Note, Step
        from mailkeep.flow.watch import watch
        from mailkeep.simulator.tenant import deliver

        judged = 0
        settled = Settled(house.store.report, self.show)

        def listen(note: Note) -> None:
            nonlocal judged
            if note.step is Step.KEPT and note.mails:
                judged += note.mails
                self.seen.setdefault("first", time.monotonic())
            settled.listen(note)

        watching = asyncio.create_task(watch(house, TENANT, once=False, notice=listen))
        begun = time.monotonic()
        expected = 0
        for post in stage.live:
            expected += copies(post)
            deliver(self.mail, post)
            await asyncio.sleep(PAUSE_S)
        await self.settle(house, watching, lambda: judged >= expected)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        settled.rest()
        return begun

    async def settle(self, house: "House", watching: "asyncio.Task[WatchSummary]", done: Callable[[], bool]) -> None:
        """Waits until every mail is judged and every deed done."""
        limit = time.monotonic() + PATIENCE_S
        while time.monotonic() < limit:
            if watching.done():
                watching.result()
            if done() and not house.store.summary().due:
                return
            await asyncio.sleep(0.1)
        self.say("Some verdicts are late; they are counted as missed.")

    def show(self, report: "Report") -> None:
        """One verdict of the day; of a mail that went to many, the first copy whole and the others as a line."""
        from mailkeep.cli import pages

        if self.quiet or report.verdict.label not in {Label.MALICIOUS, Label.SUSPICIOUS}:
            return
        if report.message_id in self.shown:
            self.screen.print(f"           the same mail in {report.mailbox}: {pages.deeds(report)}")
        else:
            self.shown.add(report.message_id)
            self.screen.print(pages.summary(report))

    def count(self, stage: "Stage", reports: "list[Report]", begun: float) -> Result:
        """The day in numbers, and one page of why."""
        from mailkeep.cli import pages
        from mailkeep.lab.outcome import Seeded, outcome

        live = {post.message_id for post in stage.live}
        seeded = [Seeded(id=post.message_id, kind=post.kind, copies=(post.message_id,)) for post in stage.attacks]
        today = [report for report in reports if report.message_id in live]
        found = outcome(seeded, today)
        kinds = {each.id: each.kind for each in seeded}
        acted = [report for report in today if report.message_id in kinds and report.actions]
        worst = min(acted, key=lambda report: telling(kinds[report.message_id]), default=None)
        if worst is not None and not self.quiet:
            self.screen.print(f"\nWhy? `mailkeep explain {worst.id[:8]}` says of one of them:\n")
            self.screen.print(pages.page(worst))
        attacks, honest = round(found.caught.n), round(found.touched.n)
        caught, touched = round(found.caught.hits), round(found.touched.hits)
        self.say(f"\n{caught} of {attacks} attacks caught; {touched} of {honest} honest mails touched.")
        for missed in found.missed:
            self.say(f"  missed: {next(s.kind for s in seeded if s.id == missed)}")
        return Result(
            attacks=attacks,
            caught=caught,
            honest=honest,
            touched=touched,
            first_verdict_s=round(self.seen.get("first", begun + PATIENCE_S) - begun, 3),
        )


def telling(kind: str) -> int:
    """Attacks by how well they show what Mailkeep is for, the best first."""
    return TELLING.index(kind) if kind in TELLING else len(TELLING)


def copies(post: "Post") -> int:
    """How many mailboxes hold this mail once it is delivered."""
    return len(post.mailboxes) + (1 if post.sent_from else 0)
