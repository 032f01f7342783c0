"""What is usual for the people in one mail, in sentences a person reads beside a verdict."""

from collections.abc import Iterator

from mailkeep.facts.facts import Facts
from mailkeep.facts.read.words import ASKS
from mailkeep.kit.known import known
from mailkeep.profile.history import Acquaintance, Habit, History

ENOUGH = 3.0
"""Past mails from which a habit is worth a sentence."""


def normal(history: History, facts: Facts) -> tuple[str, ...]:
    """Sentences on what is usual here, the relation first; one sentence when nothing was learned yet."""
    if not history.learned.mails:
        return ("Nothing was learned yet: every sender is new.",)
    name = facts.sender.address or facts.sender.name or "this sender"
    return (*_relation(name, history), *_habits(name, history.sender.habit, facts), *_names(history, facts))


def _relation(name: str, history: History) -> Iterator[str]:
    sender, domain = history.sender, history.domain
    if sender.known:
        yield f"{name} has written here {_times(sender.received)}, and was written to {_times(sender.sent)}, {_span(sender)}."
    elif domain.known:
        yield f"{name} never wrote before; others at that domain did, {_span(domain)}."
    else:
        yield f"Neither {name} nor anybody at that domain ever wrote or was written to before."
    if history.pair.known and history.pair.received < sender.received:
        yield f"With this mailbox: {_times(history.pair.received)} in, {_times(history.pair.sent)} out."
    for twin in history.resembles:
        yield f"{twin.target} is a known contact's domain; {twin.domain} looks like it ({twin.how})."


def _habits(name: str, habit: Habit, facts: Facts) -> Iterator[str]:
    if habit.mails < ENOUGH:
        return
    hours = sorted(int(hour) for hour, share in habit.usual("hour", 24) if share >= 0.02)
    if hours:
        hour = facts.origin.local_hour
        here = f"; this one {hour:02d} h" if known(hour) else ""
        yield f"{name} usually writes between {hours[0]:02d} and {hours[-1] + 1:02d} h on their own clock{here}."
    for axis, words, now in (
        ("client", "writes with", facts.origin.client),
        ("network", "sends from", facts.origin.network),
    ):
        usual = ", ".join(f"{value} ({share:.0%})" for value, share in habit.usual(axis, 2))
        if usual:
            yield f"{name} {words} {usual}" + (f"; this one: {now}." if known(now) else ".")
    asks = [ASKS.get(kind, kind) for kind, share in habit.usual("ask", 3) if share >= 0.05]
    yield f"{name} usually asks {'; '.join(asks)}." if asks else f"{name} has hardly ever asked for anything."


def _names(history: History, facts: Facts) -> Iterator[str]:
    others = [address for address in history.name_addresses if address != facts.sender.address]
    if others and facts.sender.name:
        yield f'The name "{facts.sender.name}" belongs to {", ".join(sorted(others)[:3])}.'


def _times(count: float) -> str:
    whole = max(1, round(count)) if count > 0 else 0
    return "never" if not whole else "once" if whole == 1 else f"about {whole} times"


def _span(party: Acquaintance) -> str:
    if party.first_seen is None or party.last_seen is None:
        return "never"
    return f"first {party.first_seen:%Y-%m-%d}, last {party.last_seen:%Y-%m-%d}, in {party.weeks} weeks"
