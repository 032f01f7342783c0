"""Which brands the mail speaks for."""

import msgspec

from mailkeep.mail import Place


class BrandMention(msgspec.Struct, frozen=True, kw_only=True):
    """One brand the mail presents itself as: named in sender, subject, heading, logo text or first words."""

    brand: str
    """Id in the brand list ("microsoft", "dhl")."""
    where: str
    """"name", "subject", "body", "image", "footer"."""
    legitimate: bool
    """The sender's registrable domain is one of that brand's."""
    place: Place
