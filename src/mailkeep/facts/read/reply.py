"""Where an answer would go."""

import msgspec

from mailkeep.facts.read.sender import Sender
from mailkeep.facts.vantage import Vantage
from mailkeep.kit.domains import registrable
from mailkeep.kit.mailboxes import is_free_mail
from mailkeep.mail import Address, Message, Place


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


_MOST = 10
"""Reply-To addresses that are read; an honest mail has one or two."""


def read(message: Message, sender: Sender, vantage: Vantage) -> tuple[ReplyTo, ...]:
    """Every Reply-To address that is not the From address, in order, each once."""
    others = {reply.address: reply for reply in message.reply_to if reply.address and reply.address != sender.address}
    return tuple(_reply(address, sender, vantage) for address in list(others.values())[:_MOST])


def _reply(address: Address, sender: Sender, vantage: Vantage) -> ReplyTo:
    owner = registrable(address.domain)
    return ReplyTo(
        address=address.address,
        domain=address.domain,
        registrable=owner,
        place=address.place,
        elsewhere=owner != sender.registrable,
        free_mail=is_free_mail(address.domain),
        own=vantage.directory.holds(address.address),
    )
