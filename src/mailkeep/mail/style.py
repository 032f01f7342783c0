"""What inline styles and simple <style> rules say of whether text can be seen.

Only what is stated plainly counts: an inline style, or a rule for one class, id or tag outside any @media. A rule
that holds for small screens alone says nothing of what this reader sees.
"""

import functools
import re
from typing import NamedTuple

_BRACES = re.compile(r"[{}]")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]{0,20})?[.#][A-Za-z_][\w-]{0,80}")
_NUMBER = re.compile(r"(-?[0-9]{0,6}(?:\.[0-9]{1,6})?)\s*(px|pt|em|rem|%|ex|vw|vh|)$")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([0-9.]{1,6}))?\s*\)")
_RULES = 2_000
_SHEET_CHARS = 200_000
_NAMED = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "whitesmoke": (245, 245, 245),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "navy": (0, 0, 128),
    "orange": (255, 165, 0),
}

Colour = tuple[int, int, int]


class Look(NamedTuple):
    """What one element states of its own look; None where it states nothing."""

    gone: bool = False
    """Not shown, whatever its children state: display:none, opacity 0, no size, far off the screen."""
    invisible: bool | None = None
    """visibility hidden (True) or visible (False); children may state otherwise."""
    tiny: bool | None = None
    """Font of at most one pixel; children may state otherwise."""
    colour: Colour | None = None
    transparent: bool = False
    """The text's own colour is transparent."""
    background: Colour | None = None
    picture: bool = False
    """A background picture or gradient, so the background's colour is not known."""
    indent: bool = False
    """Text pushed off the screen by text-indent."""


PLAIN = Look()


@functools.lru_cache(maxsize=8192)
def look(style: str) -> Look:
    """The look that a style attribute or a rule's declarations state."""
    stated = _declarations(style[:4000].lower())
    if not stated:
        return PLAIN
    background = stated.get("background-color") or stated.get("background", "")
    colour = stated.get("color", "")
    size = _pixels(stated.get("font-size") or _font_size(stated.get("font", "")))
    found = Look(
        gone=_gone(stated),
        invisible={"hidden": True, "collapse": True, "visible": False}.get(stated.get("visibility", "")),
        tiny=None if size is None else size <= 1.0,
        colour=colour_of(colour),
        transparent=colour == "transparent" or _alpha(colour) == 0.0,
        background=colour_of(background.split()[0] if background and not background.startswith("rgb") else background),
        picture="url(" in background or "gradient" in background or "background-image" in stated,
        indent=_below(stated.get("text-indent"), -400.0),
    )
    return PLAIN if found == PLAIN else found


def _declarations(style: str) -> dict[str, str]:
    stated: dict[str, str] = {}
    for piece in style.split(";"):
        name, colon, value = piece.partition(":")
        if colon:
            stated[name.strip()] = value.replace("!important", "").strip()
    return stated


def _gone(stated: dict[str, str]) -> bool:
    if stated.get("display") == "none":
        return True
    opacity = stated.get("opacity")
    if opacity is not None and (value := _pixels(opacity)) is not None and value <= 0.05:
        return True
    if stated.get("overflow") == "hidden" and any(
        _none(stated.get(side)) for side in ("max-height", "height", "max-width", "width")
    ):
        return True
    if stated.get("position") in {"absolute", "fixed"} and any(
        _below(stated.get(side), -400.0) for side in ("left", "top")
    ):
        return True
    return stated.get("clip", "").replace(" ", "") in {"rect(0,0,0,0)", "rect(0000)", "rect(0px,0px,0px,0px)"}


def _none(value: str | None) -> bool:
    pixels = _pixels(value) if value else None
    return pixels is not None and pixels <= 1.0


def _below(value: str | None, limit: float) -> bool:
    pixels = _pixels(value) if value else None
    return pixels is not None and pixels <= limit


def _font_size(shorthand: str) -> str:
    return next((word.split("/")[0] for word in shorthand.split() if word[:1].isdigit()), "")


def _pixels(value: str) -> float | None:
    """A length in pixels, roughly; None when it is no plain length."""
    hit = _NUMBER.match(value) if value else None
    if hit is None or hit.group(1) in {"", "-", "."}:
        return None
    scale = {"pt": 1.33, "em": 16.0, "rem": 16.0, "ex": 8.0, "%": 0.16, "vw": 10.0, "vh": 8.0}.get(hit.group(2), 1.0)
    return float(hit.group(1)) * scale


def _alpha(value: str) -> float | None:
    hit = _RGB.match(value) if value.startswith("rgba") else None
    try:
        return float(hit.group(4)) if hit and hit.group(4) else None
    except ValueError:
        return None


@functools.lru_cache(maxsize=2048)
def colour_of(value: str) -> Colour | None:
    """(red, green, blue) of a CSS or HTML colour; None when it is none we read."""
    text = value.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if hit := _RGB.match(text):
        return (int(hit.group(1)), int(hit.group(2)), int(hit.group(3)))
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(letter * 2 for letter in digits)
    if len(digits) < 6 or not text.startswith("#"):
        return None
    try:
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    except ValueError:
        return None


def same(first: Colour, second: Colour) -> bool:
    """Colours that no eye tells apart."""
    return all(abs(one - other) <= 6 for one, other in zip(first, second, strict=True))


def rules(sheet: str) -> dict[str, Look]:
    """Simple selector (".x", "#x") to its look, for rules outside @media and the like; later rules win."""
    found: dict[str, Look] = {}
    text = _without_comments(sheet[:_SHEET_CHARS]).replace("<!--", "").replace("-->", "")
    at = 0
    while len(found) < _RULES and (opens := text.find("{", at)) >= 0:
        selector = text[at:opens].rpartition(";")[2].strip()
        if selector.startswith("@"):
            at = _past_block(text, opens)
            continue
        closes = text.find("}", opens)
        stated = look(text[opens + 1 : closes if closes >= 0 else len(text)].strip())
        if stated is not PLAIN:
            for one in selector.split(",")[:50]:
                if _SELECTOR.fullmatch(one.strip()):
                    found[one.strip().lstrip("abcdefghijklmnopqrstuvwxyz0123456789")] = stated
        if closes < 0:
            break
        at = closes + 1
    return found


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("/*", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("*/", start + 2)
        if end < 0:
            return " ".join(kept)
        at = end + 2
    return " ".join([*kept, text[at:]])


def _past_block(text: str, opens: int) -> int:
    """Past the brace that closes the one at `opens`."""
    depth = 0
    for brace in _BRACES.finditer(text, opens):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.end()
    return len(text)
