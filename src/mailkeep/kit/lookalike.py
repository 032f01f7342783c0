"""Which known domain does this one imitate, and how?"""

import msgspec


class Resemblance(msgspec.Struct, frozen=True, gc=False):
    """One domain made to be taken for another."""

    domain: str
    """The imitator, registrable, lower-case ASCII."""
    target: str
    """The domain or brand it is taken for."""
    how: str
    """"homoglyph" · "typo" (edit distance) · "added-word" (corp-example-invoices.test) · "other-suffix" · "as-subdomain"
    (corp.example.evil.test)."""
    closeness: float
    """0 to 1; 1 cannot be told apart by eye."""
