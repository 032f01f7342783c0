"""Ids: short, and the same whenever the same thing is named, so that doing anything twice makes one row."""

import base64
import hashlib

from mailkeep.connect.port import Ref
from mailkeep.decide.nouns import Act
from mailkeep.store.nouns import Headline


def short_id(*parts: str) -> str:
    """Sixteen lower-case letters and digits that stand for these parts, the same for ever (80 bits)."""
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()


def verdict_id(tenant: str, ref: Ref) -> str:
    """The id of the verdict on this mail in this mailbox, however often it is judged."""
    return short_id("verdict", tenant, ref.mailbox, ref.id)


def deed_id(verdict: str, act: Act, turn: str) -> str:
    """The id of one deed on one mail.

    Takes: `turn` tells apart deeds that may rightly be done twice ("policy" never; by hand, the number of deeds before).
    """
    return short_id("deed", verdict, act.value, turn)


def twin_key(headline: Headline) -> str:
    """Equal for the copies of one mail in several mailboxes; empty where a mail has no Message-ID."""
    if not headline.message_id:
        return ""
    return short_id("twin", headline.message_id, headline.sender, headline.subject)
