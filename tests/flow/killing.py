"""A real process that walks a real Maildir tenant over a real store, and is really killed."""

import asyncio
import multiprocessing
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from tests.flow.company import START, letter, phish
from tests.flow.company import house_of as a_house

from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.port import QUARANTINE_FOLDER, Done
from mailkeep.flow.scan import scan
from mailkeep.flow.watch import watch
from mailkeep.profile.cache import unpack
from mailkeep.store.due import LIVE_LANE, Owed

FORK = multiprocessing.get_context("fork")
LETTERS, ATTACKS = 2, 1
BOXES = ("ada@corp.example", "ben@corp.example")


class Logged(MaildirTenant):
    """A Maildir tenant that notes every deed it really did, where a killed process cannot lose it."""

    def __init__(self, root: Path, log: Path):
        super().__init__(root)
        self.log = log

    async def quarantine(self, ref):
        outcome = await super().quarantine(ref)
        if outcome.done is Done.DONE:
            with self.log.open("a") as file:
                file.write(f"{ref.mailbox}/{ref.id}\n")
        return outcome


class Scene:
    """A tenant with honest letters and attacks in two mailboxes, and a home."""

    def __init__(self, folder: Path):
        self.folder, self.root, self.log = folder, folder / "tenant", folder / "deeds.log"
        for box in BOXES:
            to = box.partition("@")[0]
            for sub in ("cur", "new", "tmp"):
                (self.root / box / sub).mkdir(parents=True)
            for number in range(LETTERS):
                self.put(box, f"{number}", letter(number, to=to), "cur", ":2,S")
            for number in range(ATTACKS):
                self.put(box, f"9{number}", phish(number, to=to), "cur", ":2,FS")
        self.log.touch()
        self.names = {path.name for path in self.files()}

    def put(self, box, name, raw, sub="new", flags=""):
        path = self.root / box / sub / f"17{name}.M1P1.host{flags}"
        path.write_bytes(raw)
        moment = START.timestamp() + 3600 * len(list(path.parent.iterdir()))
        os.utime(path, (moment, moment))

    def house(self):
        return a_house(self.folder / "home", lambda: Logged(self.root, self.log), clock=lambda: datetime.now(UTC))

    def tell(self):
        """Notices of every mail, written down as by whoever hears them."""
        house, at = self.house(), datetime.now(UTC)
        refs = asyncio.run(self._refs())
        house.store.due.publish(
            [
                Owed(
                    lane=LIVE_LANE,
                    job=f"corp/{ref.mailbox}/{ref.id}",
                    tenant="corp",
                    key=ref.mailbox,
                    refs=(ref.id,),
                    at=at,
                )
                for ref in refs
            ]
        )
        house.store.close()

    def walk(self, kill_at=0, verb="watch", act=True):
        """Walks in a process of its own; killed at the n-th thing the corridor says. Gives how it ended: 0 or -9."""
        child = FORK.Process(target=self._walk, args=(kill_at, verb, act))
        child.start()
        child.join()
        return child.exitcode

    def start(self, verb="watch"):
        """The same process left running."""
        child = FORK.Process(target=self._walk, args=(0, verb, True))
        child.start()
        return child

    def files(self):
        return sorted(path for path in self.root.rglob("*.host*") if path.is_file())

    def pulled(self):
        return [path for path in self.files() if QUARANTINE_FOLDER in str(path)]

    def deeds(self):
        return self.log.read_text().split()

    def learned(self, house):
        kinds = ("pair", "sender", "domain", "thread", "mail", "home", "total", "name", "link", "subject")
        shelf = house.store.shelf("corp")
        return {kind: {key: unpack(key, packed) for key, packed in shelf.scan(kind)} for kind in kinds}

    async def _refs(self):
        tenant = MaildirTenant(self.root)
        pages = [await tenant.fetch(each, None, limit=99) for each in await tenant.mailboxes()]
        await tenant.close()
        return [delivery.ref for page in pages for delivery in page.deliveries]

    def _walk(self, kill_at, verb, act):
        house = self.house()
        said = 0

        def notice(_note):
            nonlocal said
            said += 1
            if said == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        if verb == "scan":
            asyncio.run(scan(house, "corp", notice=notice, act=act))
        else:
            asyncio.run(watch(house, "corp", once=True, notice=notice))
        house.store.close()
