"""Records in hand: a bounded write-back cache over the shelf."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from mailkeep.profile.keys import SIGHTING_KINDS
from mailkeep.profile.record import Record, Sighting, pack, unpack_record, unpack_sighting
from mailkeep.profile.shelf import Key, Shelf

CAPACITY = 12_000
"""Entries in hand: about 25 MB in a common mixture, 80 MB were all of them busy senders."""


class Desk:
    """Unpacked entries, the least lately used put back on the shelf when there are too many."""

    def __init__(self, shelf: Shelf, capacity: int = CAPACITY) -> None:
        self._shelf = shelf
        self._capacity = capacity
        self._held: OrderedDict[Key, Record | Sighting | None] = OrderedDict()
        self._changed: set[Key] = set()

    def fetch(self, keys: Iterable[Key]) -> None:
        """Takes these entries in hand, with one question to the shelf for those not there yet."""
        missing = []
        for key in keys:
            if key in self._held:
                self._held.move_to_end(key)
            else:
                missing.append(key)
        if missing:
            found = self._shelf.get_many(missing)
            for key in missing:
                packed = found.get(key)
                self._held[key] = None if packed is None else unpack(key, packed)

    def record(self, key: Key) -> Record | None:
        """The record in hand; None when there is none, or it was not fetched."""
        entry = self._held.get(key)
        return entry if isinstance(entry, Record) else None

    def sighting(self, key: Key) -> Sighting | None:
        """The sighting in hand."""
        entry = self._held.get(key)
        return entry if isinstance(entry, Sighting) else None

    def open_record(self, key: Key) -> Record:
        """The record in hand for writing, begun when there is none."""
        entry = self._held.get(key)
        if not isinstance(entry, Record):
            entry = self._held[key] = Record()
        self._changed.add(key)
        return entry

    def put(self, key: Key, entry: Record | Sighting | None) -> None:
        """Replaces an entry; None removes it."""
        self._held[key] = entry
        self._changed.add(key)

    def trim(self) -> None:
        """Lets go of the least lately used entries beyond the capacity, a tenth at a time so that writes are batched."""
        if len(self._held) <= self._capacity:
            return
        oldest = [key for key, _ in zip(self._held, range(len(self._held) - self._capacity * 9 // 10), strict=False)]
        self._write(key for key in oldest if key in self._changed)
        for key in oldest:
            del self._held[key]

    def flush(self) -> None:
        """Writes every change to the shelf."""
        self._write(list(self._changed))

    def forget(self) -> None:
        """Writes every change and holds nothing any more, for when the shelf is changed behind it."""
        self.flush()
        self._held.clear()

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[Key, Record | Sighting]]:
        """Every entry of a kind, changes included."""
        self.flush()
        return ((key, unpack(key, packed)) for key, packed in self._shelf.scan(kind, prefix))

    def _write(self, keys: Iterable[Key]) -> None:
        keep, drop = [], []
        for key in list(keys):
            entry = self._held.get(key)
            self._changed.discard(key)
            if entry is None:
                drop.append(key)
            else:
                keep.append((key, pack(entry)))
        if keep:
            self._shelf.put_many(keep)
        if drop:
            self._shelf.delete_many(drop)


def unpack(key: Key, packed: bytes) -> Record | Sighting:
    """The entry that lies under this key."""
    return unpack_sighting(packed) if key[0] in SIGHTING_KINDS else unpack_record(packed)
