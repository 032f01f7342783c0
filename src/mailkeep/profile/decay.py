"""How the past fades: by half in half a year, counted in whole UTC days."""

HALF_LIFE_DAYS = 180
"""After this many days a count weighs half. Long enough for a yearly supplier to be remembered, short enough to forget."""
LONGEST_DAYS = 8_000
"""Beyond this age nothing is left (2⁻⁴⁴)."""

_FADED = tuple(0.5 ** (days / HALF_LIFE_DAYS) for days in range(LONGEST_DAYS))


def faded(days: int) -> float:
    """What is left of 1 after this many days: 1 for none or fewer, towards 0 with age."""
    if days <= 0:
        return 1.0
    return _FADED[days] if days < LONGEST_DAYS else 0.0


def day_of(second: int) -> int:
    """The UTC day a Unix second lies in, counted from 1970-01-01."""
    return second // 86_400


def week_of(day: int) -> int:
    """The ISO week a day lies in, counted on; 1970-01-01 was a Thursday."""
    return (day + 3) // 7
