"""Which of many things were seen before, told exactly from a note of two kilobytes.

A set of a hundred thousand names does not fit into a cursor, and no clock can stand in for it: mail is copied in with old
dates, clocks step back, two files share a tick. So the note is an invertible Bloom lookup table: taking the present keys
out of it leaves the difference of the two sets, and as long as that is small (about eighty keys) every key of it can be
read out and checked. A larger difference is noticed as such, never misread.

Source: Eppstein, Goodrich, Uyeda, Varghese: What's the Difference? Efficient Set Reconciliation without Prior Context,
SIGCOMM 2011.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

PARTS = 3
PART_CELLS = 48
CELLS = PARTS * PART_CELLS
MIX = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1
SIZE = CELLS * (1 + 8 + 4)

Table = tuple[NDArray[np.uint8], NDArray[np.uint64], NDArray[np.uint32]]


class Difference(msgspec.Struct, frozen=True):
    """What changed since the note was taken."""

    new: frozenset[int]
    gone: frozenset[int]


def note(keys: Sequence[int]) -> bytes:
    """The note of these keys, SIZE bytes. Takes: distinct, evenly spread 64-bit numbers."""
    return b"".join(each.tobytes() for each in _table(keys))


def difference(noted: bytes, present: Sequence[int]) -> Difference | None:
    """What is new and what is gone against the note; None when that is too much to tell, or the note is none."""
    if len(noted) != SIZE:
        return None
    counts, keys, checks = (a.tolist() for a in _apart(_unpacked(noted), _table(present)))
    sides: tuple[set[int], set[int]] = (set(), set())
    pure = list(range(CELLS))
    peeled = 0
    while pure:
        cell = pure.pop()
        count, key = counts[cell], keys[cell]
        if count not in (1, 255) or checks[cell] != _check(key) or cell not in _cells(key):
            continue
        if (peeled := peeled + 1) > CELLS:
            return None
        sides[count == 1].add(key)
        for other in _cells(key):
            counts[other] = (counts[other] - count) % 256
            keys[other] ^= key
            checks[other] ^= _check(key)
            pure.append(other)
    if any(counts) or any(keys) or any(checks):
        return None
    return _believed(Difference(new=frozenset(sides[0]), gone=frozenset(sides[1])), set(present))


def _believed(found: Difference, present: set[int]) -> Difference | None:
    """The difference, unless it contradicts what lies there."""
    return found if found.new <= present and not found.gone & present else None


def _cells(key: int) -> tuple[int, ...]:
    return tuple(part * PART_CELLS + (key >> (16 * part) & 0xFFFF) % PART_CELLS for part in range(PARTS))


def _check(key: int) -> int:
    return (key * MIX & MASK) >> 32


def _table(keys: Sequence[int]) -> Table:
    values = np.array(keys, dtype=np.uint64)
    check = (values * np.uint64(MIX) >> np.uint64(32)).astype(np.uint32)
    counts = np.zeros(CELLS, dtype=np.uint64)
    sums, checks = np.zeros(CELLS, dtype=np.uint64), np.zeros(CELLS, dtype=np.uint32)
    for part in range(PARTS):
        cells = (values >> np.uint64(16 * part) & np.uint64(0xFFFF)) % np.uint64(PART_CELLS) + np.uint64(
            part * PART_CELLS
        )
        places = cells.astype(np.intp)
        counts += np.bincount(places, minlength=CELLS).astype(np.uint64)
        np.bitwise_xor.at(sums, places, values)
        np.bitwise_xor.at(checks, places, check)
    return (counts % np.uint64(256)).astype(np.uint8), sums, checks


def _unpacked(noted: bytes) -> Table:
    counts = np.frombuffer(noted, dtype=np.uint8, count=CELLS)
    keys = np.frombuffer(noted, dtype=np.uint64, count=CELLS, offset=CELLS)
    return counts, keys, np.frombuffer(noted, dtype=np.uint32, count=CELLS, offset=CELLS * 9)


def _apart(noted: Table, present: Table) -> Table:
    return noted[0] - present[0], noted[1] ^ present[1], noted[2] ^ present[2]
