"""Ways the mail hides from filters or from its reader."""

import re
from collections.abc import Iterator

import msgspec

from mailkeep.kit.unicode import invisible_count, scripts, words_split_invisibly
from mailkeep.mail import Message, Part, Place


class Trick(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of concealment."""

    kind: str
    """"invisible-characters", "mixed-scripts", "hidden-text", "text-as-image", "rtl-override", "split-words", "html-comments",
    "encoded-subject", "malformed-mime", "blank-subject-padding", "zero-font"."""
    amount: float
    """How much of it, in the unit the clause names."""
    says: str
    place: Place


_TEXT = 50_000
"""Characters and bytes of each text that are searched."""
_HIDDEN_LEAST = 40
"""Characters of hidden text that are worth telling; mail programs hide shorter scraps."""
_IMAGE_WORDS = 15
"""A mail of fewer words whose message is a picture."""

_ODD_WORD = re.compile(r"[^\W\d_]{2,40}")
_NOT_LATIN = re.compile("[\u0370-\u058f\u13a0-\u13ff]")
_OVERRIDE = re.compile("[\u202d\u202e\u2066-\u2069]")
_STYLED = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f189\u24b6-\u24e9]")
_COMMENT = re.compile(rb"<!--[^>]{0,200}-->[a-z]")
_EMPTY_TAG = re.compile(rb"></(?:span|font|b|i|u|a|em)>[a-z]")
_ZERO_FONT = re.compile(
    # bounded blanks: two unbounded runs side by side would take quadratic time on a mail of blanks
    rb"font-size\s{0,9}:\s{0,9}(?:0{1,9}(?:\.0{1,9})?|\.0{1,9})(?:px|pt|em|rem|%|vw)?\s{0,9}(?:!important)?\s{0,9}[;\"'}]"
)
_PADDING = re.compile(r"\S[\s\u00a0\u2000-\u200f\u3164]{12,}\S")


def read(message: Message) -> tuple[Trick, ...]:
    """Every piece of concealment, each kind once, with how much of it there is. Costs: about 0.05 ms for an ordinary mail."""
    return tuple(
        trick
        for trick in (*_in_subject(message), *_in_text(message), *_in_html(message), *_in_form(message))
        if trick.amount
    )


def _in_subject(message: Message) -> Iterator[Trick]:
    subject = message.subject[:2_000]
    if not subject:
        return
    line = message.header_line("subject")
    place = Place("header", line.start, line.end, "subject") if line else Place("header", label="subject")
    if not subject.isascii():
        styled = len(_STYLED.findall(subject))
        yield Trick(
            kind="encoded-subject",
            amount=styled,
            says=f"{styled} letters of the subject are drawn with look-alike signs",
            place=place,
        )
        yield _mixed(subject, place)
    padding = _PADDING.search(subject)
    width = len(padding.group()) - 2 if padding else 0
    yield Trick(
        kind="blank-subject-padding",
        amount=width,
        says=f"{width} blanks push the rest of the subject out of sight",
        place=place,
    )


def _in_text(message: Message) -> Iterator[Trick]:
    text = message.text[:_TEXT]
    place = Place(message.text_part, label="body")
    whole = f"{message.subject[:2_000]}\n{text}"
    if not whole.isascii():
        yield from _odd_characters(whole, place)
        yield _mixed(text, place)
    hidden = len(message.hidden_text)
    if hidden >= _HIDDEN_LEAST:
        yield Trick(
            kind="hidden-text",
            amount=hidden,
            says=f"{hidden} characters are hidden beside {len(message.text)} shown",
            place=place,
        )
    yield from _picture_instead(message, place)


def _odd_characters(text: str, place: Place) -> Iterator[Trick]:
    invisible = invisible_count(text)
    yield Trick(
        kind="invisible-characters", amount=invisible, says=f"{invisible} invisible characters in the text", place=place
    )
    split = words_split_invisibly(text)
    yield Trick(kind="split-words", amount=split, says=f"{split} words are split by invisible characters", place=place)
    turned = len(_OVERRIDE.findall(text))
    yield Trick(
        kind="rtl-override", amount=turned, says=f"{turned} characters turn the reading direction around", place=place
    )


def _mixed(text: str, place: Place) -> Trick:
    """Words whose letters come from two alphabets; honest languages do not mix inside a word."""
    words = [word for word in _ODD_WORD.findall(text) if not word.isascii()] if _NOT_LATIN.search(text) else []
    odd = [word for word in words if "Latin" in (found := scripts(word)) and len(found) > 1]
    says = f'{len(odd)} words mix alphabets, such as "{odd[0]}"' if odd else ""
    return Trick(kind="mixed-scripts", amount=len(odd), says=says, place=place)


def _picture_instead(message: Message, place: Place) -> Iterator[Trick]:
    words = len(message.text.split())
    if (
        not message.has_html
        or words >= _IMAGE_WORDS
        or not any(a.kind in ("anchor", "area", "form") for a in message.anchors)
    ):
        return
    pictures = sum(part.content_type.startswith("image/") for part in message.parts)
    pictures += sum(anchor.kind == "image" for anchor in message.anchors)
    if pictures:
        says = f"{words} words of text, and {pictures} pictures that say the rest and lead somewhere"
        yield Trick(kind="text-as-image", amount=pictures, says=says, place=place)


def _in_html(message: Message) -> Iterator[Trick]:
    part = _html_part(message)
    if part is None:
        return
    source = part.body[: _TEXT * 4].lower()
    place = Place(part.path, label="body")
    cuts = sum(source[hit.start() - 1 : hit.start()].isalpha() for hit in _COMMENT.finditer(source))
    yield Trick(kind="html-comments", amount=cuts, says=f"{cuts} words are split by HTML comments", place=place)
    empty = sum(_opens_in_word(source, hit.start()) for hit in _EMPTY_TAG.finditer(source))
    yield Trick(kind="split-words", amount=empty, says=f"{empty} words are split by empty tags", place=place)
    zero = len(_ZERO_FONT.findall(source))
    yield Trick(kind="zero-font", amount=zero, says=f"{zero} pieces of text are written in size zero", place=place)


def _opens_in_word(source: bytes, close: int) -> bool:
    """True when the empty tag that closes here opened right behind a letter."""
    opened = source.rfind(b"<", max(0, close - 300), close)
    return opened > 0 and source[opened - 1 : opened].isalpha() and source[opened + 1 : opened + 2] != b"/"


def _html_part(message: Message) -> Part | None:
    if not message.has_html:
        return None
    return next(
        (part for part in message.parts if part.path == message.text_part and part.content_type == "text/html"), None
    )


def _in_form(message: Message) -> Iterator[Trick]:
    broken = [defect for defect in message.defects if defect.kind not in _HARMLESS]
    if broken:
        says = f"{len(broken)} breaches of the mail format; the first: {broken[0].says}"
        yield Trick(kind="malformed-mime", amount=len(broken), says=says, place=broken[0].place)
    names = [part.filename for part in message.parts if part.filename]
    names += [address.name for address in message.from_]
    turned = [name for name in names if _OVERRIDE.search(name)]
    if turned:
        says = f"{len(turned)} names turn the reading direction around"
        yield Trick(kind="rtl-override", amount=len(turned), says=says, place=Place("header", label="name"))


_HARMLESS = frozenset(
    {"charset-unknown", "charset-missing", "charset-wrong", "long-line", "bare-lf", "no-date", "missing-date"}
)
"""Defects that honest programs make every day."""
