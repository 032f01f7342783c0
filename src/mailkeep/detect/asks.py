"""What asks and links mean together: the groups of asks that detectors speak of, and the links a person could follow."""

from collections.abc import Iterator

from mailkeep.detect.scene import Scene
from mailkeep.facts.read.links import Link
from mailkeep.facts.read.words import Ask
from mailkeep.mail import Place

MONEY = ("payment", "bank-change", "payroll-change", "gift-cards", "crypto")
"""Asks that end in money leaving."""
SIGN_IN = ("credentials", "account-suspended")
"""Asks that end at a log-in page."""
LURES = ("credentials", "account-suspended", "file-share", "e-signature", "voicemail", "delivery", "prize")
"""Asks that make a person follow a link."""
HARMLESS = frozenset({"unsubscribe", "urgency", "availability"})
"""Asks that mean nothing by themselves."""
MAX_QUOTE = 70
"""Characters of the sender's words that a clause repeats."""


def quoted(ask: Ask) -> str:
    """The ask's own words in quotation marks, shortened and on one line."""
    words = " ".join(ask.quote.split())
    return f'"{words if len(words) <= MAX_QUOTE else words[: MAX_QUOTE - 1] + "…"}"'


def first_ask(scene: Scene, *kinds: str) -> Ask | None:
    """The first ask of one of these kinds."""
    return next(iter(scene.facts.words.asks_for(*kinds)), None)


def serious_ask(scene: Scene) -> Ask | None:
    """The first ask that means something by itself."""
    return next((ask for ask in scene.facts.words.asks if ask.kind not in HARMLESS), None)


def web_links(scene: Scene) -> Iterator[Link]:
    """The links to web hosts that a reader could follow; remote pictures left out."""
    return (link for link in scene.facts.links if link.host and link.kind != "image")


def links_away(scene: Scene) -> Iterator[Link]:
    """The web links that lead neither to us nor to the sender's own registrable domain."""
    return (link for link in web_links(scene) if not link.own and not link.same_as_sender)


def new_links(scene: Scene) -> Iterator[Link]:
    """The links away whose domain nobody established ever sent us; none while history is too short to tell."""
    if not scene.history.speaks:
        return iter(())
    known = scene.history.known_link_domains
    return (link for link in links_away(scene) if link.registrable not in known)


def subject_place(scene: Scene) -> Place:
    """Where the subject stands."""
    line = scene.message.header_line("Subject")
    return Place("header", line.start, line.end, "subject") if line else Place("header", label="subject")


def text_place(scene: Scene) -> Place:
    """Where the sender's own words stand."""
    start = scene.message.new_text_start
    return Place(scene.message.text_part, start, start + len(scene.message.new_text), "body")
