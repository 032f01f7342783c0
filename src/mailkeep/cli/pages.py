"""Verdicts as people read them in a terminal: one line each, or the whole page of why."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from mailkeep.act.nouns import Action
from mailkeep.cli.frame import visible
from mailkeep.decide.nouns import Label
from mailkeep.detect.scene import Attack, Signal
from mailkeep.mail import Place
from mailkeep.tell.document import outcome
from mailkeep.tell.report import Report

COLOURS = {Label.MALICIOUS: "bold red", Label.SUSPICIOUS: "bold yellow", Label.GRAYMAIL: "cyan", Label.CLEAN: "green"}

ATTACKS = {
    Attack.CREDENTIAL_PHISHING: "credential phishing: it is after a password",
    Attack.BEC: "business email compromise: somebody plays a person you trust",
    Attack.INVOICE_FRAUD: "invoice fraud: it is after a payment",
    Attack.MALWARE: "malware: it carries or fetches something that runs",
    Attack.EXTORTION: "extortion: it threatens for money",
    Attack.CALLBACK: "call-back fraud: it wants you on the phone",
    Attack.ACCOUNT_TAKEOVER: "account takeover: the account does not behave like its owner",
    Attack.SCAM: "scam: a story to win trust and money",
    Attack.SPAM: "spam",
}


PIPE_WIDTH = 140
"""Columns where no terminal says how wide it is."""


def headline(report: Report) -> Text:
    """One line: label, score, sender, subject, what was done."""
    verdict = report.verdict
    text = Text()
    text.append(f"{verdict.label.value:<10}", COLOURS[verdict.label])
    text.append(f" {verdict.score:7.2%}  ")
    text.append(f"{_short(report.sender, 34):<34}  ")
    text.append(_short(report.subject, 52) or "(no subject)", "bold" if verdict.label is Label.MALICIOUS else "")
    if report.actions:
        text.append(f"  → {deeds(report)}", "magenta")
    return text


def deeds(report: Report) -> str:
    """What was done, in a few words."""
    return ", ".join(f"{action.act.value} {outcome(report, action)}" for action in report.actions) or "nothing done"


def summary(report: Report, reasons: int = 3) -> RenderableType:
    """The headline with its weightiest reasons below."""
    lines: list[RenderableType] = [headline(report)]
    against = (signal for signal in report.verdict.signals[:reasons] if signal.weight > 0)
    lines.extend(Padding(Text.assemble(("· ", "dim"), s.evidence[0].says), (0, 0, 0, 11)) for s in against)
    return Group(*lines)


def page(report: Report) -> RenderableType:
    """The whole page: what it is, why, what is normal for these people, what was done, how to undo it."""
    blocks: list[RenderableType] = [_what(report), *_why(report)]
    if report.normal:
        blocks += [_title("What is normal here"), *(Padding(Text(line), (0, 0, 0, 2)) for line in report.normal)]
    blocks += [_title("What was done"), *_done(report)]
    return Group(*blocks)


def _what(report: Report) -> RenderableType:
    verdict = report.verdict
    head = Text()
    head.append(f"{verdict.label.value.upper()}", COLOURS[verdict.label])
    head.append(f"  {verdict.score:.2%} sure it is an attack")
    if verdict.attack:
        head.append(f"  ({ATTACKS[verdict.attack]})")
    table = Table.grid(padding=(0, 2))
    for name, value in (
        ("from", report.sender),
        ("to", ", ".join(report.recipients[:4]) + (" …" if len(report.recipients) > 4 else "")),
        ("subject", report.subject or "(none)"),
        ("received", f"{report.received_at:%Y-%m-%d %H:%M} UTC, judged in {report.elapsed_ms:.1f} ms"),
        ("mailbox", report.mailbox or "-"),
        ("campaign", report.campaign or "-"),
        ("id", report.id),
    ):
        table.add_row(Text(name, "dim"), Text(value))
    return Group(head, table)


def _why(report: Report) -> list[RenderableType]:
    against = [s for s in report.verdict.signals if s.weight > 0]
    for_it = [s for s in report.verdict.signals if s.weight <= 0]
    blocks: list[RenderableType] = []
    if against:
        blocks += [_title("Why"), _signals(against)]
    if for_it:
        blocks += [_title("What speaks for it"), _signals(for_it)]
    if not against and not for_it:
        blocks += [_title("Why"), Padding(Text("No detector found anything."), (0, 0, 0, 2))]
    return blocks


def _signals(signals: list[Signal]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for signal in signals:
        table.add_row(
            Text(f"{signal.weight:+5.1f}", "bold"), Text(signal.says or signal.id, "bold"), Text(signal.id, "dim")
        )
        for evidence in signal.evidence[:4]:
            table.add_row("", Text.assemble((f"{place_words(evidence.place)}: ", "cyan"), evidence.says), "")
    return Padding(table, (0, 0, 0, 2))


def place_words(place: Place) -> str:
    """A place as a person names it."""
    label = place.label or ("the headers" if place.part == "header" else f"part {place.part}")
    if place.part == "header" or place.end <= place.start:
        return label
    return f"{label}, characters {place.start}-{place.end}"


def _done(report: Report) -> list[RenderableType]:
    if not report.actions:
        return [Padding(Text("Nothing: the mail stays where it is."), (0, 0, 0, 2))]
    return [Padding(_deed(report, action), (0, 0, 0, 2)) for action in report.actions]


def _deed(report: Report, action: Action) -> Text:
    text = Text.assemble((action.act.value, "bold"), f": {outcome(report, action)} ({action.because}; by {action.by})")
    if action.undo:
        flags = ", ".join(sorted(action.undo.flags)) or "no flags"
        text.append(f"\nundo: mailkeep restore {report.id}   (back to {action.undo.folder}, {flags})", "dim")
    return text


def _title(words: str) -> RenderableType:
    return Padding(Text(words, "bold underline"), (1, 0, 0, 0))


def _short(text: str, most: int) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"


class Screen(Console):
    """A console that hostile text cannot command; what a reader who went away means is left to the command line."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments to print, with only the console's own commands in them."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Raises: BrokenPipeError."""
        raise BrokenPipeError


def console() -> Console:
    """A console on standard output; hostile text is printed as text, never as markup."""
    screen = Screen(highlight=False, markup=False, emoji=False)
    if not screen.is_terminal:
        screen.width = PIPE_WIDTH
    return screen
