"""Which way the mail goes: in, out, or between colleagues."""

import enum

import msgspec

from mailkeep.facts.handover import handover, is_public, submitted, trusted
from mailkeep.facts.read.authentication import Authentication
from mailkeep.facts.read.sender import Sender
from mailkeep.facts.vantage import Vantage
from mailkeep.mail import Message


class Way(enum.StrEnum):
    """The three ways, as seen by the organisation."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """The way of this mail."""

    way: Way
    """INTERNAL needs an own From address and own recipients; a forged own From is still INTERNAL here, with `from_outside`."""
    from_outside: bool
    """From is ours, yet the believed hops or authentication results say it was received from outside."""
    own_recipients: int
    other_recipients: int
    undisclosed: bool
    """No recipient is stated, or none is the mailbox it was found in."""
    to_self: bool
    """From and To are the same address."""


def read(message: Message, sender: Sender, authentication: Authentication, vantage: Vantage) -> Direction:
    """The way, as the recipients, the folder and the believed results show it."""
    stated = {recipient.address for recipient in message.recipients if recipient.address}
    own = sum(1 for address in stated if vantage.directory.holds(address))
    mailbox = vantage.mailbox
    mine = _addresses(vantage)
    return Direction(
        way=_way(sender, vantage, own, len(stated) - own),
        from_outside=sender.own and not vantage.sent_folder and _from_outside(message, authentication, vantage),
        own_recipients=own,
        other_recipients=len(stated) - own,
        undisclosed=not stated
        or (mailbox is not None and bool(mine) and not vantage.sent_folder and mine.isdisjoint(stated)),
        to_self=bool(sender.address) and sender.address in {recipient.address for recipient in message.to},
    )


def _way(sender: Sender, vantage: Vantage, own: int, others: int) -> Way:
    if vantage.sent_folder:
        return Way.OUTGOING if others or not own else Way.INTERNAL
    if not sender.own:
        return Way.INCOMING
    if own or vantage.mailbox is not None:
        return Way.INTERNAL  # whoever else was written to, it lies in a colleague's mailbox
    return Way.OUTGOING if others else Way.INTERNAL


def _addresses(vantage: Vantage) -> frozenset[str]:
    """Every address by which the mailbox's owner can be written to."""
    mailbox = vantage.mailbox
    if mailbox is None or not mailbox.address:
        return frozenset()
    person = vantage.directory.person_at(mailbox.address)
    return frozenset((mailbox.address, *(person.addresses if person else ())))


def _from_outside(message: Message, authentication: Authentication, vantage: Vantage) -> bool:
    """Our name on a mail that no proof of ours came with. What proves itself is ours, wherever it came from."""
    if authentication.aligned is True:
        return False
    if authentication.aligned is False and _judged(authentication):
        return True
    hop = handover(message, vantage.boundary)
    if hop is None or not vantage.boundary.trusted_hosts:
        return False  # colleagues at home and cloud relays are outside too: without known relays hops prove nothing
    outside = (
        is_public(hop.from_ip)
        and not trusted(hop.from_ip, vantage.boundary)
        and not trusted(hop.from_name, vantage.boundary)
    )
    return outside and not submitted(hop)


def _judged(authentication: Authentication) -> bool:
    """True when the sending host was really looked at: mail within one host says "none" throughout."""
    looked = (authentication.spf, authentication.dmarc)
    return any(isinstance(word, str) and word not in ("none", "temperror") for word in looked)
