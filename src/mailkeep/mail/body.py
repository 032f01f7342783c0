"""The text a reader is shown: which part it is, what it says, and the links in it."""

from typing import NamedTuple

from mailkeep.mail import bounds, charset, html, links
from mailkeep.mail.message import Anchor, Defect, Part, Place
from mailkeep.mail.mime import Tree

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_NOT_SHOWN = frozenset({"text/calendar", "text/rfc822-headers", "text/x-amp-html", "text/css"})


class Body(NamedTuple):
    """The text a reader is shown, and what hangs on it."""

    text: str = ""
    path: str = "1"
    hidden: str = ""
    has_html: bool = False
    regions: tuple[html.Region, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    defects: tuple[Defect, ...] = ()


def of(tree: Tree, prefix: str) -> Body:
    """The HTML part where there is one, else the plain part; both add their links."""
    shown = [part for part in tree.parts if _is_shown(part)]
    rich = next((part for part in shown if part.content_type in _HTML), None)
    plain = next((part for part in shown if part.content_type not in _HTML), None)
    if rich is not None and (rich.body.strip() or plain is None):
        return _html(rich, plain)
    if plain is not None:
        return _plain(plain)
    return Body(path=f"{prefix}.1" if prefix else "1")


def _is_shown(part: Part) -> bool:
    if part.disposition == "attachment" or not part.content_type.startswith(("text/", "application/xhtml")):
        return False
    if part.content_type in {"text/html", "text/plain"}:
        return not part.filename or part.disposition == "inline"
    return not part.filename and part.content_type not in {
        "text/calendar",
        "text/rfc822-headers",
        "text/x-amp-html",
        "text/css",
    }


def _text(part: Part) -> tuple[str, tuple[Defect, ...]]:
    is_html = part.content_type != "text/plain"
    decoded = charset.decode(part.body[: bounds.HTML_BYTES * 2], part.charset, html=is_html)
    if not decoded.trouble:
        return decoded.text, ()
    says = (
        f'charset "{part.charset[:40]}" is unknown'
        if decoded.trouble == "unknown"
        else f"bytes are not in {part.charset[:40]}"
    )
    return decoded.text, (Defect(f"charset-{decoded.trouble}", says, Place(part.path)),)


def _html(part: Part, plain: Part | None) -> Body:
    source, defects = _text(part)
    page = html.read(source.replace("\x00", ""), part.path)
    room = bounds.ANCHORS - len(page.anchors)
    spans = [(one.place.start, one.place.end) for one in page.anchors if one.kind == "anchor"]
    bare, was_cut = links.bare(page.text, part.path, sorted(spans), room)
    if plain is not None:
        # a link in the plain alternative alone is one that some reader is shown
        known = {one.target for one in page.anchors} | {one.target for one in bare}
        text, _ = _text(plain)
        extra, more = links.bare(text[: bounds.TEXT_CHARS], plain.path, [], room - len(bare))
        bare.extend(one for one in extra if one.target not in known)
        was_cut = was_cut or more
    troubles = [*page.troubles, *([("anchors-cut", f"more than {bounds.ANCHORS} links")] if was_cut else [])]
    return Body(
        text=page.text,
        path=part.path,
        hidden=page.hidden,
        has_html=True,
        regions=page.regions,
        anchors=(*page.anchors, *bare),
        defects=(*defects, *(Defect(kind, says, Place(part.path)) for kind, says in troubles)),
    )


def _plain(part: Part) -> Body:
    text, defects = _text(part)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(text) > bounds.TEXT_CHARS:
        text = text[: bounds.TEXT_CHARS]
        defects = (
            *defects,
            Defect("text-cut", f"text is longer than {bounds.TEXT_CHARS} characters", Place(part.path)),
        )
    text = text.strip("\n")
    found, was_cut = links.bare(text, part.path, [], bounds.ANCHORS)
    if was_cut:
        defects = (*defects, Defect("anchors-cut", f"more than {bounds.ANCHORS} links", Place(part.path)))
    return Body(text=text, path=part.path, anchors=tuple(found), defects=defects)
