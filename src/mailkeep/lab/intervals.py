"""Rates with what they are worth: n and the 95 % interval."""

import math

import msgspec

Z95 = 1.959964


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A share of a sample."""

    hits: float
    """May be fractional where mails are weighted by campaign."""
    n: float
    share: float
    """Hits / n; 0 for an empty sample."""
    low: float
    """Lower end of the 95 % interval."""
    high: float

    def __str__(self) -> str:
        return f"{self.share:.2%} (n={self.n:g}, 95 %: {self.low:.2%}-{self.high:.2%})"


def rate(hits: float, n: float) -> Rate:
    """The share with Wilson's score interval, which stays honest near 0 and 1 and for small n.

    Source: E. B. Wilson, "Probable inference", JASA 22 (1927).
    """
    if n <= 0:
        return Rate(hits=0, n=0, share=0.0, low=0.0, high=1.0)
    share = hits / n
    spread = 1 + Z95**2 / n
    middle = (share + Z95**2 / (2 * n)) / spread
    half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n)) / spread
    return Rate(hits=hits, n=n, share=share, low=max(0.0, middle - half), high=min(1.0, middle + half))
