"""Which messages a listing gives, and in which order: $filter and $orderby as Exchange runs them."""

from collections.abc import Iterable, Iterator

from mailkeep.simulator.graph.mailbox import Mailbox
from mailkeep.simulator.graph.odata import Term, terms, unix
from mailkeep.simulator.graph.routes import GraphError, Request
from mailkeep.simulator.graph.tree import Folder, Item
from mailkeep.simulator.graph.wording import MESSAGE

_AUTHOR = "from/emailAddress/address"
_BOUNDS = frozenset({"ge", "gt", "le", "lt"})
_NEXT = 1.0
"""Moments are told in whole seconds, so what is after one begins a second later."""
_BEFORE = 1e-6


def sifted(request: Request, folder: Folder | None) -> Iterator[Item]:
    """The messages that the query wants, newest first unless it says otherwise. Raises: GraphError.

    Takes: None for the whole mailbox but its hidden and recoverable folders.
    """
    spelled, order = request.query.get("$filter", ""), request.query.get("$orderby", "")
    if request.query.get("$search"):
        raise GraphError(400, "SearchNotSupported", "The simulator does not search; it filters.")
    if spelled and order and "receivedDateTime" not in spelled:
        says = "The restriction or sort order is too complex for this operation."
        raise GraphError(400, "InefficientFilter", says)
    found = _lying(request.mailbox, folder, Sieve(terms(spelled)))
    return reversed(list(found)) if _is_rising(order) else found


class Sieve:
    """What a $filter lets through."""

    def __init__(self, asked: Iterable[Term]) -> None:
        self.since: float | None = None
        self.until: float | None = None
        self.message_id: str | None = None
        self.rest: list[Term] = []
        for term in asked:
            self._take(term)

    def holds(self, item: Item) -> bool:
        """True where the message fits."""
        if self.since is not None and item.received < self.since:
            return False
        if self.until is not None and item.received > self.until:
            return False
        if self.message_id is not None and item.letter.message_id != self.message_id:
            return False
        return all(term.holds(_value(item, term.field)) for term in self.rest)

    def _take(self, term: Term) -> None:
        if term.field == "receivedDateTime" and term.op in _BOUNDS:
            bound = unix(str(term.value))
            if term.op in {"ge", "gt"}:
                self.since = bound + (_NEXT if term.op == "gt" else 0)
            else:
                self.until = bound + (_NEXT if term.op == "le" else 0) - _BEFORE
        elif term.field == "internetMessageId" and term.op == "eq":
            self.message_id = str(term.value)
        elif term.op not in _BOUNDS and (term.field in MESSAGE or term.field == _AUTHOR):
            self.rest.append(term)
        else:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", f"The query filter on '{term.field}' is invalid.")


def _value(item: Item, field: str) -> object:
    if field == _AUTHOR:
        people = item.letter.people("From")
        return people[0][1] if people else ""
    return MESSAGE[field](item)


def _is_rising(order: str) -> bool:
    words = (order or "receivedDateTime desc").split()
    if words[0] != "receivedDateTime" or words[1:] not in ([], ["asc"], ["desc"]):
        raise GraphError(400, "ErrorInvalidUrlQuery", "The simulator orders by receivedDateTime only.")
    return words[1:] != ["desc"]


def _lying(mailbox: Mailbox, folder: Folder | None, wanted: Sieve) -> Iterator[Item]:
    """Newest first."""
    if wanted.message_id is not None:
        found: Iterable[Item] = sorted(mailbox.with_message_id(wanted.message_id), key=lambda item: -item.received)
    elif folder is not None and len(folder.items) < len(mailbox.items) // 8:
        found = sorted(folder.items.values(), key=lambda item: -item.received)
    else:
        found = mailbox.by_time(wanted.since, wanted.until)
    seen: dict[int, bool] = {}
    for item in found:
        if item.folder not in seen:
            lies = mailbox.folder(item.folder)
            seen[item.folder] = lies is folder if folder is not None else mailbox.visible(lies)
        if seen[item.folder] and wanted.holds(item):
            yield item
