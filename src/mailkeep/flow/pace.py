"""How long a scan will still take, from how it went during the last minute."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 60.0
"""Pauses that the provider asked for lie within it, so that they count as well."""
LEAST_S = 5.0
"""Less than this tells nothing yet."""


@dataclass(slots=True)
class Pace:
    """Mails done by moment."""

    of: int
    """All there are, as far as the provider says."""
    done: int = 0
    _marks: deque[tuple[float, int]] = field(default_factory=deque)
    """(moment, mails done by then), those of the last minute and one before."""

    def went_on(self, mails: int, at_s: float) -> None:
        """So many more are done. Takes: the moment in seconds, of any clock that only goes forward."""
        if not self._marks:
            self._marks.append((at_s, self.done))
        self.done += mails
        self._marks.append((at_s, self.done))

    def rate(self, at_s: float) -> float | None:
        """Mails a second during the last minute, pauses included; None while that cannot be told."""
        while len(self._marks) > 1 and self._marks[1][0] <= at_s - WINDOW_S:
            self._marks.popleft()
        if not self._marks:
            return None
        since, before = self._marks[0]
        lasted = at_s - since
        return (self.done - before) / lasted if lasted >= LEAST_S else None

    def left_s(self, at_s: float) -> float | None:
        """Seconds that the rest takes at this rate; None where nobody can tell, as when nothing went on for a minute."""
        rate = self.rate(at_s)
        if not rate:
            return None
        return max(0, self.of - self.done) / rate


def in_words(seconds: float | None) -> str:
    """A length of time as a person says it; rounded up, for it is a guess."""
    if seconds is None:
        return ""
    minutes = int(seconds // 60) + 1
    if minutes < 2:
        return "less than a minute left"
    if minutes < 120:
        return f"about {minutes} min left"
    return f"about {minutes // 60 + 1} h left"
