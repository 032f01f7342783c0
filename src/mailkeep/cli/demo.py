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
from mailkeep.cli.venues import VENUES, Venue
from mailkeep.decide.nouns import Label
from mailkeep.kit.trouble import OperatorError
from mailkeep.simulator.tenant import HISTORY_DAYS

if TYPE_CHECKING:
    from mailkeep.flow.house import House
    from mailkeep.settings import TenantSettings
    from mailkeep.simulator.post import Post
    from mailkeep.simulator.tenant import Stage
    from mailkeep.tell.report import Report
    from mailkeep.wiring import Clock

app = typer.Typer()

TENANT = "northwind"
TELLING = ("vendor-hijacked", "vendor-lookalike", "ceo-fraud")
"""Attacks without a link or a file: only behaviour gives them away."""
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
    provider: Annotated[str, typer.Option(help="Where the company's mail lies: files, m365 or google")] = "files",
    console: Annotated[bool, typer.Option(help="Also open the web console, in versions that have one")] = True,  # noqa: ARG001
    seed: Annotated[int, typer.Option(help="The same seed plays the same day")] = 7,
    size: Annotated[int, typer.Option(min=LEAST, help="People in the company")] = 25,
    days: Annotated[int, typer.Option(min=1, help="Days of past mail to learn from")] = HISTORY_DAYS,
) -> None:
    """Plays the whole story on this machine; nothing else is needed, and nothing is left behind without --home."""
    if provider not in VENUES:
        raise OperatorError(f"--provider {provider}: is not played. Known: {', '.join(VENUES)}.")
    with place(home) as where:
        story = Story(where, VENUES[provider](where), Cast(seed=seed, size=size, days=days), quiet=json)
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


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """Which company is played, and how much of it."""

    seed: int
    """The same plays the same day."""
    size: int
    """People."""
    days: int = HISTORY_DAYS
    """Days of past mail."""


class Story:
    """One day of the made-up company."""

    def __init__(self, home: Path, venue: Venue, cast: Cast, *, quiet: bool) -> None:
        from mailkeep.cli import pages

        self.home = home
        self.venue = venue
        self.cast = cast
        self.quiet = quiet
        self.screen = pages.console()
        self.seen: dict[str, float] = {}
        """Under "first": the moment of the first live verdict."""
        self.shown: set[str] = set()
        """Message-IDs shown whole."""

    async def play(self) -> Result:
        """Sets the stage, learns the past, plays the day, and counts."""
        from mailkeep.simulator.tenant import set_stage
        from mailkeep.wiring import clock_from, open_house

        rng = Random(self.cast.seed)  # noqa: S311 - a story, not a secret
        stage = set_stage(rng, datetime.now(UTC).date(), size=self.cast.size, days=self.cast.days)
        clock = clock_from(stage.live[0].at - AN_HOUR)
        self.say(
            f"{stage.company.name}: {len(stage.company.employees)} people, {len(stage.history)} mails of the past."
        )
        try:
            await self.connect(stage, clock)
            with open_house(self.home, clock) as house:
                await self.learn(house)
                begun = await self.live(house, stage)
                return self.count(stage, list(house.store.reports(tenant=TENANT)), begun)
        finally:
            await self.venue.close()

    def say(self, words: str) -> None:
        """A line of the story."""
        if not self.quiet:
            self.screen.print(words, soft_wrap=True)

    async def connect(self, stage: "Stage", clock: "Clock") -> None:
        """`mailkeep connect`: the company's administrator has followed the consent steps, which are shown."""
        from mailkeep.cli.configuring import write_serve, write_tenant
        from mailkeep.cli.connect import API_KINDS
        from mailkeep.cli.connect_api import look

        tenant = await self.venue.open(stage, clock)
        write_tenant(self.home, TENANT, tenant)
        if (serve := self.venue.serve()) is not None:
            write_serve(self.home, serve)
        if self.venue.kind in API_KINDS:
            self.explain(tenant)
            for check in await look(TENANT, tenant, clock):
                self.say(f"  {check.standing.value}  {check.name}: {check.says}")
            self.say("")

    def explain(self, tenant: "TenantSettings") -> None:
        """What the administrator was asked to grant, tier by tier."""
        from mailkeep.health.consent import consent
        from mailkeep.health.needs import Wish

        for tier in tenant.apps:
            text = consent(self.venue.kind, tier, Wish(), name=TENANT)
            whole = tier is next(iter(tenant.apps))
            steps = text if whole else text.partition("\n\nBy hand")[0]
            self.say(f"\n{steps}")
        self.say("\nThe administrator has followed these steps. `mailkeep doctor` then finds:")

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
        """`mailkeep serve`, while mail arrives; gives the moment of the first delivery."""
        from mailkeep.cli.progress import Settled
        from mailkeep.cli.serve import Role, run
        from mailkeep.flow.notice import Note, Step
        from mailkeep.settings import read_settings

        judged = 0
        settled = Settled(house.store.report, self.show)

        def listen(note: Note) -> None:
            nonlocal judged
            if note.step is Step.KEPT and note.mails:
                judged += note.mails
                self.seen.setdefault("first", time.monotonic())
            settled.listen(note)

        settings = read_settings(self.home)
        role = Role.ALL if settings.serve.public_url else Role.WORKER
        serving = asyncio.create_task(run(house, settings, role, listen))
        await self.promised(house, serving)
        self.say(f"\nThe day begins: {len(stage.live)} mails, {len(stage.attacks)} of them attacks.\n")
        begun = time.monotonic()
        expected = 0
        for post in stage.live:
            expected += copies(post)
            self.venue.deliver(post)
            await asyncio.sleep(PAUSE_S)
        await self.settle(house, serving, lambda: judged >= expected)
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        settled.rest()
        return begun

    async def promised(self, house: "House", serving: "asyncio.Task[None]") -> None:
        """Waits until the provider has promised to tell of every mailbox' mail, where it does such a thing."""
        if house.tenant(TENANT).hook is None:
            return
        async with house.tenant(TENANT).connected() as connector:
            mailboxes = len(await connector.mailboxes())
        limit = time.monotonic() + PATIENCE_S
        while len(house.store.subscriptions.of_tenant(TENANT)) < mailboxes and time.monotonic() < limit:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.1)

    async def settle(self, house: "House", serving: "asyncio.Task[None]", done: Callable[[], bool]) -> None:
        """Waits until every mail is judged and every deed done."""
        limit = time.monotonic() + PATIENCE_S
        while time.monotonic() < limit:
            if serving.done():
                serving.result()
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
