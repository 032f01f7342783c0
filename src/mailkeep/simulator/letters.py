"""A company's honest mail, day by day."""

import heapq
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random

from mailkeep.simulator.company import Company, Service
from mailkeep.simulator.machines import news, notice
from mailkeep.simulator.pen import QUIET, Pen, steady
from mailkeep.simulator.post import Post, utc
from mailkeep.simulator.talks import Step, Talk, Talks

_A_DAY = {"task": 5.0, "share": 2.0, "account": 0.8}
"""Notices of each kind of service on a working day."""
_INVOICE_DAYS = (1, 2, 15, 16)


class Letters:
    """Writes a company's mail. The same generator state and company give the same mail, byte for byte."""

    def __init__(self, company: Company, rng: Random, *, pace: float = 1.0) -> None:
        """Takes: pace 1 is about 50 mails a working day for 25 people."""
        self._rng = rng
        self._pen = Pen(company, rng)
        self._pace = pace * len(company.employees) / 25
        self._due: list[tuple[datetime, int, Step]] = []
        self._number = count()
        self._talks = Talks(self._pen, self._later)

    @property
    def talks(self) -> tuple[Talk, ...]:
        """Conversations with suppliers so far, newest last."""
        return tuple(talk for talk in self._talks.open if talk.last is not None)

    def days(self, first: date, number: int) -> Iterator[Post]:
        """Every mail of so many days, in the order of time. May be called again for the days after: conversations go on."""
        for offset in range(number):
            day = first + timedelta(days=offset)
            self._plan(day)
            end = datetime.combine(day + timedelta(days=1), time(), UTC)
            while self._due and self._due[0][0] < end:
                at, _, step = heapq.heappop(self._due)
                yield from self._now(at, step)

    def _now(self, at: datetime, step: Step) -> Iterator[Post]:
        """The step's mails that are of this moment; those of a later one are put back on the list."""
        for post in step(at):
            if post.at <= at:
                yield post
            else:
                self._later(post.at, partial(_waiting, post))

    def _plan(self, day: date) -> None:
        """Puts the day's new mail on the list."""
        share = self._pace * (0.06 if day.weekday() in QUIET else 1.0)
        talks = self._talks
        habits = (
            (9.0, talks.among_us),
            (4.0, talks.with_vendor),
            (1.2, talks.invitation),
            (1.5, talks.stranger_writes),
            (0.7, talks.we_write_first),
        )
        for mails, step in habits:
            for _ in range(self._about(mails * share)):
                self._at(day, step)
        for service in self._pen.company.services:
            self._plan_service(day, service, share)
        if day.weekday() not in QUIET and (day.day in _INVOICE_DAYS or self._rng.random() < 0.3):
            for vendor in self._rng.sample(self._pen.company.vendors, 2):
                self._at(day, partial(talks.invoice, vendor=vendor))

    def _plan_service(self, day: date, service: Service, share: float) -> None:
        if service.kind == "news":
            if day.weekday() == steady(service.name) % 5:
                self._at(day, partial(news, self._pen, service=service))
            return
        for _ in range(self._about(_A_DAY[service.kind] * share)):
            self._at(day, partial(notice, self._pen, service=service))

    def _about(self, mean: float) -> int:
        whole = int(mean)
        return whole + (self._rng.random() < mean - whole) + self._rng.choice((-1, 0, 0, 1)) * (whole > 2)

    def _at(self, day: date, step: Step) -> None:
        hour = self._rng.triangular(6, 18, 9.5)
        self._later(datetime.combine(day, time(), UTC) + timedelta(hours=hour, seconds=self._rng.randrange(60)), step)

    def _later(self, at: datetime, step: Step) -> None:
        heapq.heappush(self._due, (utc(at), next(self._number), step))


def _waiting(post: Post, _at: datetime) -> Iterator[Post]:
    yield post
