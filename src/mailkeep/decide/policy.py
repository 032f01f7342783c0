"""What is to be done about a judged mail, as the operator wrote it down."""

import hashlib
import re
import tomllib
from collections.abc import Container, Mapping
from importlib.resources import files
from typing import Any

import msgspec

from mailkeep.decide.nouns import Act, Intent, Label, Verdict
from mailkeep.decide.reading import NOTHING, Block, Reading
from mailkeep.detect.scene import Attack
from mailkeep.facts.read.direction import Direction, Way
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Mailbox

TOP_KEYS = frozenset({"dry_run", "rule", "trusted_senders"})
RULE_KEYS = frozenset({"label", "act", "direction", "group", "attack", "score", "dry_run"})
TRUSTED_KEYS = frozenset({"sender", "weight", "why"})
MOST_TRUST = 1.0
"""Log-odds that naming a sender can take away at most."""


class PolicyError(OperatorError):
    """The policy cannot be used; the message lists every fault with file, line and remedy."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One line of policy. An empty tuple fits everything."""

    labels: tuple[Label, ...]
    act: Act | None
    """None: do nothing, on purpose."""
    ways: tuple[Way, ...] = ()
    groups: tuple[str, ...] = ()
    attacks: tuple[Attack, ...] = ()
    score: float = 0.0
    dry_run: bool = False
    line: int = 0
    """Where the rule begins in its file."""

    def fits(self, verdict: Verdict, way: Way, group: str) -> bool:
        """True when the rule speaks of such a mail in such a mailbox."""
        return (
            verdict.label in self.labels
            and verdict.score >= self.score
            and _named(way, self.ways)
            and _named(group, self.groups)
            and _named(verdict.attack, self.attacks)
        )


def _named(value: object, wanted: Container[object]) -> bool:
    return not wanted or value in wanted


class TrustedSender(msgspec.Struct, frozen=True, kw_only=True):
    """A sender whose authenticated mail weighs a little less. It is scanned like every other."""

    sender: str
    """Address or domain, lower case."""
    weight: float
    """Log-odds, -1 to 0."""
    why: str
    """The operator's reason, printed with the verdict."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule in order, and the senders that weigh less."""

    rules: tuple[Rule, ...]
    trusted_senders: tuple[TrustedSender, ...] = ()
    dry_run: bool = False
    """True: whatever a rule wants is recorded, and nothing is touched."""
    source: str = ""
    """Name of the file, for the reasons it gives."""
    digest: str = ""
    """First 12 hex digits of the text's SHA-256."""


def plan(verdict: Verdict, direction: Direction, mailbox: Mailbox, policy: Policy) -> tuple[Intent, ...]:
    """What the first fitting rule wants done with a mail of this verdict; empty when it wants nothing, or none fits."""
    rule = next((each for each in policy.rules if each.fits(verdict, direction.way, mailbox.group)), None)
    if rule is None or rule.act is None:
        return ()
    subject = " ".join(word for word in (verdict.label, direction.way, mailbox.group, verdict.attack) if word)
    because = f"{subject} → {rule.act} ({policy.source}:{rule.line})"
    return (Intent(act=rule.act, because=because, dry=policy.dry_run or rule.dry_run),)


def read_policy(text: str, source: str) -> Policy:
    """The policy in this TOML text.

    Takes: `source`, the file's name as messages and reasons shall print it.
    Raises: PolicyError with every fault at once, each with file:line and the remedy.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise PolicyError(f"{source}:{line[1] if line else 1}: not valid TOML: {error}. Mend that line.") from error
    reading = Reading(text, source)
    reading.unknown_keys(table, reading.top(), TOP_KEYS)
    rules = tuple(_rule(each, block, reading) for each, block in reading.tables(table, "rule"))
    trusted = tuple(_trusted(each, block, reading) for each, block in reading.tables(table, "trusted_senders"))
    dry_run = reading.flag(table, reading.top(), "dry_run")
    if "rule" not in table:
        reading.fault(1, "holds no [[rule]], so nothing would ever be done. Copy the shipped policy and change it.")
    if reading.faults:
        raise PolicyError("\n".join(reading.sentences()))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Policy(rules=rules, trusted_senders=trusted, dry_run=dry_run, source=source, digest=digest)


def _rule(table: Mapping[str, Any], block: Block, reading: Reading) -> Rule:
    reading.unknown_keys(table, block, RULE_KEYS)
    for key in ("label", "act"):
        if key not in table:
            reading.fault(block.start, f"this rule lacks {key}. Every [[rule]] needs a label and an act.")
    return Rule(
        labels=reading.choices(table, block, "label", Label),
        act=_act(table, block, reading),
        ways=reading.choices(table, block, "direction", Way),
        groups=reading.words(table, block, "group"),
        attacks=reading.choices(table, block, "attack", Attack),
        score=reading.number(table, block, "score", 0.0, 1.0) or 0.0,
        dry_run=reading.flag(table, block, "dry_run"),
        line=block.start,
    )


def _act(table: Mapping[str, Any], block: Block, reading: Reading) -> Act | None:
    value = table.get("act", NOTHING)
    wanted = {act.value: act for act in Act if act is not Act.RESTORE}
    if value != NOTHING and (not isinstance(value, str) or value not in wanted):
        allowed = ", ".join([*wanted, NOTHING])
        reading.fault(block.lines.get("act", block.start), f"act {value!r} is not known. Use one of {allowed}.")
        return None
    return None if value == NOTHING else wanted[value]


def _trusted(table: Mapping[str, Any], block: Block, reading: Reading) -> TrustedSender:
    reading.unknown_keys(table, block, TRUSTED_KEYS)
    senders = reading.words(table, block, "sender")
    if len(senders) != 1 or not re.fullmatch(r"(?:[^@\s]+@)?[\w-]+(?:\.[\w-]+)+", senders[0]):
        line = block.lines.get("sender", block.start)
        reading.fault(line, 'sender must be one address or domain: sender = "billing@vendor.example".')
    why = " ".join(reading.words(table, block, "why"))
    if not why:
        reading.fault(block.start, "a trusted sender needs why: a sentence that the verdict prints.")
    weight = reading.number(table, block, "weight", -MOST_TRUST, 0.0)
    return TrustedSender(
        sender=senders[0].lower() if senders else "", weight=-MOST_TRUST if weight is None else weight, why=why
    )


def shipped_policy() -> Policy:
    """The policy that holds until the operator writes one."""
    return read_policy(shipped_policy_text(), "policy.toml (built in)")


def shipped_policy_text() -> str:
    """The text of the built-in policy with its comments, to be copied and changed."""
    return files("mailkeep.decide").joinpath("data/policy.toml").read_text("utf-8")
