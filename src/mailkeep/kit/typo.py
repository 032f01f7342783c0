"""How easily one word is typed, or read, as another."""

from itertools import pairwise

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VISUAL = frozenset({"il", "ij", "uv", "vy", "ce", "co", "nh", "bd", "pq", "gq", "mn", "vw", "ft", "lt", "ao", "rn"})
"""Pairs, in alphabetical order, that a hurried reader takes for each other."""


def _neighbours() -> frozenset[str]:
    pairs = {a + b for row in _ROWS for a, b in pairwise(row)}
    for upper, lower in pairwise(_ROWS):
        pairs |= {upper[at + step] + key for at, key in enumerate(lower) for step in (0, 1) if at + step < len(upper)}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


_NEIGHBOURS = _neighbours()


def closeness(target: str, other: str, most: int) -> float:
    """How near `other` is to `target`, 0 to 1; 0 when more than `most` slips (1 or 2) lie between them, or none does.

    A slip is a letter left out, added, changed, or two swapped (Damerau). Slips that fingers and eyes really make (doubled
    letter, neighbouring key, swapped letters, look-alike letter) count less; another first letter and a plural s, which make
    honest other words, count more.
    """
    if target == other or abs(len(target) - len(other)) > most:
        return 0.0
    start, end_target, end_other = _differing(target, other)
    cost = _slips(target[start:end_target], other[start:end_other], most)
    if cost > most:
        return 0.0
    longest = max(len(target), len(other))
    near = 1 - cost / longest
    if cost == 1:
        near += _likelihood(target, other, start, target[start:end_target], other[start:end_other])
    elif start == 0:
        near -= 0.1
    return max(0.0, min(0.97, near))


def is_plain_variant(one: str, other: str) -> bool:
    """True when the two differ only by hyphens, as one owner's two spellings do."""
    return one.replace("-", "") == other.replace("-", "")


def _differing(a: str, b: str) -> tuple[int, int, int]:
    """Where the two begin to differ, and where the differing stretch ends in each."""
    shorter = min(len(a), len(b))
    start = 0
    while start < shorter and a[start] == b[start]:
        start += 1
    end_a, end_b = len(a), len(b)
    while end_a > start and end_b > start and a[end_a - 1] == b[end_b - 1]:
        end_a -= 1
        end_b -= 1
    return start, end_a, end_b


def _slips(a: str, b: str, most: int) -> int:
    """Optimal-string-alignment distance of two short stretches; `most` + 1 as soon as it must be more."""
    if len(a) <= 1 and len(b) <= 1:
        return 1
    if len(a) == 2 and a == b[::-1]:
        return 1
    if most == 1:
        return 2
    far = most + 1
    before: list[int] = []
    row = [j if j <= most else far for j in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        further = [far] * (len(b) + 1)
        if i <= most:
            further[0] = i
        for j in range(max(1, i - most), min(len(b), i + most) + 1):  # farther off the diagonal it is too far anyway
            y = b[j - 1]
            if x == y:
                further[j] = row[j - 1]
                continue
            cost = 1 + min(row[j], further[j - 1], row[j - 1])
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            further[j] = cost
        if min(further) > most:
            return far
        before, row = row, further
    return row[-1]


def _likelihood(target: str, other: str, start: int, gone: str, come: str) -> float:
    """What to add for a slip that is really made, and to take off for one that makes another honest word."""
    if start == 0 and not (gone and gone == target[1:2]) and not (come and come == other[1:2]) and len(gone) < 2:
        return -0.12
    if len(gone) == 2:
        return 0.06
    if gone and come:
        if "".join(sorted(gone + come)) in _VISUAL:
            return 0.08
        if (gone + come) in _NEIGHBOURS:
            return 0.02
        return -0.05
    letter, word = (come, other) if come else (gone, target)
    if letter in word[max(0, start - 1) : start] or letter in word[start + 1 : start + 2]:
        return 0.08
    if start == len(word) - 1 and letter in "se":
        return -0.25  # apples, amazone: an ending makes another word
    return -0.08 if start == len(word) - 1 else 0.0
