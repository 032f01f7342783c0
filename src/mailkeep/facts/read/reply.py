"""Where an answer would go."""

import msgspec

from mailkeep.mail import Place


class ReplyTo(msgspec.Struct, frozen=True, kw_only=True):
    """One Reply-To address that differs from the From address."""

    address: str
    domain: str
    registrable: str
    place: Place
    elsewhere: bool
    """Another registrable domain than the sender's."""
    free_mail: bool
    own: bool
    """The address is in one of our domains."""
