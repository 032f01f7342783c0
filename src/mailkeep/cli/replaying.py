"""A real organisation replayed under attack: its past is scanned, its later mail watched with attacks among it."""

import asyncio
import csv
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec

from mailkeep.cli.configuring import write_tenant
from mailkeep.cli.progress import bar
from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.maildir_names import directory_name
from mailkeep.connect.port import Delivery
from mailkeep.flow.house import House
from mailkeep.flow.scan import scan
from mailkeep.flow.watch import watch
from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.outcome import Outcome, Seeded, outcome
from mailkeep.lab.replayed import samples_of
from mailkeep.lab.sample import Sample
from mailkeep.mail import parse
from mailkeep.settings import TenantSettings
from mailkeep.simulator.attacks import Target, plays_on
from mailkeep.simulator.organisation import Organisation, organisation_from
from mailkeep.simulator.post import Post
from mailkeep.wiring import clock_from, memory_of, open_home, open_house

TENANT = "replayed"
TRUTH = "truth.json"
"""What was played, in the folder of the replay."""
PAGE = 500
LEARNED_FROM = 6_000
"""Mails of the past that the attacker is taken to have read."""
TRIES = 40
"""Targets tried for one attack before it is given up: not everybody in the directory has a mailbox here."""
TRACE = re.compile(
    rb"(?im)^(?:received|return-path|authentication-results|received-spf|delivered-to|dkim-signature):"
    rb"[^\n]*\n(?:[ \t][^\n]*\n)*"
)


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay knows of itself, kept beside it."""

    border: datetime
    """Mail received from here on was replayed."""
    seeded: tuple[Seeded, ...]


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What was replayed, and how it ended."""

    past: int
    later: int
    attacks: int
    scan_mails_per_s: float
    watch_mails_per_s: float
    outcome: Outcome


class Replay:
    """One replay in a folder of its own."""

    def __init__(
        self, organisation: Path, work: Path, addresses: Mapping[str, str], tell: Callable[[str], None]
    ) -> None:
        self.source = organisation
        self.root = work / "mail"
        self.home = work / "home"
        self.truth = work / TRUTH
        self.addresses = addresses
        self.tell = tell

    async def run(self, *, attacks: int, split: float, seed: int) -> Played:
        """Lays the past down, scans it, plays the later mail with attacks, and counts."""
        moments = sorted([each.received_at async for each in self._deliveries()])
        if len(moments) < 100:
            few = f"{self.source}: {len(moments)} mails are too few to replay."
            raise OperatorError(f"{few} Give a Maildir tenant with months of mail.")
        border = moments[min(len(moments) - 1, int(len(moments) * split))]
        past = [each async for each in self._lay(lambda delivery: delivery.received_at < border)]
        self.tell(f"{len(past)} mails until {border:%Y-%m-%d} are the past, {len(moments) - len(past)} come later.")
        settings = TenantSettings(kind="maildir", path=self.root, addresses=dict(self.addresses))
        write_tenant(self.home, TENANT, settings)
        with open_house(self.home, clock_from(border)) as house:
            with bar("learning the past") as notice:
                scanned = await scan(house, TENANT, notice=notice)
            seeded = self._strike(house, past, (border, moments[-1]), attacks, Random(seed))  # noqa: S311 - dice, not a secret
            later = [each async for each in self._lay(lambda delivery: delivery.received_at >= border)]
            self.truth.write_bytes(msgspec.json.encode(Truth(border=border, seeded=tuple(seeded))))
            self.tell(f"{len(seeded)} attacks are among the later mail.")
            with bar("the later mail") as notice:
                watched = await watch(house, TENANT, once=True, notice=notice)
            reports = (r for r in house.store.reports(tenant=TENANT) if r.received_at >= border)
            return Played(
                past=len(past),
                later=len(later),
                attacks=len(seeded),
                scan_mails_per_s=round(scanned.mails / max(scanned.seconds, 1e-9), 1),
                watch_mails_per_s=round(watched.mails / max(watched.seconds, 1e-9), 1),
                outcome=outcome(seeded, reports),
            )

    async def _deliveries(self) -> AsyncIterator[Delivery]:
        connector = MaildirTenant(self.source)
        try:
            for mailbox in await connector.mailboxes():
                cursor, more = None, True
                while more:
                    page = await connector.fetch(mailbox, cursor, limit=PAGE)
                    for delivery in page.deliveries:
                        yield delivery
                    cursor, more = page.cursor, page.more
        finally:
            await connector.close()

    async def _lay(self, wanted: Callable[[Delivery], bool]) -> AsyncIterator[Delivery]:
        """Writes the wanted mails into the replayed tenant; gives them without their bytes' copy on disk being read again."""
        async for delivery in self._deliveries():
            if wanted(delivery):
                folder = self.root / delivery.ref.mailbox / directory_name(delivery.ref.folder)
                put(folder, delivery.raw, delivery.received_at)
                yield delivery

    def _strike(
        self, house: House, past: Sequence[Delivery], window: tuple[datetime, datetime], number: int, rng: Random
    ) -> list[Seeded]:
        """Delivers the attacks into the window; gives what was played."""
        directory = memory_of(house, TENANT).directory()
        read = [parse(each.raw) for each in past[:: max(1, len(past) // LEARNED_FROM)]]
        organisation = organisation_from(read, directory, mailboxes=self._held())
        traced = sum(bool(mail.hops) for mail in read) > len(read) / 20
        seeded = []
        plays = plays_on(organisation)
        for turn in range(number):
            at = window[0] + timedelta(seconds=rng.uniform(1, (window[1] - window[0]).total_seconds()))
            post = self._aimed(organisation, rng, at, plays[turn % len(plays)])
            if post is not None:
                self._deliver(post, traced=traced)
                seeded.append(Seeded(id=f"{post.kind}-{turn}", kind=post.kind, copies=(post.message_id,)))
        return seeded

    def _aimed(
        self, organisation: Organisation, rng: Random, at: datetime, play: Callable[[Target], Post]
    ) -> Post | None:
        """An attack that reaches at least one mailbox of the tenant; None when no target was found."""
        for _ in range(TRIES):
            post = play(Target(organisation, rng, at))
            if any(self._mailboxes(post)):
                return post
        return None

    def _held(self) -> tuple[str, ...]:
        """Addresses that have a mailbox here."""
        return tuple(self.addresses.get(folder.name, folder.name) for folder in sorted(self.root.iterdir()))

    def _mailboxes(self, post: Post) -> Iterator[str]:
        by_address = {address: mailbox for mailbox, address in self.addresses.items()}
        for address in post.mailboxes:
            mailbox = by_address.get(address, address)
            if (self.root / mailbox).is_dir():
                yield mailbox

    def _deliver(self, post: Post, *, traced: bool) -> None:
        # an organisation whose mail has no trace headers would see the attack by having them, and by nothing else
        raw = post.raw if traced else TRACE.sub(b"", post.raw)
        for mailbox in self._mailboxes(post):
            put(self.root / mailbox, raw, post.at)


def put(folder: Path, raw: bytes, at: datetime) -> None:
    """One read mail in a Maildir folder, dated as received then."""
    for sub in ("cur", "new", "tmp"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    stamp = at.timestamp()
    path = folder / "cur" / f"{int(stamp)}.R{len(raw)}Q{sha256(raw).hexdigest()[:12]}.replay:2,S"
    path.write_bytes(raw)
    os.utime(path, (stamp, stamp))


def read_addresses(path: Path | None) -> dict[str, str]:
    """Mailbox → address, from the first two columns of a tab-separated file with a header line."""
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    return {row[0]: row[1].lower() for row in rows if len(row) > 1}


def samples_in(work: Path) -> list[Sample]:
    """The judged mail of a replay that was kept with --work, labelled. Raises: OperatorError when there is none."""
    try:
        truth = msgspec.json.decode((work / TRUTH).read_bytes(), type=Truth)
    except OSError as error:
        raise OperatorError(f"{work}: holds no replay. `mailkeep lab replay ORG --work {work}` makes one.") from error
    with open_home(work / "home") as store:
        later = (report for report in store.reports(tenant=TENANT) if report.received_at >= truth.border)
        return list(samples_of(later, truth.seeded))


def replay(replayed: Replay, *, attacks: int, split: float, seed: int) -> Played:
    """The replay, from synchronous code."""
    return asyncio.run(replayed.run(attacks=attacks, split=split, seed=seed))
