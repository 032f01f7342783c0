"""All facts of one mail, in the order in which they build on each other."""

from datetime import datetime

from mailkeep.facts.facts import Facts
from mailkeep.facts.read import (
    attachments,
    authentication,
    brands,
    bulk,
    codes,
    direction,
    envelope,
    gateway,
    identifiers,
    links,
    origin,
    reply,
    sender,
    thread,
    tricks,
    words,
)
from mailkeep.facts.vantage import Vantage
from mailkeep.mail import Message


def observe(message: Message, vantage: Vantage, received_at: datetime | None = None) -> Facts:
    """Every fact of this mail, read once. What depends on the tenant alone is kept on its directory snapshot.

    Takes: `received_at` in UTC as the provider has it, for mail that nobody dated. Raises: nothing, whatever the mail.
    """
    who = sender.read(message, vantage)
    proof = authentication.read(message, who, vantage)
    files = attachments.read(message)
    squares = codes.read(message, files)
    return Facts(
        sender=who,
        reply_to=reply.read(message, who, vantage),
        envelope=envelope.read(message, who),
        authentication=proof,
        direction=direction.read(message, who, proof, vantage),
        links=links.read(message, who, vantage, files, squares),
        attachments=files,
        codes=squares,
        words=words.read(message),
        identifiers=identifiers.read(message),
        bulk=bulk.read(message),
        filters=gateway.read(message),
        thread=thread.read(message),
        origin=origin.read(message, vantage, received_at),
        tricks=tricks.read(message),
        brands=brands.read(message, who),
    )
