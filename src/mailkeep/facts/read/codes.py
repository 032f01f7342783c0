"""QR codes in pictures, PDFs and drawn in text."""

import msgspec

from mailkeep.mail import Place


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One machine-readable code that decoded."""

    payload: str
    """What a phone would be shown."""
    is_url: bool
    place: Place
    source: str
    """"image", "pdf" or "text"."""
