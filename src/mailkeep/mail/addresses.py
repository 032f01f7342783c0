"""Addresses of a header (RFC 5322 §3.4), read as mail programs read them, in one pass over the text.

The structure is read before encoded words are decoded: an encoded "<ceo@corp.example>" in a display name must stay a
display name. Only where a header yields no address at all is it decoded first and read again, since some programs do.
"""

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

import can_ada

from mailkeep.mail import bounds, encoded
from mailkeep.mail.headers import Field
from mailkeep.mail.message import Address, Defect

_SIMPLE = re.compile(
    r'(?:"([^"\\]*)"\s*|([^\s"<>(),;:@\\][^"<>(),;:@\\]*))?<\s*([^<>\s"(),;:\\@]+@[^<>\s"(),;:\\@]+)\s*>'
)
_BARE = re.compile(r'[^<>\s"(),;:\\@]+@[^<>\s"(),;:\\@]+')
_TEXT = re.compile(r'[^\s"(<>,;:]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_DOMAIN = re.compile(r'@[^\s"(<>,;:]{1,255}')
_PAREN = re.compile(r"[()\\]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_GROUP_WORDS = 60
_SPACES = re.compile(r"\s+")


class Found(NamedTuple):
    """The addresses of the headers of one name."""

    addresses: tuple[Address, ...]
    defects: tuple[Defect, ...]


def read(fields: Iterable[Field], label: str) -> Found:
    """Every address of these header fields, in order; groups opened, empty groups left out."""
    addresses: list[Address] = []
    defects: list[Defect] = []
    for field in fields:
        found = _field(field, label, defects)
        addresses.extend(found)
        if len(addresses) > bounds.ADDRESSES:
            says = f"{label} lists more than {bounds.ADDRESSES} addresses"
            return Found(
                tuple(addresses[: bounds.ADDRESSES]), (*defects, Defect("addresses-cut", says, field.place(label)))
            )
    return Found(tuple(addresses), tuple(defects))


def _field(field: Field, label: str, defects: list[Defect]) -> list[Address]:
    place = field.place(label)
    whole = _SIMPLE.fullmatch(field.text) if len(field.text) < 2000 else None
    if whole:
        boxes = [_Box(name=(whole.group(1) or whole.group(2) or "").strip(), spec=whole.group(3))]
    elif bare := _BARE.fullmatch(field.text):
        boxes = [_Box(spec=bare.group())]
    else:
        reader = _Reader(field.text)
        boxes = reader.run()
        defects.extend(Defect(kind, f"{label}: {says}", place) for kind, says in reader.troubles)
    if not any(box.spec for box in boxes) and "=?" in field.text and "@" in (shown := encoded.decode_words(field.text)):
        defects.append(Defect("encoded-address", f"{label} hides the whole address in an encoded word", place))
        boxes = _Reader(shown).run()
    nouns = []
    for box in boxes:
        address, domain = normal(encoded.decode_words(box.spec) if "=?" in box.spec else box.spec)
        name = _shown(box.name)
        if address or name:
            nouns.append(Address(name, address, domain, place, _shown(box.group), _shown(box.comment)))
    return nouns


def _shown(text: str) -> str:
    if not text:
        return ""
    return _SPACES.sub(" ", encoded.without_controls(encoded.decode_words(text))).strip()


@functools.lru_cache(maxsize=4096)
def ascii_domain(domain: str) -> str:
    """The domain in lower-case ASCII (IDNA); as written, lower case, where IDNA refuses it."""
    if domain.isascii():
        return domain.lower()
    # full-width and ideographic dots separate labels too (UTS 46)
    plain = can_ada.idna_encode(domain.lower()).decode("ascii", "replace")
    return plain or domain.lower()


def normal(spec: str) -> tuple[str, str]:
    """(address, domain) of an addr-spec: lower case, domain in ASCII, route and white space dropped."""
    text = encoded.without_controls(spec).strip().strip("<>").strip()
    if text.startswith("@") and ":" in text:
        text = text.rsplit(":", 1)[1]
    local, at, domain = text.rpartition("@")
    if not at:
        return ("", "")
    local = local.strip()
    if len(local) > 1 and local[0] == local[-1] == '"':
        inner = _ESCAPE.sub(r"\1", local[1:-1])
        local = inner if _TEXT.fullmatch(inner) and "@" not in inner else local
    domain = ascii_domain(_SPACES.sub("", domain).strip(".,;'\"").replace("\u3002", "."))
    if not local or not domain:
        return ("", "")
    return (f"{local.lower()}@{domain}", domain)


class _Box:
    __slots__ = ("comment", "group", "name", "spec")

    def __init__(self, name: str = "", spec: str = "", comment: str = "", group: str = "") -> None:
        self.name = name
        self.spec = spec
        self.comment = comment
        self.group = group


class _Reader:
    """A pass over one header's text. Each mark that finds no partner is taken literally from then on, so that a
    megabyte of open quotes or brackets costs one look for the missing end, not one for each.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.boxes: list[_Box] = []
        self.words: list[str] = []
        self.specs: list[str] = []
        self.comments: list[str] = []
        self.group = ""
        self.unclosed: set[str] = set()
        self.troubles: list[tuple[str, str]] = []

    def run(self) -> list[_Box]:
        at, text = 0, self.text
        while at < len(text) and len(self.boxes) <= bounds.ADDRESSES:
            mark = text[at]
            if mark == '"':
                at = self._quoted(at)
            elif mark == "(":
                at = self._comment(at)
            elif mark == "<":
                at = self._angle(at)
            elif mark in ",;":
                self._close(mark)
                at += 1
            elif mark == ":":
                at = self._colon(at)
            elif mark == ">" or mark.isspace():
                self.words.append(" ")
                at += 1
            else:
                word = _TEXT.match(text, at)
                self.words.append(word.group() if word else mark)
                at = word.end() if word else at + 1
        self._close(";")
        return self.boxes

    def _literal(self, mark: str, kind: str) -> None:
        if mark not in self.unclosed:
            self.unclosed.add(mark)
            self.troubles.append(("unbalanced-address", f"a {kind} is opened and never closed"))

    def _quoted(self, at: int) -> int:
        hit = None if '"' in self.unclosed else _QUOTED.match(self.text, at)
        if hit is None:
            self._literal('"', "quote")
            return at + 1
        domain = _DOMAIN.match(self.text, hit.end())
        if domain:
            self.specs.append(hit.group() + domain.group())  # a quoted local part
            return domain.end()
        self.words.append(_ESCAPE.sub(r"\1", hit.group(1)) if "\\" in hit.group() else hit.group(1))
        return hit.end()

    def _comment(self, at: int) -> int:
        depth, seek = 0, at
        while "(" not in self.unclosed:
            hit = _PAREN.search(self.text, seek)
            if hit is None:
                self._literal("(", "comment")
                break
            seek = hit.end() + (hit.group() == "\\")
            depth += (hit.group() == "(") - (hit.group() == ")")
            if depth == 0:
                self.comments.append(self.text[at + 1 : seek - 1])
                return seek
        self.words.append("(")
        return at + 1

    def _angle(self, at: int) -> int:
        end = -1 if "<" in self.unclosed else self.text.find(">", at)
        if end < 0:
            self._literal("<", "bracket")
            return at + 1
        inner = self.text[at + 1 : end]
        if inner.rfind("<") >= 0:
            # "<<a@b>>" and "<a <b@c>": the innermost bracket is the address
            at += 1 + inner.rfind("<")
            inner = self.text[at + 1 : end]
        self.specs.append(inner)
        return end + 1

    def _colon(self, at: int) -> int:
        before = "".join(self.words).strip() if len(self.words) < _GROUP_WORDS else ""
        if not self.group and before and "@" not in before and not self.specs:
            self.group, self.words = before, []
        else:
            self.words.append(":")
        return at + 1

    def _close(self, mark: str) -> None:
        name = "".join(self.words).strip(" ,")
        comment = " ".join(self.comments)
        if self.specs:
            self._several(name, comment)
        elif "@" in name:
            self._bare(name, comment)
        elif name and mark == "," and len(name) < 200:
            # an unquoted "Doe, John <j@x>": the comma belongs to the name
            self.words = [name, ", "]
            return
        elif name:
            self.boxes.append(_Box(name, "", comment, self.group))
        self.words, self.specs, self.comments = [], [], []
        if mark == ";":
            self.group = ""

    def _several(self, name: str, comment: str) -> None:
        for number, spec in enumerate(self.specs):
            self.boxes.append(_Box(name if number == 0 else "", spec, comment, self.group))
        if len(self.specs) > 1:
            self.troubles.append(("ambiguous-address", "two addresses stand in one place"))

    def _bare(self, name: str, comment: str) -> None:
        """No brackets: the word with an @ is the address, the other words its name."""
        words = name.split()
        spec = next((word for word in reversed(words) if "@" in word.strip("@")), words[-1])
        rest = " ".join(word for word in words if word is not spec)
        self.boxes.append(_Box(rest.strip(" ,"), spec, comment, self.group))
