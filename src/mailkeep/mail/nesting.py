"""Guards the HTML parser against documents made to cost it time without end.

Its work grows with the square of the depth of open elements, with open formatting elements times paragraphs, and with
the square of one tag's attributes. One cheap pass over the tags finds such a document before it is parsed; it is then
read without its containers, and an endless tag is ended early.
"""

import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_FORMATTING_TAGS = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTING_TAGS.split())
_UNNESTED_TAGS = (
    "area base br col embed hr img input link meta param source track wbr p li td th tr option dt dd tbody thead tfoot"
)
_UNNESTED = frozenset(_UNNESTED_TAGS.split())
_KEPT = re.compile(r"</?(?!(?:a|img|area|br|style|script|meta|base|title|head)\b)[a-zA-Z][^<>]{0,2000}>")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_VALUE = re.compile(r"=\s*[^\s>]+")
_NAME = re.compile(r"[^\s/]+")
_LEADING = re.compile(r"""\b(?:href|src|action|style)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_TAG_CHARS = 1_000
_ATTRIBUTES = 200
_FEW = 1_000
_DEEPEST = 1_500
_FORMATTED = 200_000


def is_hostile(source: str) -> bool:
    """True when parsing would cost far more than the document's length."""
    if source.count("<") < _FEW:
        return False
    depth = deepest = paragraphs = 0
    opened = most_opened = 0
    for tag in _TAG.finditer(source):
        name = tag.group(2).lower()
        if name in _UNNESTED:
            paragraphs += 1
            continue
        step = -1 if tag.group(1) else 1
        depth = max(depth + step, 0)
        deepest = max(deepest, depth)
        if name in _FORMATTING:
            opened = max(opened + step, 0)
            most_opened = max(most_opened, opened)
        elif tag.group(1):
            paragraphs += 1
    return deepest > _DEEPEST or most_opened * paragraphs > _FORMATTED


def flattened(source: str) -> str:
    """The document with its containers replaced by line breaks; links and pictures kept."""
    return _KEPT.sub("<br>", source)


def without_endless_tags(source: str) -> str:
    """The document with every tag ended that has more than 200 attributes; unchanged when none has."""
    pieces = source.split(">")
    if max(map(len, pieces)) <= _TAG_CHARS:
        return source
    ended = [piece if len(piece) <= _TAG_CHARS else _ended(piece) for piece in pieces]
    return ">".join(ended) if ended != pieces else source


def _ended(piece: str) -> str:
    start = piece.rfind("<")
    if start < 0 or len(piece) - start <= _TAG_CHARS or not piece[start + 1 : start + 2].isalpha():
        return piece
    bare = _VALUE.sub(" ", _QUOTED.sub("''", piece[start:]))
    if len(_NAME.findall(bare)) <= _ATTRIBUTES:
        return piece
    # no browser shows attribute names, so the rest goes; what leads somewhere stays
    head, tail = piece[: start + _TAG_CHARS], piece[start + _TAG_CHARS :]
    leads = " ".join(hit.group() for hit, _ in zip(_LEADING.finditer(tail), range(5), strict=False))
    closing = next((mark for mark in "\"'" if head.count(mark) % 2), "")
    return f"{head}{closing} {leads}"
