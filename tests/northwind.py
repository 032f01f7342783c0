"""A small made-up company on disk, learned through the real product, for tests that need a home with a past."""

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from typer.testing import CliRunner

from mailkeep.cli.app import app
from mailkeep.settings import CONFIG_NAME
from mailkeep.simulator.tenant import deliver, set_stage, write_history
from mailkeep.wiring import open_house

DAY = date(2026, 3, 4)
MORNING = datetime(2026, 3, 4, 5, tzinfo=UTC)
"""When it was scanned: before the mail of its live day, after everything else."""
NAME = "corp"


def call(*arguments, **given):
    """The command line in this process; what would be a traceback there is raised here."""
    return CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False, **given)


@dataclass(frozen=True)
class Northwind:
    """A home, the mail it watches, and the story both come from."""

    folder: Path
    stage: object

    @property
    def home(self):
        return self.folder / "home"

    @property
    def mail(self):
        return self.folder / "mail"

    def call(self, verb, *arguments, **given):
        """A verb of the command line in this home."""
        return call(verb, *arguments, "--home", self.home, **given)

    def deliver(self, posts):
        """These mails arrive."""
        for post in posts:
            deliver(self.mail, post)

    def copy(self, folder):
        """The same company elsewhere, to be changed at will."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        config = folder / "home" / CONFIG_NAME
        if config.exists():
            config.write_text(config.read_text().replace(str(self.folder), str(folder)))
        return Northwind(folder, self.stage)


def found(folder, *, size=6, days=20, attacks=6):
    """The company as it is before anybody connects it."""
    stage = set_stage(Random(7), DAY, size=size, days=days, attacks=attacks)
    made = Northwind(folder, stage)
    write_history(made.mail, stage.company, stage.history)
    return made


def connect(company):
    """`mailkeep connect`, with what the operator of such a company knows."""
    boundary = company.stage.company.boundary
    own = sorted(company.stage.company.directory().own_domains)
    relays = [word for host in boundary.trusted_hosts for word in ("--trusted-host", host)]
    domains = [word for domain in own for word in ("--own-domain", domain)]
    done = company.call("connect", "maildir", NAME, company.mail, "--authserv", boundary.authserv, *relays, *domains)
    assert done.exit_code == 0, done.stderr
    return done


async def learn(company):
    """`mailkeep scan` on the morning of the live day."""
    from mailkeep.flow.scan import scan

    with open_house(company.home, lambda: MORNING) as house:
        return await scan(house, NAME)
