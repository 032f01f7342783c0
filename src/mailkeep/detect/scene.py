"""All that a detector may see, and what it may say."""

from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec

from mailkeep.accounts.state import AccountState
from mailkeep.facts.facts import Facts
from mailkeep.mail import Message, Place
from mailkeep.profile.history import History


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One mail with everything known about it, frozen: nothing in it is live."""

    message: Message
    facts: Facts
    history: History
    account: AccountState = AccountState()


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One pointer for a person: where to look, and what is there."""

    place: Place
    says: str
    """A clause with the value in it, without capital or full stop: "answers go to evil.test, not corp.example"."""
    strength: float = 1.0
    """0 to 1: how fully this evidence earns the detector's weight."""


class Family(StrEnum):
    """Detectors of one family see the same thing from several sides, so what they may add together is capped."""

    IMPERSONATION = "impersonation"
    SPOOFING = "spoofing"
    LINKS = "links"
    ATTACHMENTS = "attachments"
    CONTENT = "content"
    LANGUAGE = "language"
    CONCEALMENT = "concealment"
    BEHAVIOUR = "behaviour"
    TRUST = "trust"
    FORM = "form"


class Attack(StrEnum):
    """What a mail is for, in the field's words; the `attack` of a verdict."""

    CREDENTIAL_PHISHING = "credential_phishing"
    BEC = "bec"
    INVOICE_FRAUD = "invoice_fraud"
    MALWARE = "malware"
    EXTORTION = "extortion"
    CALLBACK = "callback"
    ACCOUNT_TAKEOVER = "account_takeover"
    SCAM = "scam"
    SPAM = "spam"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One opinion: a detector found what it looks for."""

    id: str
    """The detector's kebab-case id."""
    family: Family
    weight: float
    """Log-odds (natural) this adds; negative for signs of trust, which can lower a sum but never stop a scan."""
    evidence: tuple[Evidence, ...]
    """At least one."""
    attack: Attack | None = None
    says: str = ""
    """The detector's sentence: the first line of its page."""


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One detector as the runner knows it: made by `@detector`, found by its file."""

    id: str
    family: Family
    weight: float
    """Log-odds at full strength, before the calibrated table overrides it."""
    attack: Attack | None
    since: str
    page: str
    """The docstring: sentence, Why, Innocent, Misses, Source."""
    find: Callable[[Scene], Iterator[Evidence]]

    @property
    def sentence(self) -> str:
        """What a person reads: the first line of the page."""
        return self.page.strip().splitlines()[0].rstrip(".")


def detector(
    *, family: Family, weight: float, attack: Attack | None = None, since: str = "0.1"
) -> Callable[[Callable[[Scene], Iterator[Evidence]]], Detector]:
    """Makes a function a detector; its name, with hyphens, is its id, and its docstring is its page.

    Takes: weight in natural log-odds (0.5 a hint, 1.5 weighty, 3 strong, 5 nearly decides alone; negative: trust).
    """

    def make(find: Callable[[Scene], Iterator[Evidence]]) -> Detector:
        return Detector(
            id=find.__name__.replace("_", "-"),
            family=family,
            weight=weight,
            attack=attack,
            since=since,
            page=find.__doc__ or "",
            find=find,
        )

    return make
