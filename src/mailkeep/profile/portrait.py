"""One person's share of the memory: shown whole, and taken out whole."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from mailkeep.profile.cache import Desk
from mailkeep.profile.keys import (
    ALIAS,
    LINK,
    MAIL,
    NAME,
    PAIR,
    RECORD_KINDS,
    SUBJECT,
    THREAD,
    home_key,
    sender_key,
    tag,
)
from mailkeep.profile.record import Record, Sighting
from mailkeep.profile.shelf import Key, Shelf
from mailkeep.profile.tally import Tally

WRITE_BATCH = 500
"""Entries changed between two writes."""


def portrait(desk: Desk, address: str) -> dict[str, Any]:
    """The communication DNA of one address, ready for JSON: how they write, to whom, under which names. Counts fade by half in
    180 days and are as of each record's last mail; days, not mails, are counted.
    """
    desk.fetch([sender_key(address)])
    own = desk.record(sender_key(address))
    pairs = {key[1].partition(" ")[2]: _shown(record) for key, record in _records(desk, PAIR, f"{address} ")}
    return {
        "address": address,
        "writes": _shown(own) if own else None,
        "recipients_a_day": {_date(day * 86_400): count for day, count in sorted(own.reach.items())} if own else {},
        "contacts": dict(sorted(pairs.items(), key=lambda item: -item[1]["mails"])),
        "contact_of": {
            key[1].partition(" ")[0]: _shown(record)
            for key, record in _records(desk, PAIR)
            if key[1].endswith(f" {address}")
        },
        "names": sorted(key[1] for key, record in _records(desk, NAME) if address in record.axes.get("address", {})),
    }


def erase(desk: Desk, shelf: Shelf, address: str) -> int:
    """Removes everything kept under the address, and every mention of it or of its tag elsewhere; gives entries touched."""
    desk.forget()
    touched = [sender_key(address), home_key(address), home_key(f"{ALIAS}{address}")]
    shelf.delete_many(touched)
    mention, mark = address, tag(address)
    for kind in (*RECORD_KINDS, THREAD, MAIL):
        gone, kept = _without(desk, kind, mention, mark)
        for start in range(0, len(kept), WRITE_BATCH):
            shelf.put_many(kept[start : start + WRITE_BATCH])
        shelf.delete_many(gone)
        touched += [*gone, *(key for key, _ in kept)]
    return len(touched)


def _without(desk: Desk, kind: str, mention: str, mark: str) -> tuple[list[Key], list[tuple[Key, bytes]]]:
    """Keys of this kind to remove, and entries to keep without the mention."""
    gone, kept = [], []
    for key, entry in desk.scan(kind):
        if mention in key[1].split(" "):
            gone.append(key)
        elif isinstance(entry, Record) and _strike(entry, mention, mark):
            (kept.append((key, msgspec.msgpack.encode(entry))) if _says_something(key, entry) else gone.append(key))
        elif isinstance(entry, Sighting) and (entry.author == mark or mark in entry.others):
            others = [each for each in entry.others if each != mark]
            author = "" if entry.author == mark else entry.author
            kept.append((key, msgspec.msgpack.encode(Sighting(entry.at, author, others, entry.forgotten))))
    return gone, kept


def _strike(record: Record, mention: str, mark: str) -> bool:
    """Removes values that name the address; True when there were any."""
    struck = False
    for values in record.axes.values():
        for value in [value for value in values if mention in value or value == mark]:
            del values[value]
            struck = True
    record.axes = {axis: values for axis, values in record.axes.items() if values}
    return struck


def _says_something(key: Key, record: Record) -> bool:
    """False for a name, link or subject that only this person stood behind."""
    return key[0] not in {NAME, LINK, SUBJECT} or any(axis != "*" for axis in record.axes)


def _records(desk: Desk, kind: str, prefix: str = "") -> list[tuple[Key, Record]]:
    return [(key, entry) for key, entry in desk.scan(kind, prefix) if isinstance(entry, Record)]


def _shown(record: Record) -> dict[str, Any]:
    day = record.last // 86_400 + 1
    counts = record.counts(day)
    usual = {axis: _ranked(tallies, day) for axis, tallies in record.axes.items() if axis != "*"}
    return {
        "mails": record.mails,
        "first": _date(record.first),
        "last": _date(record.last),
        "days": counts.days,
        "weeks": counts.weeks,
        "received": round(counts.received, 2),
        "sent": round(counts.sent, 2),
        "replied": round(counts.replied, 2),
        "usual": usual,
    }


def _ranked(tallies: dict[str, Tally], day: int) -> dict[str, float]:
    decayed = {value: round(tally.before(day), 2) for value, tally in tallies.items()}
    return dict(sorted(decayed.items(), key=lambda item: -item[1]))


def _date(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).date().isoformat()
