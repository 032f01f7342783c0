"""The words a mail puts before its reader as its own message."""

import msgspec

from mailkeep.facts.read.thread import is_forward, is_reply
from mailkeep.mail import Message, Place

FEW_WORDS = 8
"""With fewer words of its own, a forward presents what it carries."""
NO_WORDS = 3
"""With fewer, so does every mail that answers nothing."""


class Presented(msgspec.Struct, frozen=True, gc=False):
    """Words, and where in the mail they stand."""

    text: str
    whole: bool = False
    """True when it is the whole text, quotations included; else the sender's new words."""

    def place(self, message: Message, start: int, end: int) -> Place:
        """The place of these characters of the words."""
        if self.whole:
            return Place(message.text_part, start, end, "body")
        first = message.offset_in_text(start)
        return Place(message.text_part, first, max(first, message.offset_in_text(end)), "body")


def presented(message: Message) -> Presented:
    """The sender's new words; the whole text where a mail that is no answer has next to none of its own.

    Who forwards a lure with a bare "see below", or dresses the lure up as a quotation, means the quotation to be read. In an
    answer the quoted words are the other side's, and stay out.
    """
    own = len(message.new_text[:400].split())
    few = FEW_WORDS if is_forward(message) else NO_WORDS
    if own < few and message.quotes and not is_reply(message):
        return Presented(message.text, whole=True)
    return Presented(message.new_text)
