"""Ways the mail hides from filters or from its reader."""

import msgspec

from mailkeep.mail import Place


class Trick(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of concealment."""

    kind: str
    """"invisible-characters", "mixed-scripts", "hidden-text", "text-as-image", "rtl-override", "split-words", "html-comments",
    "encoded-subject", "malformed-mime", "blank-subject-padding", "zero-font"."""
    amount: float
    """How much of it, in the unit the clause names."""
    says: str
    place: Place
