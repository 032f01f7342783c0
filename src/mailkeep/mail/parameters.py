"""Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183, RFC 2231) with every reading a mail program may take.

A parameter stated twice, half quoted or commented apart is read one way by one program and another way by the next;
attackers live in that gap. So a name maps to all its readings, the most usual first.
"""

import functools
import re
import urllib.parse
from collections.abc import Sequence
from typing import NamedTuple

from mailkeep.mail import charset, encoded

_PIECE = re.compile(r'[^;"]*(?:"(?:[^"\\]|\\.)*"[^;"]*)*', re.DOTALL)
_NAME = re.compile(r"\s*([^\s=;\"]{1,100})\s*=\s*", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SEGMENT = re.compile(r"([^*]{1,80})\*(\d{1,4})?(\*)?")
_SEGMENTS = 200
_LONGEST = 20_000


class Stated(NamedTuple):
    """A structured header's value and parameters."""

    value: str
    """Before the first semicolon, lower case, comments and white space removed."""
    parameters: dict[str, tuple[str, ...]]
    """Lower-case name to its distinct readings."""
    ambiguous: bool
    """Some parameter has more than one reading, or the header stands more than once."""

    def first(self, name: str) -> str:
        """The most usual reading of a parameter; empty when it is not stated."""
        return self.parameters.get(name, ("",))[0]


_NOTHING = Stated("", {}, ambiguous=False)


def read(texts: Sequence[str]) -> Stated:
    """The reading of every header of one name together; the first one's value counts."""
    if not texts:
        return _NOTHING
    return _read(tuple(text[:_LONGEST] for text in texts[:20]))


@functools.lru_cache(maxsize=1024)
def _read(texts: tuple[str, ...]) -> Stated:
    value = ""
    plain: dict[str, list[str]] = {}
    segments: dict[str, list[tuple[int, bool, str]]] = {}
    for text in texts:
        pieces = _pieces(text)
        value = value or _value(pieces[0])
        for number, piece in enumerate(pieces[1:], 1):
            _parameter(piece, plain, segments)
            if "=" not in piece and "=" in pieces[number - 1] and '"' not in pieces[number - 1] and piece.strip():
                _parameter(f"{pieces[number - 1]};{piece}", plain, segments)  # an unquoted "name=file;.zip"
        if "=" in pieces[0]:
            # a forgotten semicolon: "multipart/mixed boundary=x"
            _parameter(pieces[0].replace(",", " ").split(None, 1)[-1], plain, segments)
    for name, found in segments.items():
        plain[name] = _joined(found) + plain.get(name, [])
    distinct = {name: tuple(dict.fromkeys(one for one in found if one)) for name, found in plain.items()}
    parameters = {name: found for name, found in distinct.items() if found}
    return Stated(value, parameters, ambiguous=len(texts) > 1 or any(len(found) > 1 for found in parameters.values()))


def _pieces(text: str) -> list[str]:
    """Split at semicolons outside quotes; a quote that never closes ends at the next semicolon."""
    if '"' not in text:
        return text.split(";")
    pieces: list[str] = []
    at = 0
    while at <= len(text) and len(pieces) < _SEGMENTS:
        hit = _PIECE.match(text, at)
        end = hit.end() if hit else at
        if end < len(text) and text[end] == '"':
            stop = text.find(";", end)
            pieces.extend(
                [text[at : stop if stop >= 0 else len(text)], *(text[stop + 1 :].split(";") if stop >= 0 else ())]
            )
            return pieces
        pieces.append(text[at:end])
        at = end + 1
    return pieces


def _value(piece: str) -> str:
    text = encoded.decode_words(piece) if "=?" in piece else piece
    if "(" in text:
        text = _COMMENT.sub("", text)
    words = text.replace('"', " ").replace(",", " ").split()
    if len(words) > 1 and (words[0].endswith("/") or words[1].startswith("/")):
        words = ["".join(words[:3])]  # "multipart / mixed"
    return words[0].lower() if words else ""


def _parameter(piece: str, plain: dict[str, list[str]], segments: dict[str, list[tuple[int, bool, str]]]) -> None:
    hit = _NAME.match(piece)
    if hit is None and "(" in piece:
        piece = _COMMENT.sub("", piece)
        hit = _NAME.match(piece)
    if hit is None:
        return
    name = hit.group(1).lower()
    if "(" in name:
        name = _COMMENT.sub("", name)
    readings = _readings(piece[hit.end() :])
    part = _SEGMENT.fullmatch(name)
    if part is None:
        plain.setdefault(name, []).extend(readings)
        return
    row = segments.setdefault(part.group(1), [])
    if len(row) < _SEGMENTS:
        is_coded = bool(part.group(3)) or part.group(2) is None
        row.append((int(part.group(2) or 0), is_coded, readings[0] if readings else ""))


def _readings(text: str) -> list[str]:
    """The ways one value may be read, the most usual first."""
    text = text.strip()
    quoted = _QUOTED.match(text)
    if quoted:
        inner, rest = quoted.group(1), text[quoted.end() :].strip()
        found = [_ESCAPE.sub(r"\1", inner)]
        if "\\" in inner:
            found.append(inner)
        if rest and not rest.startswith("("):
            found.append(found[0] + rest.replace('"', ""))
    else:
        found = [text.strip('"')]
        if "(" in text:
            found.insert(0, _COMMENT.sub("", text).strip())
        if "\\" in text:
            found.append(_ESCAPE.sub(r"\1", text))
        if '"' in found[0] or "'" in found[0]:
            found.extend([text.replace('"', ""), text.strip("'")])
        if len(words := found[0].split()) > 1:
            found.append(words[0])
    if any("=?" in one for one in found):
        found = [*(encoded.decode_words(one) for one in found), *found]
    return [encoded.without_controls(one) for one in found]


def _joined(found: list[tuple[int, bool, str]]) -> list[str]:
    """The segments of a continued or coded parameter, in numeric order and in the order they stand."""
    ordered = sorted(found, key=lambda row: row[0])
    readings = [_decoded(ordered)]
    if len(found) > 1:
        readings.append(_decoded(found))
        if len({row[0] for row in found}) < len(found):
            readings.extend(_decoded([row]) for row in found)
            readings.append(_decoded(list({row[0]: row for row in found}.values())))
    return readings


def _decoded(rows: list[tuple[int, bool, str]]) -> str:
    label = ""
    out: list[bytes] = []
    for number, (_, is_coded, text) in enumerate(rows):
        value = text
        if is_coded and number == 0 and value.count("'") >= 2:
            label, _, value = value.split("'", 2)
        out.append(urllib.parse.unquote_to_bytes(value) if is_coded else value.encode("utf-8", "replace"))
    return encoded.without_controls(charset.decode(b"".join(out), label).text)
