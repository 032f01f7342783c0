"""HTML, SVG and other attached text that a browser would open: forms, scripts that build content, links."""

import base64
import binascii
import html
import re

import re2
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from mailkeep.facts.read.inside import MOST_URLS, TEXT_CHARS, Inside

_BYTES = 2 << 20
"""Bytes of one file that are read."""

_BLIND = re2.Options()
_BLIND.case_sensitive = False
_FORM = re.compile(r"<form\b|type\s{0,9}=\s{0,9}[\"']?password|<input\b[^>]{0,300}(?:passw|e-?mail)", re.IGNORECASE)
_SMUGGLES = re2.compile(
    r"\batob\s*\(|\bnew\s+Blob\b|document\s*\.\s*write|document\s*\[\s*[\"']write|\bunescape\s*\(|String\s*\.\s*fromCharCode|"
    r"msSaveOrOpenBlob|createObjectURL|\beval\s*\(|decodeURIComponent\s*\(\s*escape|\bcharCodeAt\s*\(|CryptoJS\s*\.|"
    r"\.innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|(?:window|document|top|self|parent)\s*\.\s*location|location\s*\.\s*"
    r"(?:href|replace|assign)|_0x[0-9a-f]{4,6}\b|new\s+Function\s*\(|\[\s*[\"']\\x".replace(
        r"\s", r"[\s\v\pZ]"
    ),  # blanks as scripts have them
    _BLIND,
)
_SCRIPT = re.compile(
    r"<script\b|\bon(?:load|error|click|mouseover|focus|begin)\s{0,9}=|javascript:|data:text/html", re.IGNORECASE
)
_REFRESH = re.compile(
    r"<meta\b[^>]{0,200}http-equiv\s{0,9}=\s{0,9}[\"']?refresh[^>]{0,200}url\s{0,9}=\s{0,9}[\"']?([^\"'>\s]{1,2000})",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"(?:href|src|action|data|formaction)\s{0,9}=\s{0,9}[\"']?\s{0,9}((?:https?:)?//[^\s\"'<>]{3,2000})", re.IGNORECASE
)
_URL = re.compile(r"https?://[^\s\"'<>\\)]{4,2000}", re.IGNORECASE)
_BASE64 = re.compile(r"[\"'`]([A-Za-z0-9+/]{60,200000}={0,2})[\"'`]")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}){10,50000}")
_BORING = (
    "http://www.w3.org/",
    "https://www.w3.org/",
    "http://schemas.",
    "http://ns.adobe.com/",
    "http://purl.org/",
    "http://xml.apache.org/",
)


def read(body: bytes) -> Inside:
    """Form and password fields, scripts that build or fetch content, link targets (decoded ones too) and the visible text."""
    source = decode(body[:_BYTES])
    hidden = _decoded(source)
    whole = source + hidden
    scripted = _SCRIPT.search(source) is not None
    return Inside(
        html_form=_FORM.search(whole) is not None,
        html_script=scripted and _SMUGGLES.search(whole) is not None,
        text=_visible(source),
        urls=_urls(whole),
    )


def decode(body: bytes) -> str:
    """The text as a browser guesses it without headers: byte order mark, else UTF-8, else Latin-1."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        return body.decode("utf-8", "replace") if trouble.start > len(body) - 4 else body.decode("latin-1")


def _decoded(source: str) -> str:
    """What long base64 and percent strings of the file hide, decoded once; a few at most."""
    found: list[str] = []
    for count, hit in enumerate(_BASE64.finditer(source)):
        if count == 20:
            break
        raw = hit[1].rstrip("=")
        try:
            data = base64.b64decode(raw[: len(raw) // 4 * 4])
        except (binascii.Error, ValueError):
            continue
        if _is_text(data[:200]):
            found.append(data.decode("utf-8", "replace"))
    found += [_from_percent(hit.group()) for hit, _ in zip(_PERCENT.finditer(source), range(20), strict=False)]
    return "\n".join(["", *found])


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in (9, 10, 13) for byte in head)


def _from_percent(text: str) -> str:
    return bytes.fromhex(text.replace("%", "")).decode("latin-1")


def _urls(source: str) -> tuple[str, ...]:
    hits = [hit[1] for hit, _ in zip(_REFRESH.finditer(source), range(5), strict=False)]
    hits += [hit[1] for hit, _ in zip(_TARGET.finditer(source), range(300), strict=False)]
    hits += [hit.group() for hit, _ in zip(_URL.finditer(source), range(300), strict=False)]
    clean = (html.unescape(hit) for hit in hits)
    urls = ("https:" + url if url.startswith("//") else url for url in clean)
    return tuple(dict.fromkeys(url for url in urls if not url.startswith(_BORING)))[:MOST_URLS]


def _visible(source: str) -> str:
    try:
        tree = LexborHTMLParser(source)
    except (SelectolaxError, ValueError):
        return ""
    tree.strip_tags(["script", "style", "head", "template"])
    text = tree.body.text(separator=" ") if tree.body else ""
    return " ".join(text[: TEXT_CHARS * 2].split())[:TEXT_CHARS]
