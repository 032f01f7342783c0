"""A made-up company as a Maildir tenant: months of past mail on disk, and a day of live mail with attacks among it."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from mailkeep.simulator.attacks import Target, plays_on
from mailkeep.simulator.company import Company, make_company
from mailkeep.simulator.letters import Letters
from mailkeep.simulator.organisation import Organisation, organisation_of
from mailkeep.simulator.pen import QUIET, steady
from mailkeep.simulator.post import Post

HISTORY_DAYS = 120
ARCHIVED_AFTER = timedelta(days=30)
FOLDERS = ("", ".Sent", ".Archive")
"""Maildir++ names; the empty one is the INBOX."""
_HOST = "store1"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A company, its past, and the day on which it is attacked."""

    company: Company
    organisation: Organisation
    history: tuple[Post, ...]
    """In the order of time, all before `live`."""
    live: tuple[Post, ...]
    """Honest mail and attacks of one working day, in the order of time."""

    @property
    def attacks(self) -> tuple[Post, ...]:
        """The attacks among `live`."""
        return tuple(post for post in self.live if post.attack)


def set_stage(rng: Random, today: date, *, size: int = 25, days: int = HISTORY_DAYS, attacks: int = 12) -> Stage:
    """A company with so many days of past, and so many attacks on the last working day up to `today`.

    Gives: the same stage for the same generator state and day. Costs: about a second for the default size.
    """
    while today.weekday() in QUIET:
        today -= timedelta(days=1)
    company = make_company(rng, size=size)
    letters = Letters(company, rng)
    history = tuple(letters.days(today - timedelta(days=days), days))
    organisation = organisation_of(company, letters.talks)
    honest = tuple(letters.days(today, 1))
    live = sorted((*honest, *strikes(organisation, rng, today, attacks)), key=lambda post: post.at)
    return Stage(company=company, organisation=organisation, history=history, live=tuple(live))


def strikes(org: Organisation, rng: Random, day: date, number: int) -> Iterator[Post]:
    """So many attacks on one day, every kind in turn, at moments between 08:00 and 17:00 UTC."""
    plays = plays_on(org)
    start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    for turn in range(number):
        at = start + timedelta(seconds=rng.randrange(9 * 3600))
        yield plays[turn % len(plays)](Target(org, rng, at))


def write_history(root: Path, company: Company, history: Iterable[Post]) -> int:
    """Writes past mail as read mail, older parts of it archived; gives the number of files. The folder is made when missing.

    Raises: OSError when the disk refuses.
    """
    posts = list(history)
    last = max((post.at for post in posts), default=datetime.now(UTC))
    for employee in company.employees:
        for folder in FOLDERS:
            _make_folder(root / employee.address, folder)
    files = 0
    for post in posts:
        old = last - post.at > ARCHIVED_AFTER
        for address in post.mailboxes:
            folder = ".Archive" if old and steady(post.message_id + address) % 4 == 0 else ""
            _put(root / address / folder / "cur" / f"{_name(post, address)}:2,S", post.raw, post.at)
            files += 1
        files += _put_sent(root, post)
    return files


def deliver(root: Path, post: Post) -> tuple[Path, ...]:
    """Delivers one mail as a mail host does: written aside, then moved into `new`; gives the recipients' files."""
    paths = []
    for address in post.mailboxes:
        _make_folder(root / address, "")
        aside = root / address / "tmp" / _name(post, address)
        _put(aside, post.raw, post.at)
        paths.append(aside.rename(root / address / "new" / aside.name))
    _put_sent(root, post)
    return tuple(paths)


def _put_sent(root: Path, post: Post) -> int:
    if not post.sent_from:
        return 0
    _make_folder(root / post.sent_from, ".Sent")
    _put(root / post.sent_from / ".Sent" / "cur" / f"{_name(post, post.sent_from)}:2,S", post.sent_raw, post.at)
    return 1


def _make_folder(mailbox: Path, folder: str) -> None:
    place = mailbox / folder
    if (place / "tmp").is_dir():
        return
    for sub in ("cur", "new", "tmp"):
        (place / sub).mkdir(parents=True, exist_ok=True)
    if folder:
        (place / "maildirfolder").touch()


def _name(post: Post, address: str) -> str:
    """A name that is unique and the same in every run."""
    return f"{int(post.at.timestamp())}.M{steady(post.message_id):06d}P{steady(address)}.{_HOST}"


def _put(path: Path, raw: bytes, at: datetime) -> None:
    path.write_bytes(raw)
    os.utime(path, (at.timestamp(), at.timestamp()))
