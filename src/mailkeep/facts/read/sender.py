"""Who the mail says it is from."""

import msgspec

from mailkeep.facts import naming
from mailkeep.facts.brand_list import TARGETS, owner_of
from mailkeep.facts.vantage import Vantage
from mailkeep.kit.domains import looks_random, registrable
from mailkeep.kit.lookalike import Lookalikes, Resemblance
from mailkeep.kit.mailboxes import is_disposable, is_free_mail, is_role
from mailkeep.kit.unicode import strip_invisible
from mailkeep.mail import Message, Place
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


_BRANDS = Lookalikes(TARGETS)


def read(message: Message, vantage: Vantage) -> Sender:
    """The From identity of this mail, held against the directory and the brand list. Costs: about 30 µs."""
    author = message.author
    directory = vantage.directory
    name = " ".join(strip_invisible(author.name).split())
    local = author.address.rpartition("@")[0]
    owner = registrable(author.domain)
    person = directory.person_at(author.address)
    own = bool(author.address) and directory.holds(author.address)
    return Sender(
        name=name,
        address=author.address,
        domain=author.domain,
        registrable=owner,
        place=author.place,
        free_mail=is_free_mail(author.domain),
        disposable=is_disposable(author.domain),
        role=is_role(local),
        own=own,
        person=person,
        namesakes=() if person else directory.people_named(name),
        name_address=_other(naming.address_in(name), author.address),
        name_domain=_foreign(naming.domain_in(name), owner),
        name_brand=_foreign_brand(name, author.domain),
        resembles_own=None if own else directory.lookalikes.closest(author.domain),
        resembles_brand=None if own or owner_of(author.domain) else _BRANDS.closest(author.domain),
        several=len({address.address for address in message.from_}) > 1,
        random_local=looks_random(local.partition("+")[0]),
    )


def _other(found: str, real: str) -> str:
    return "" if found == real else found


def _foreign(found: str, owner: str) -> str:
    if not found or registrable(found) == owner:
        return ""
    brand = owner_of(registrable(found))
    return "" if brand and naming.brand_owns(brand, owner) else found  # "Amazon.com" of amazon.de is itself


def _foreign_brand(name: str, domain: str) -> str:
    brand = naming.brand_in(name)
    return "" if not brand or naming.brand_owns(brand, domain) else brand
