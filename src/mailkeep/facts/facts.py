"""All facts of one mail, side by side."""

import msgspec

from mailkeep.facts.read.attachments import Attachment
from mailkeep.facts.read.authentication import Authentication
from mailkeep.facts.read.brands import BrandMention
from mailkeep.facts.read.bulk import Bulk
from mailkeep.facts.read.codes import Code
from mailkeep.facts.read.direction import Direction
from mailkeep.facts.read.envelope import Envelope
from mailkeep.facts.read.gateway import FilterVerdict
from mailkeep.facts.read.identifiers import Identifier
from mailkeep.facts.read.links import Link
from mailkeep.facts.read.origin import Origin
from mailkeep.facts.read.reply import ReplyTo
from mailkeep.facts.read.sender import Sender
from mailkeep.facts.read.thread import Thread
from mailkeep.facts.read.tricks import Trick
from mailkeep.facts.read.words import Words


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from one mail; one field a kind."""

    sender: Sender
    reply_to: tuple[ReplyTo, ...]
    envelope: Envelope
    authentication: Authentication
    direction: Direction
    links: tuple[Link, ...]
    """Distinct by URL and shown text, links of attachments and codes included; bounded."""
    attachments: tuple[Attachment, ...]
    codes: tuple[Code, ...]
    words: Words
    identifiers: tuple[Identifier, ...]
    bulk: Bulk
    filters: tuple[FilterVerdict, ...]
    thread: Thread
    origin: Origin
    tricks: tuple[Trick, ...]
    brands: tuple[BrandMention, ...]
