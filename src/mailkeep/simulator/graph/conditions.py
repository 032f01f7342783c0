"""Conditions of inbox rules: which mail a rule is for. Source: Graph, "messageRulePredicates resource type"."""

from collections.abc import Callable, Iterable
from typing import Any

from mailkeep.simulator.graph.forwarding import sent_on_by
from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.office import Person

Holds = Callable[[Person, Letter, Any], bool]


def _has(text: str, wanted: Iterable[str]) -> bool:
    return any(each.lower() in text.lower() for each in wanted)


def _addresses(letter: Letter, *headers: str) -> set[str]:
    return {address.lower() for header in headers for _, address in letter.people(header)}


def addresses_in(recipients: Iterable[dict[str, Any]]) -> set[str]:
    """The addresses of a list of recipients, lower case."""
    return {str(each["emailAddress"]["address"]).lower() for each in recipients}


def _names(person: Person) -> set[str]:
    return {person.address, *person.aliases}


def _size(letter: Letter, wanted: dict[str, int]) -> bool:
    kilobytes = len(letter.raw) / 1024
    return wanted.get("minimumSize", 0) <= kilobytes <= wanted.get("maximumSize", 2**31)


def _to_me(person: Person, letter: Letter, *headers: str) -> bool:
    return not _names(person).isdisjoint(_addresses(letter, *headers))


CONDITIONS: dict[str, Holds] = {
    "subjectContains": lambda _, letter, wanted: _has(letter.subject, wanted),
    "bodyContains": lambda _, letter, wanted: _has(letter.body[1], wanted),
    "bodyOrSubjectContains": lambda _, letter, wanted: _has(f"{letter.subject}\n{letter.body[1]}", wanted),
    "senderContains": lambda _, letter, wanted: _has(letter.header("From"), wanted),
    "recipientContains": lambda _, letter, wanted: _has(letter.header("To") + letter.header("Cc"), wanted),
    "headerContains": lambda _, letter, wanted: _has("\n".join(f"{k}: {v}" for k, v in letter.headers), wanted),
    "fromAddresses": lambda _, letter, wanted: not addresses_in(wanted).isdisjoint(_addresses(letter, "From")),
    "sentToAddresses": lambda _, letter, wanted: not addresses_in(wanted).isdisjoint(_addresses(letter, "To", "Cc")),
    "sentToMe": lambda person, letter, wanted: _to_me(person, letter, "To") is wanted,
    "sentCcMe": lambda person, letter, wanted: _to_me(person, letter, "Cc") is wanted,
    "sentToOrCcMe": lambda person, letter, wanted: _to_me(person, letter, "To", "Cc") is wanted,
    "notSentToMe": lambda person, letter, wanted: _to_me(person, letter, "To") is not wanted,
    "sentOnlyToMe": lambda person, letter, wanted: (_addresses(letter, "To", "Cc") <= _names(person)) is wanted,
    "hasAttachments": lambda _, letter, wanted: bool(letter.enclosures) is wanted,
    "withinSizeRange": lambda _, letter, wanted: _size(letter, wanted),
    "isAutomaticForward": lambda _, letter, wanted: bool(sent_on_by(letter)) is wanted,
}
"""Condition → whether it holds."""
NEVER_HOLD = frozenset(
    {
        "categories", "importance", "isApprovalRequest", "isAutomaticReply", "isEncrypted", "isMeetingRequest",
        "isMeetingResponse", "isNonDeliveryReport", "isPermissionControlled", "isReadReceipt", "isSigned", "isVoicemail",
        "messageActionFlag", "sensitivity",
    }
)  # fmt: skip
"""Conditions on what the simulator does not keep: they are taken, and never hold."""


def holds(name: str, person: Person, letter: Letter, wanted: object) -> bool:
    """Whether a condition holds for a mail to this person."""
    test = CONDITIONS.get(name)
    return test is not None and wanted is not None and test(person, letter, wanted)
