"""What the corridor says of itself, as a progress bar and live lines on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from mailkeep.cli import pages
from mailkeep.cli.frame import emit, say, visible
from mailkeep.flow.notice import Note, Notice, Step


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
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(title, total=None, speed="")

        def listen(note: Note) -> None:
            if note.step is Step.COUNTED:
                progress.update(task, total=max(1, note.of))
            elif note.step is Step.KEPT:
                progress.advance(task, note.mails)
                speed = progress.tasks[0].finished_speed or progress.tasks[0].speed
                progress.update(task, speed=f"{speed:.0f} mails/s" if speed else "")
            elif note.step is Step.SECOND_LOOK:
                progress.update(task, description="second look", completed=note.mails, total=max(1, note.of))
            elif note.step is Step.TROUBLE:
                screen.print(visible(note.says), soft_wrap=True)

        yield listen


@contextmanager
def live(*, as_json: bool) -> Iterator[Notice]:
    """A notice that prints each verdict as it falls and each receipt as it comes in."""
    from mailkeep.tell.document import line

    screen = pages.console()

    def listen(note: Note) -> None:
        if note.step is Step.REPORTED and note.report is not None:
            if as_json:
                emit(line(note.report))
            else:
                screen.print(pages.summary(note.report))
        elif note.step is Step.RECEIPT and note.receipt is not None and not as_json:
            why = f" ({note.receipt.why})" if note.receipt.why else ""
            screen.print(f"           {note.says or 'deed'}: {note.receipt.ended.value}{why}")
        elif note.step in {Step.SKIPPED, Step.TROUBLE}:
            say(note.says)

    yield listen
