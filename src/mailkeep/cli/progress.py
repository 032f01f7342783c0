"""What the corridor says of itself, as a progress bar and live lines on standard error."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from mailkeep.cli import pages
from mailkeep.cli.frame import emit, say, visible
from mailkeep.flow.notice import Note, Notice, Step
from mailkeep.flow.pace import Pace, in_words
from mailkeep.tell.document import line
from mailkeep.tell.report import Report


@contextmanager
def bar(title: str) -> Iterator[Notice]:
    """A notice that draws a bar while the block lasts; on anything but a terminal only troubles are printed.

    What was skipped is not: a broken archive would push the bar off the screen, and the summary lists it.
    """
    screen = Console(stderr=True, highlight=False, markup=False, emoji=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
    )
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(title, total=None, speed="")
        pace = Pace(of=0)

        def listen(note: Note) -> None:
            if note.step is Step.COUNTED:
                pace.of, pace.done = note.of, note.mails
                progress.update(task, completed=note.mails, total=max(1, note.of))
            elif note.step is Step.KEPT:
                now = time.monotonic()
                pace.went_on(note.mails, now)
                rate = pace.rate(now)
                speed = f"{rate:.0f} mails/s, {in_words(pace.left_s(now))}" if rate else ""
                progress.update(task, completed=pace.done, speed=speed)
            elif note.step is Step.SECOND_LOOK:
                progress.update(task, description="second look", completed=note.mails, total=max(1, note.of))
            elif note.step is Step.RECEIPT and note.of:
                progress.update(task, completed=note.mails, total=note.of)
            elif note.step is Step.TROUBLE:
                screen.print(visible(note.says), soft_wrap=True)

        yield listen


class Settled:
    """Hands every verdict on once all its deeds are done, so that what is shown is what became of the mail."""

    def __init__(self, reread: Callable[[str], Report | None], show: Callable[[Report], None]) -> None:
        """Takes: how to read a report anew by its id, and what to do with a settled one."""
        self._reread = reread
        self._show = show
        self._owed: dict[str, set[str]] = {}
        """Verdict id → its actions without a receipt."""
        self._verdict_of: dict[str, str] = {}

    def listen(self, note: Note) -> None:
        """Hears verdicts and receipts; every other step is none of its business."""
        if note.step is Step.REPORTED and note.report is not None:
            self._meet(note.report)
        elif note.step is Step.RECEIPT and note.receipt is not None:
            self._close(self._verdict_of.pop(note.receipt.action, ""), note.receipt.action)

    def rest(self) -> None:
        """Hands on what is still owed: the provider asked to wait, or a person must act."""
        for verdict in list(self._owed):
            self._hand_on(verdict)

    def _meet(self, report: Report) -> None:
        done = {receipt.action for receipt in report.receipts}
        owed = {action.id for action in report.actions if not action.dry} - done
        if not owed:
            self._show(report)
            return
        self._owed[report.id] = owed
        self._verdict_of.update(dict.fromkeys(owed, report.id))

    def _close(self, verdict: str, action: str) -> None:
        owed = self._owed.get(verdict, set())
        owed.discard(action)
        if verdict and not owed:
            self._hand_on(verdict)

    def _hand_on(self, verdict: str) -> None:
        self._owed.pop(verdict, None)
        report = self._reread(verdict)
        if report is not None:
            self._show(report)


@contextmanager
def live(reread: Callable[[str], Report | None], *, as_json: bool) -> Iterator[Notice]:
    """A notice that prints each verdict with what was done about it; troubles go to standard error at once."""
    screen = pages.console()

    def show(report: Report) -> None:
        if as_json:
            emit(line(report))
        else:
            screen.print(pages.summary(report))

    settled = Settled(reread, show)

    def listen(note: Note) -> None:
        settled.listen(note)
        if note.step in {Step.SKIPPED, Step.TROUBLE}:
            say(note.says)

    try:
        yield listen
    finally:
        settled.rest()
