"""Dates of mail headers (RFC 5322 §3.3 and what is really sent), without the standard library's silent guesses."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mailkeep.kit.known import Unknown

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTHS |= {"mrz": 3, "mai": 5, "okt": 10, "dez": 12, "maj": 5}
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "bst": 60, "cet": 60, "cest": 120, "met": 60, "mest": 120, "eet": 120, "eest": 180,
    "msk": 180, "ist": 330, "jst": 540, "kst": 540, "wet": 0, "west": 60,
}  # fmt: skip
_TIME = r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*([ap]m)?"
_ZONE = r"\s*(?:([+-])\s*(\d{1,2}):?(\d{2})\b|([a-z]{1,5})\b)?"
_USUAL = re.compile(r"(\d{1,2})[\s.-]+([a-z]{3})[a-z]*[\s.,-]+(\d{2,4})[\s,]+(?:at\s+)?" + _TIME + _ZONE, re.IGNORECASE)
_ASCTIME = re.compile(r"([a-z]{3})[a-z]*\s+(\d{1,2}),?\s+" + _TIME + r"\s*(?:([a-z]{1,5})\s+)?(\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4}),?\s+(?:at\s+)?" + _TIME + _ZONE, re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T\s]+" + _TIME + _ZONE, re.IGNORECASE)


class Stamp(NamedTuple):
    """One moment as a header states it."""

    at: datetime | Unknown
    """UTC."""
    zone_minutes: int | Unknown
    """Offset of the writer's clock; Unknown also for "-0000", which says that the zone is not told (RFC 5322 §3.3)."""


def read(text: str) -> Stamp:
    """The moment a Date header states; Unknown with the reason where it states none that exists."""
    if not text.strip():
        return Stamp(Unknown("empty Date header"), Unknown("empty Date header"))
    fields = _fields(" ".join(text[:400].split()))
    if fields is None:
        return Stamp(Unknown("unreadable Date header"), Unknown("unreadable Date header"))
    year, month, day, hour, minute, second, zone = fields
    offset = 0 if isinstance(zone, Unknown) else zone
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return Stamp(local - timedelta(minutes=offset), zone)
    except (ValueError, OverflowError):
        return Stamp(Unknown("Date header states a moment that does not exist"), zone)


_Fields = tuple[int, int, int, int, int, int, int | Unknown]


def _fields(text: str) -> _Fields | None:
    if hit := _USUAL.search(text):
        day, name, year, *rest = hit.groups()
    elif hit := _ISO.search(text):
        year, month, day, *rest = hit.groups()
        return (int(year), int(month), int(day), *_clock(rest), _zone(rest))
    elif hit := _MONTH_FIRST.search(text):
        name, day, year, *rest = hit.groups()
    elif hit := _ASCTIME.search(text):
        name, day, *clock, word, year = hit.groups()
        rest = [*clock, None, None, None, word]
    else:
        return None
    number = _MONTHS.get(name.lower())
    return None if number is None else (_year(year), number, int(day), *_clock(rest), _zone(rest))


def _year(text: str) -> int:
    """RFC 5322 §4.3: two digits below 50 are this century's, three count from 1900."""
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _clock(rest: list[str | None]) -> tuple[int, int, int]:
    hour, minute, second, half = int(rest[0] or 0), int(rest[1] or 0), int(rest[2] or 0), (rest[3] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, minute, second


def _zone(rest: list[str | None]) -> int | Unknown:
    sign, hours, minutes, word = rest[4:8]
    if sign and hours and minutes:
        offset = int(hours) * 60 + int(minutes)
        if sign == "-" and offset == 0:
            return Unknown("the Date header keeps its zone to itself")
        return -offset if sign == "-" else offset
    if word and word.lower() in _ZONES:
        return _ZONES[word.lower()]
    return Unknown("no zone in the Date header")
