"""What a benchmark or demo tells a simulator that runs as a process of its own: `POST /_sim/...`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer
from mailkeep.simulator.google.faults import Orders
from mailkeep.simulator.google.routes import Routes

if TYPE_CHECKING:
    from mailkeep.simulator.google.server import GoogleSimulator

T = TypeVar("T")


class Parcel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One mail to deliver to each of some addresses."""

    to: tuple[str, ...]
    raw: str
    """base64url."""
    folder: str = "INBOX"
    at: float | None = None
    """Seconds since 1970; None: now."""


class Parcels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several of them."""

    mails: tuple[Parcel, ...]


def routes(simulator: "GoogleSimulator") -> Routes:
    """The routes by which this simulator is ordered about."""
    table = Routes()

    @table.add("POST", "/_sim/deliver", "sim.order.deliver")
    def deliver(call: Call) -> Reply:
        """Mail arrives; gives the ids, one list for each parcel."""
        parcels = [(each, _opened(call, each)) for each in _read(call, Parcels).mails]
        given = []
        for parcel, raw in parcels:
            at = None if parcel.at is None else datetime.fromtimestamp(parcel.at, UTC)
            given.append([call.workspace.deliver(each, raw, folder=parcel.folder, at=at) for each in parcel.to])
        return answer({"ids": given})

    @table.add("POST", "/_sim/faults", "sim.order.faults")
    def faults(call: Call) -> Reply:
        """Faults from now on."""
        simulator.faults.obey(_read(call, Orders))
        return answer({})

    @table.add("POST", "/_sim/down", "sim.order.down")
    def down(call: Call) -> Reply:
        """Out of reach for so many seconds."""
        seconds = float(call.json().get("seconds", 1))
        simulator.down_for(seconds)
        return answer({})

    @table.add("POST", "/_sim/counts", "sim.order.counts")
    @table.add("GET", "/_sim/counts", "sim.order.counts.get")
    def counts(_: Call) -> Reply:
        """What happened so far."""
        return answer(_counts(simulator))

    return table


def _opened(call: Call, parcel: Parcel) -> bytes:
    """The mail. Raises: Refusal for what cannot be delivered, before anything is."""
    strangers = [each for each in parcel.to if call.workspace.find(each) is None]
    if strangers:
        raise Refusal(400, "invalid", f"{strangers[0]} has no mailbox here. Deliver to people of the workspace.")
    try:
        return mime.from_base64url(parcel.raw)
    except ValueError as error:
        raise Refusal(400, "invalid", "`raw` is not base64url. Encode the mail's bytes with it.") from error


def _counts(simulator: "GoogleSimulator") -> dict[str, Any]:
    workspace, meter = simulator.workspace, simulator.meter
    labels: dict[str, int] = {}
    mails = 0
    for person in workspace.people.values():
        if person.made is None:
            continue
        mails += len(person.made.mails)
        for mail in person.made.mails.values():
            for label in mail.labels:
                name = person.made.labels[label].name if label in person.made.labels else label
                labels[name] = labels.get(name, 0) + 1
    return {
        "people": len(workspace.people),
        "mails": mails,
        "labels": labels,
        "answered": simulator.answered,
        "refused": meter.refused,
        "most_at_once": meter.most_at_once,
        "tokens": workspace.keyring.handed_out,
        "published": workspace.pubsub.published,
        "told": workspace.watches.told,
        "untold": workspace.watches.dropped,
        "faults": simulator.faults.played,
    }


def _read(call: Call, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(call.body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise Refusal(400, "parseError", f"This order cannot be read: {error}.") from error
