"""Where an HTML page can lead its reader, gathered while it is walked."""

import re
import urllib.parse

from mailkeep.mail import bounds
from mailkeep.mail.flow import Flow
from mailkeep.mail.message import Anchor, Place

_EDGES = "".join(map(chr, range(0x21)))
_WHITE_INSIDE = re.compile(r"[\t\n\r]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REFRESH = re.compile(r"""[0-9.]*[;,]?url=["']?([^"'>]+)""", re.IGNORECASE)
_IMAGES = 200


class Leads:
    """The leads of one page so far. Takes the flow of its visible text, for their places."""

    def __init__(self, path: str, flow: Flow) -> None:
        self.path = path
        self.flow = flow
        self.anchors: list[Anchor] = []
        self.images: list[Anchor] = []
        self.alts: list[str] = []
        self.base = ""
        self.is_cut = False

    def image(self, stated: dict[str, str | None]) -> None:
        """A picture: its words stand for a link around it, its source is told when it is remote."""
        alt = stated.get("alt") or stated.get("title") or ""
        if alt.strip():
            self.alts.append(" ".join(alt.split()))
        self.remote(stated.get("src") or "", alt)

    def remote(self, source: str, alt: str) -> None:
        """A remote picture or background."""
        target = self.target(source)
        if target[:5].lower() not in {"http:", "https"} and target[:2] != "//":
            return
        if len(self.images) < _IMAGES:
            self.images.append(
                Anchor(target, " ".join(alt.split())[:1000], "image", self.place(self.flow.start_of_next()))
            )

    def area(self, stated: dict[str, str | None]) -> None:
        """A link in an image map."""
        if target := self.target(stated.get("href") or ""):
            self.keep(Anchor(target, (stated.get("alt") or "")[:1000], "area", self.place(self.flow.start_of_next())))

    def button(self, stated: dict[str, str | None]) -> None:
        """A button or input: its label is seen, its own form target is a lead."""
        label = (stated.get("value") or stated.get("aria-label") or "")[:1000]
        if (stated.get("type") or "").lower() in {"submit", "button", "reset", "image"} and label:
            self.flow.add(f" {label} ")
        if target := self.target(stated.get("formaction") or ""):
            self.keep(Anchor(target, label, "form", self.place(self.flow.start_of_next())))

    def set_base(self, stated: dict[str, str | None]) -> None:
        """The first <base> is what relative addresses start from."""
        self.base = self.base or self.target(stated.get("href") or "")

    def refresh(self, stated: dict[str, str | None]) -> None:
        """A <meta> that leads the reader on by itself."""
        if (stated.get("http-equiv") or "").strip().lower() != "refresh":
            return
        hit = _REFRESH.match("".join((stated.get("content") or "")[:5000].split()))
        if hit and (target := self.target(hit.group(1))):
            self.keep(Anchor(target, "", "refresh", self.place(0)))

    def keep(self, anchor: Anchor) -> None:
        """One more lead, within the bound."""
        if len(self.anchors) >= bounds.ANCHORS:
            self.is_cut = True
            return
        self.anchors.append(anchor)

    def place(self, start: int) -> Place:
        """From that offset to where the text now ends."""
        return Place(self.path, start, max(start, self.flow.length), "link")

    def target(self, written: str) -> str:
        """The URL as a browser reads the attribute (WHATWG URL §4.4): edges trimmed, tabs and line ends dropped."""
        target = written[:20_000].strip(_EDGES)
        if not target.isprintable():
            target = _WHITE_INSIDE.sub("", target)
        if not self.base or not target or target[:1] == "#" or _SCHEME.match(target):
            return target
        try:
            return urllib.parse.urljoin(self.base, target)
        except ValueError:
            return target
