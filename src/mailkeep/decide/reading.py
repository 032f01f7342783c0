"""Reads a policy file, and tells the operator everything that is wrong with it at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

NOTHING = "nothing"
EXEMPTIONS = frozenset(
    {
        "allow", "allow_list", "allowlist", "allowed", "whitelist", "white_list", "safe_senders", "safelist", "exempt",
        "exemptions", "exclude", "exclusions", "except", "skip", "skip_scan", "ignore", "bypass", "no_scan", "scan",
    }
)  # fmt: skip
"""Keys by which other products let mail pass unseen."""
SENDER_KEYS = frozenset({"sender", "senders", "from", "domain", "domains", "address", "contact", "contacts", "ip"})
"""Keys by which a rule would tell senders apart."""
NO_EXEMPTION = (
    "would let mail pass unscanned, and a known contact's address is what a taken-over mailbox writes from. "
    "Remove it; name the sender under [[trusted_senders]], which lowers the weight by at most 1 and says so."
)
_HEAD = re.compile(r"^\s*\[\[?\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*[\"']?([\w-]+)[\"']?\s*=")


class Block(msgspec.Struct, frozen=True):
    """One table of the file with the lines its keys stand on."""

    name: str
    start: int
    lines: Mapping[str, int]


def blocks(text: str) -> tuple[Block, ...]:
    """The tables of a TOML text in order, the top one first, named "", with line numbers from 1.

    tomllib gives values without places; keys of nested inline tables are not told apart, which costs only a line number.
    """
    found = [Block("", 1, {})]
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _HEAD.match(line):
            found.append(Block(head[1].strip("\"' "), number, {}))
        elif key := _KEY.match(line):
            found[-1] = Block(found[-1].name, found[-1].start, {key[1]: number, **found[-1].lines})
    return tuple(found)


class Reading:
    """One pass over one file: takes typed values out of tables and gathers a sentence for whatever is wrong."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.faults: list[tuple[int, str]] = []
        self._blocks = blocks(text)

    def fault(self, line: int, sentence: str) -> None:
        """Notes one fault at this line."""
        self.faults.append((line, f"{self.source}:{line}: {sentence}"))

    def sentences(self) -> list[str]:
        """Every fault, by line."""
        return [sentence for _, sentence in sorted(self.faults)]

    def top(self) -> Block:
        """The keys above the first table."""
        return self._blocks[0]

    def named(self, name: str) -> tuple[Block, ...]:
        """The tables of this name, in order."""
        return tuple(block for block in self._blocks[1:] if block.name == name)

    def line_of(self, name: str) -> int:
        """The line where a key or table of this name first stands at the top."""
        tables = self.named(name)
        return self.top().lines.get(name, tables[0].start if tables else 1)

    def tables(self, table: Mapping[str, Any], name: str) -> Iterator[tuple[dict[str, Any], Block]]:
        """Each `[[name]]` with its lines; a value of another kind is a fault."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(self.line_of(name), f"{name} must be tables: write [[{name}]] above each.")
            return
        places = self.named(name)
        for index, each in enumerate(value):
            # an inline array of tables has no heads of its own: all stand on the line of the key
            yield each, places[index] if index < len(places) else Block(name, self.line_of(name), {})

    def unknown_keys(self, table: Iterable[str], block: Block, allowed: frozenset[str]) -> None:
        """A fault for each key that is not allowed here; one that would exempt senders says why it is refused."""
        for key in table:
            line = block.lines.get(key, block.start) if block.name else self.line_of(key)
            if key in allowed:
                continue
            if key.lower() in EXEMPTIONS or (block.name == "rule" and key.lower() in SENDER_KEYS):
                self.fault(line, f"{key} {NO_EXEMPTION}")
            else:
                self.fault(line, f"{key} is not known here. Use one of {', '.join(sorted(allowed))}.")

    def words(self, table: Mapping[str, Any], block: Block, key: str) -> tuple[str, ...]:
        """The string or strings under this key; empty when it is absent or wrong."""
        value = table.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(each, str) and each.strip() for each in listed):
            self.fault(block.lines.get(key, block.start), f"{key} = {value!r} must be a word or a list of words.")
            return ()
        return tuple(each.strip() for each in listed)

    def choices(self, table: Mapping[str, Any], block: Block, key: str, of: type[StrEnum]) -> tuple[Any, ...]:
        """The members of `of` under this key."""
        chosen = []
        for word in self.words(table, block, key):
            if word in set(of):
                chosen.append(of(word))
            else:
                allowed = ", ".join(of)
                self.fault(block.lines.get(key, block.start), f"{key} {word!r} is not known. Use one of {allowed}.")
        return tuple(chosen)

    def number(self, table: Mapping[str, Any], block: Block, key: str, least: float, most: float) -> float | None:
        """The number under this key; None when it is absent, or wrong, which is a fault."""
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.fault(block.lines.get(key, block.start), f"{key} = {value!r} must be a number from {least} to {most}.")
            return None
        return float(value)

    def flag(self, table: Mapping[str, Any], block: Block, key: str) -> bool:
        """True or false under this key; false when absent."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fault(block.lines.get(key, block.start), f"{key} = {value!r} must be true or false, without quotes.")
            return False
        return value
