"""What a reader sees of an HTML body, what is kept from his eyes, and where it can lead him. One parse, one walk."""

import re
from typing import NamedTuple

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailkeep.mail import bounds, nesting, style, visibility
from mailkeep.mail.flow import Flow
from mailkeep.mail.leads import Leads
from mailkeep.mail.message import Anchor
from mailkeep.mail.style import Look
from mailkeep.mail.visibility import State

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noframes", "object", "iframe", "datalist"})
_BLOCK_TAGS = (
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr html legend li main menu nav ol option pre section summary table tbody tfoot thead tr ul caption"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_QUOTE_CLASSES = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-forward-container|gmail_extra"
)
_QUOTE_FROM_HERE = frozenset(
    {"divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container"}
)
_NODES = 200_000


class Region(NamedTuple):
    """A stretch of visible text that the HTML marks as older mail."""

    start: int
    end: int
    kind: str
    """"quote" (marked as one), "block" (a bare <blockquote>), "rest" (all that follows is older mail)."""


class Page(NamedTuple):
    """One HTML body, read."""

    text: str
    hidden: str
    anchors: tuple[Anchor, ...]
    regions: tuple[Region, ...]
    troubles: tuple[tuple[str, str], ...]
    """(defect kind, clause) each."""


class _Open(NamedTuple):
    """A link, form or quote whose end is awaited."""

    tag: str
    target: str
    start: int
    kind: str


def read(source: str, path: str) -> Page:
    """The page as a browser without scripts shows it. Never fails; what was cut is among the troubles."""
    troubles: list[tuple[str, str]] = []
    if len(source) > bounds.HTML_BYTES:
        source = source[: bounds.HTML_BYTES]
        troubles.append(("html-cut", f"the HTML is longer than {bounds.HTML_BYTES} characters"))
    if nesting.is_hostile(source):
        source = nesting.flattened(source)
        troubles.append(("html-too-deep", "the HTML nests its elements without end"))
    tamed = nesting.without_endless_tags(source)
    if tamed is not source:
        troubles.append(("html-endless-tag", "a tag of the HTML has more attributes than any page needs"))
    walker = _Walker(path)
    root = LexborHTMLParser(tamed).root
    if root is not None:
        walker.walk(root)
    if walker.is_cut:
        troubles.append(("html-cut", "the HTML has more elements, links or text than are read"))
    text = walker.seen.text()
    anchors = (*walker.leads.anchors, *walker.leads.images)
    return Page(
        text=text,
        hidden=walker.unseen.text(),
        anchors=tuple(one if one.place.end <= len(text) else _within(one, len(text)) for one in anchors),
        regions=tuple(walker.regions),
        troubles=tuple(troubles),
    )


def _within(anchor: Anchor, length: int) -> Anchor:
    """The anchor with its place inside the text: after the last words there is no place of its own."""
    place = anchor.place
    return msgspec.structs.replace(
        anchor, place=msgspec.structs.replace(place, start=min(place.start, length), end=length)
    )


class _Walker:
    def __init__(self, path: str) -> None:
        self.seen = Flow(bounds.TEXT_CHARS)
        self.unseen = Flow(bounds.TEXT_CHARS)
        self.leads = Leads(path, self.seen)
        self.regions: list[Region] = []
        self.rules: dict[str, Look] = {}
        self.opened: list[_Open] = []
        self.nodes = 0
        self._cut = False

    @property
    def is_cut(self) -> bool:
        return self._cut or self.leads.is_cut or self.seen.is_cut or self.unseen.is_cut

    def walk(self, root: LexborNode) -> None:
        """Depth first without recursion: hostile mail nests deeper than any stack."""
        states = [State()]
        node: LexborNode | None = root
        trail: list[LexborNode] = []
        while node is not None:
            self.nodes += 1
            if self.nodes > _NODES:
                self._cut = True
                break
            child = self._enter(node, states)
            if child is not None:
                trail.append(node)
                node = child
                continue
            following = node.next
            while following is None and trail:
                node = trail.pop()
                self._leave(node.tag or "", states)
                following = node.next
            node = following
        while trail:
            self._leave(trail.pop().tag or "", states)

    def _enter(self, node: LexborNode, states: list[State]) -> LexborNode | None:
        """Reads one node; gives its first child when that is to be walked (then `_leave` must follow)."""
        tag = node.tag or ""
        state = states[-1]
        if tag == "-text":
            self._text(node, state)
            return None
        if tag in _UNSEEN:
            self._aside(node, tag)
            return None
        if tag[:1] == "-" or tag == "!doctype":
            return None
        stated = node.attributes
        if stated:
            state = visibility.of(tag, stated, state, self.rules)
        if tag in {"pre", "textarea"}:
            state = state._replace(keep=True)
        self._open(tag, stated, state)
        child = node.child
        if child is None:
            self._close(tag)
            return None
        states.append(state)
        return child

    def _leave(self, tag: str, states: list[State]) -> None:
        states.pop()
        self._close(tag)

    def _text(self, node: LexborNode, state: State) -> None:
        text = node.text_content
        if text:
            (self.unseen if state.hidden else self.seen).add(text, keep=state.keep)

    def _aside(self, node: LexborNode, tag: str) -> None:
        """What is not shown but says how or where: style sheets, base and refresh in the head."""
        if tag == "style":
            self.rules.update(style.rules(node.text(deep=True)))
        elif tag == "head":
            for one in node.css("style, base, meta")[:200]:
                if one.tag == "style":
                    self.rules.update(style.rules(one.text(deep=True)))
                else:
                    self._open(one.tag or "", one.attributes, State())

    def _open(self, tag: str, stated: dict[str, str | None], state: State) -> None:
        if tag in _BLOCKS:
            (self.unseen if state.hidden else self.seen).line()
            self._quote(tag, stated)
        elif tag == "p":
            (self.unseen if state.hidden else self.seen).line(2)
        elif tag == "br":
            (self.unseen if state.hidden else self.seen).forced_line()
        elif tag in {"td", "th"}:
            self.seen.cell()
        if not stated:
            return
        match tag:
            case "a":
                self._link(stated)
            case "img":
                self.leads.image(stated)
            case "area":
                self.leads.area(stated)
            case "form":
                self._form(stated)
            case "input" | "button":
                self.leads.button(stated)
            case "base":
                self.leads.set_base(stated)
            case "meta":
                self.leads.refresh(stated)
        if stated.get("background"):
            self.leads.remote(stated["background"] or "", "")

    def _close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.seen.line()
        elif tag == "p":
            self.seen.line(2)
        if not self.opened or self.opened[-1].tag != tag:
            return
        opened = self.opened.pop()
        if opened.kind in {"quote", "block", "rest", ""}:
            self._end_region(opened)
            return
        shown = self.seen.since(opened.start).strip() or " ".join(self.leads.alts[:20])
        self.leads.keep(Anchor(opened.target, shown[:1000], opened.kind, self.leads.place(opened.start)))

    def _end_region(self, opened: _Open) -> None:
        end = -1 if opened.kind == "rest" else self.seen.length
        if opened.kind and (end < 0 or end > opened.start) and len(self.regions) < bounds.QUOTES:
            self.regions.append(Region(opened.start, end, opened.kind))

    def _quote(self, tag: str, stated: dict[str, str | None]) -> None:
        kind = ""
        if stated:
            is_cited = tag == "blockquote" and (stated.get("type") == "cite" or stated.get("cite"))
            if is_cited or _QUOTE_CLASSES.search(stated.get("class") or ""):
                kind = "quote"
            elif (stated.get("id") or "").removeprefix("x_") in _QUOTE_FROM_HERE:
                self._end_region(_Open(tag, "", self.seen.start_of_next(), "rest"))
        if tag == "blockquote" and not kind:
            kind = "block"
        if tag in {"div", "blockquote"}:
            self.opened.append(_Open(tag, "", self.seen.start_of_next(), kind))

    def _link(self, stated: dict[str, str | None]) -> None:
        href = stated.get("href") or stated.get("xlink:href")
        if href and (target := self.leads.target(href)) and target[:1] != "#":
            self.leads.alts = []
            self.opened.append(_Open("a", target, self.seen.start_of_next(), "anchor"))

    def _form(self, stated: dict[str, str | None]) -> None:
        if target := self.leads.target(stated.get("action") or ""):
            self.opened.append(_Open("form", target, self.seen.start_of_next(), "form"))
