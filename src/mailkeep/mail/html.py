"""What a reader sees of an HTML body, what is kept from his eyes, and where it can lead him. One parse, one walk."""

import re
import urllib.parse
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailkeep.mail import bounds, nesting, style, visibility
from mailkeep.mail.flow import Flow
from mailkeep.mail.message import Anchor, Place
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
_WHITE_EDGES = re.compile(r"^[\x00-\x20]+|[\x00-\x20]+$")
_WHITE_INSIDE = re.compile(r"[\t\n\r]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REFRESH = re.compile(r"""^\s*[0-9.]*\s*[;,]?\s*url\s*=\s*["']?\s*([^"'>]+)""", re.IGNORECASE)
_IMAGES = 200
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
    return Page(
        walker.seen.text(),
        walker.unseen.text(),
        (*walker.anchors, *walker.images),
        tuple(walker.regions),
        tuple(troubles),
    )


class _Walker:
    def __init__(self, path: str) -> None:
        self.path = path
        self.seen = Flow(bounds.TEXT_CHARS)
        self.unseen = Flow(bounds.TEXT_CHARS)
        self.anchors: list[Anchor] = []
        self.images: list[Anchor] = []
        self.regions: list[Region] = []
        self.rules: dict[str, Look] = {}
        self.base = ""
        self.alts: list[str] = []
        self.opened: list[_Open] = []
        self.nodes = 0
        self._cut = False

    @property
    def is_cut(self) -> bool:
        return self._cut or self.seen.is_cut or self.unseen.is_cut

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
                self._image(stated)
            case "area":
                self._area(stated)
            case "form":
                self._form(stated)
            case "input" | "button":
                self._button(stated)
            case "base":
                self._base(stated)
            case "meta":
                self._meta(stated)
        if stated.get("background"):
            self._remote(stated["background"] or "", "")

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
        shown = self.seen.since(opened.start).strip() or " ".join(self.alts[:20])
        self._keep(Anchor(opened.target, shown[:1000], opened.kind, self._place(opened.start)))

    def _end_region(self, opened: _Open) -> None:
        if opened.kind and self.seen.length > opened.start and len(self.regions) < bounds.QUOTES:
            self.regions.append(Region(opened.start, self.seen.length, opened.kind))

    def _quote(self, tag: str, stated: dict[str, str | None]) -> None:
        kind = ""
        if stated:
            is_cited = tag == "blockquote" and (stated.get("type") == "cite" or stated.get("cite"))
            if is_cited or _QUOTE_CLASSES.search(stated.get("class") or ""):
                kind = "quote"
            elif (stated.get("id") or "").removeprefix("x_") in _QUOTE_FROM_HERE:
                self.regions.append(Region(self.seen.start_of_next(), -1, "rest"))
        if tag == "blockquote" and not kind:
            kind = "block"
        if tag in {"div", "blockquote"}:
            self.opened.append(_Open(tag, "", self.seen.start_of_next(), kind))

    def _link(self, stated: dict[str, str | None]) -> None:
        href = stated.get("href") or stated.get("xlink:href")
        if href and (target := self._target(href)) and target[:1] != "#":
            self.alts = []
            self.opened.append(_Open("a", target, self.seen.start_of_next(), "anchor"))

    def _image(self, stated: dict[str, str | None]) -> None:
        alt = stated.get("alt") or stated.get("title") or ""
        if alt.strip():
            self.alts.append(" ".join(alt.split()))
        self._remote(stated.get("src") or "", alt)

    def _remote(self, source: str, alt: str) -> None:
        target = self._target(source)
        if target[:5].lower() not in {"http:", "https"} and target[:2] != "//":
            return
        if len(self.images) < _IMAGES:
            self.images.append(
                Anchor(target, " ".join(alt.split())[:1000], "image", self._place(self.seen.start_of_next()))
            )

    def _area(self, stated: dict[str, str | None]) -> None:
        if target := self._target(stated.get("href") or ""):
            self._keep(Anchor(target, (stated.get("alt") or "")[:1000], "area", self._place(self.seen.start_of_next())))

    def _form(self, stated: dict[str, str | None]) -> None:
        if target := self._target(stated.get("action") or ""):
            self.opened.append(_Open("form", target, self.seen.start_of_next(), "form"))

    def _button(self, stated: dict[str, str | None]) -> None:
        label = (stated.get("value") or stated.get("aria-label") or "")[:1000]
        if (stated.get("type") or "").lower() in {"submit", "button", "reset", "image"} and label:
            self.seen.add(f" {label} ")
        if target := self._target(stated.get("formaction") or ""):
            self._keep(Anchor(target, label, "form", self._place(self.seen.start_of_next())))

    def _base(self, stated: dict[str, str | None]) -> None:
        self.base = self.base or self._target(stated.get("href") or "")

    def _meta(self, stated: dict[str, str | None]) -> None:
        if (stated.get("http-equiv") or "").strip().lower() != "refresh":
            return
        hit = _REFRESH.match((stated.get("content") or "")[:5000])
        if hit and (target := self._target(hit.group(1))):
            self._keep(Anchor(target, "", "refresh", self._place(0)))

    def _keep(self, anchor: Anchor) -> None:
        if len(self.anchors) >= bounds.ANCHORS:
            self._cut = True
            return
        self.anchors.append(anchor)

    def _place(self, start: int) -> Place:
        return Place(self.path, start, max(start, self.seen.length), "link")

    def _target(self, written: str) -> str:
        """The URL as a browser reads the attribute (WHATWG URL §4.4): edges trimmed, tabs and line ends dropped."""
        target = _WHITE_INSIDE.sub("", _WHITE_EDGES.sub("", written[:20_000]))
        if not self.base or not target or target[:1] == "#" or _SCHEME.match(target):
            return target
        try:
            return urllib.parse.urljoin(self.base, target)
        except ValueError:
            return target
