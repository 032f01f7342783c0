"""A head's opinion of a mail as evidence: the sentences that decided, quoted, with their places."""

from collections.abc import Iterator

from mailkeep.detect.language.hashing import own_words
from mailkeep.detect.language.model import harmlessness, read, strength, telling_passages
from mailkeep.detect.scene import Evidence, Scene
from mailkeep.facts.presented import presented
from mailkeep.mail import Message, Place

MOST_QUOTED = 90
"""Characters of a sentence that a clause repeats."""


def opinion(scene: Scene, head: str, reads_like: str) -> Iterator[Evidence]:
    """The sentences that make the words read like `reads_like`; nothing while honest mail often reads so."""
    text = own_words(scene.message)
    sure = strength(read(text), head)
    if not sure:
        return
    for passage in telling_passages(text, head):
        quote = " ".join(text[passage.start : passage.end].split())
        short = quote if len(quote) <= MOST_QUOTED else quote[: MOST_QUOTED - 1] + "…"
        yield Evidence(place_of(scene.message, passage.start, passage.end), f'"{short}" reads like {reads_like}', sure)


def calm(scene: Scene) -> Iterator[Evidence]:
    """One piece of evidence when the words read like honest mail and nothing else."""
    sure = harmlessness(read(own_words(scene.message)))
    if sure:
        yield Evidence(Place(scene.message.text_part, label="body"), "the words read like everyday honest mail", sure)


def place_of(message: Message, start: int, end: int) -> Place:
    """Where in the mail these characters of its `own_words` stand."""
    subject = len(message.subject) + 1
    if start < subject:
        line = message.header_line("subject")
        return Place("header", line.start, line.end, "subject") if line else Place("header", label="subject")
    return presented(message).place(message, start - subject, end - subject)
