"""Who the mail says it is from."""

import msgspec

from mailkeep.kit.lookalike import Resemblance
from mailkeep.mail import Place
from mailkeep.people.directory import Person


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """The From identity, and whom it could be taken for."""

    name: str
    """Display name, invisible characters removed; empty when there is none."""
    address: str
    """Lower case; empty when none could be read."""
    domain: str
    registrable: str
    """Registrable domain of `domain` (public suffix list, private suffixes included)."""
    place: Place
    free_mail: bool
    """The domain gives mailboxes to anybody."""
    disposable: bool
    """The domain gives throw-away mailboxes."""
    role: bool
    """The local part is a desk or a machine (noreply, billing, support), not a person."""
    own: bool
    """The domain is one of ours. Says nothing of whether it is forged."""
    person: Person | None
    """The colleague who owns this address."""
    namesakes: tuple[Person, ...]
    """Colleagues who bear this display name while the address is none of theirs."""
    name_address: str
    """An address written inside the display name, when it is another than the real one; else empty."""
    name_domain: str
    """A domain or URL host written inside the display name that is not the sender's; else empty."""
    name_brand: str
    """Id of a brand named in the display name whose domains do not hold the sender's; else empty."""
    resembles_own: Resemblance | None
    """The domain imitates one of ours."""
    resembles_brand: Resemblance | None
    """The domain imitates a known brand's."""
    several: bool
    """The mail states more than one From address."""
    random_local: bool
    """The local part looks machine-made (x7f3k9q2)."""
