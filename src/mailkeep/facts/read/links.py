"""Where the mail's links lead, as a browser would read them."""

import re
from base64 import b64encode
from functools import lru_cache

import msgspec

from mailkeep.facts.read.attachments import Attachment
from mailkeep.facts.read.codes import Code
from mailkeep.facts.read.filetypes import DOWNLOAD
from mailkeep.facts.read.hosts import brand_in_path, free_path, host_facts, resemblance, says_login
from mailkeep.facts.read.sender import Sender
from mailkeep.facts.read.unwrap import carried_host, unwrap
from mailkeep.facts.vantage import Vantage
from mailkeep.kit.domains import has_known_suffix, public_suffix, registrable
from mailkeep.kit.lookalike import Resemblance
from mailkeep.kit.urls import Url, parse_url
from mailkeep.mail import Anchor, Message, Place
from mailkeep.people.directory import Directory


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One distinct link, unwrapped from the rewriters that gateways put around it."""

    url: str
    """WHATWG-normalised URL (unwrapped)."""
    host: str
    """Lower-case ASCII host; empty for mailto:, tel: and the like."""
    registrable: str
    scheme: str
    kind: str
    """The `Anchor.kind`, or "attachment" (found in an attached file), or "qr"."""
    shown: str
    place: Place
    wrapped_by: str
    """The rewriter it was unwrapped from ("safelinks", "proofpoint", …), else empty."""
    own: bool
    """Leads to one of our domains."""
    same_as_sender: bool
    """Leads to the sender's registrable domain."""
    ip_host: bool
    punycode: bool
    odd_port: bool
    userinfo: bool
    """Text before an @ in the authority, which hides the real host."""
    shortener: bool
    free_host: bool
    """Anybody can publish there (site builders, object stores, tunnels, forms)."""
    redirects_to: str
    """Host of a URL carried in path, query or fragment, when it belongs to another owner than `host`;
    else empty. Share buttons are left out."""
    carries_recipient: bool
    """The recipient's address stands in the URL, plain or base64: a lure made for one person."""
    shown_domain: str
    """Registrable domain that `shown` claims when it is not where the link leads; else empty."""
    resembles: Resemblance | None
    """The host imitates an own domain or a brand."""
    brand_in_host: str
    """Id of a brand named in host or path that does not own the host; else empty."""
    login_words: bool
    """Host or path speak of log-in, verification, password or wallet."""
    random_host: bool
    """The registrable label looks machine-made."""
    rare_suffix: bool
    """The public suffix is one whose cheap registrations are mostly abuse (dated list)."""
    file_kind: str
    """Lower-case extension the path ends in when it is a download (zip, exe, html, pdf …); else empty."""


MOST = 200
"""Links that are read of one mail; clickable ones come before remote pictures."""

_TLD_LIKE_FILES = frozenset({"zip", "mov", "md", "py", "sh", "ps", "so", "rs", "app", "com"})

_SHOWN = re.compile(
    r"\s*(?:(https?)://|(www\.))?((?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24})(?::\d{1,5})?([/?#]\S{0,2000})?\s*",
    re.IGNORECASE,
)
_SCHEMES_WITH_HOST = frozenset({"http", "https", "ftp", "ftps", "ws", "wss"})
_NO_LINK = frozenset({"cid", "about", "mid"})


def read(
    message: Message,
    sender: Sender,
    vantage: Vantage,
    attachments: tuple[Attachment, ...],
    codes: tuple[Code, ...],
) -> tuple[Link, ...]:
    """Every distinct link, those of attachments and codes included, clickable ones first; at most `MOST`."""
    eye = _Eye(sender.registrable, vantage.directory, _needles(message, vantage))
    anchors = (*message.anchors, *_from_files(attachments), *_from_codes(codes))
    seen: dict[tuple[str, str], Link] = {}
    for anchor in sorted(anchors, key=_is_picture):
        if len(seen) >= MOST:
            break
        url = _url(anchor.target)
        if url is None:
            continue
        key = (url.href, anchor.shown)
        if key not in seen:
            seen[key] = eye.link(url, anchor)
    return tuple(seen.values())


def _is_picture(anchor: Anchor) -> bool:
    return anchor.kind == "image"


def _url(target: str) -> Url | None:
    """The target as a URL that leads somewhere; None for page-internal and unreadable ones."""
    url = parse_url("http://" + target if target[:4].lower() == "www." else target)
    if url is None or url.scheme in _NO_LINK:
        return None
    if url.scheme in _SCHEMES_WITH_HOST and not url.host:
        return None
    return url


def _from_files(attachments: tuple[Attachment, ...]) -> list[Anchor]:
    return [Anchor(url, "", "attachment", file.place) for file in attachments for url in file.urls[:50]]


def _from_codes(codes: tuple[Code, ...]) -> list[Anchor]:
    return [Anchor(code.payload, "", "qr", code.place) for code in codes if code.is_url]


class _Eye:
    """One mail's way of looking at links: who sent it, who we are, and how its recipients are spelled in URLs."""

    def __init__(self, sender: str, directory: Directory, needles: tuple[str, ...]) -> None:
        self._sender = sender
        self._directory = directory
        self._needles = needles

    def link(self, outer: Url, anchor: Anchor) -> Link:
        """The facts of one link."""
        url, wrapped_by = unwrap(outer)
        facts = host_facts(url.host)
        own = bool(url.host) and self._directory.owns(url.host)
        strange = bool(url.host) and not own
        web = url.scheme in _SCHEMES_WITH_HOST
        path = url.path if web else ""
        return Link(
            url=url.href,
            host=url.host,
            registrable=facts.registrable,
            scheme=url.scheme,
            kind=anchor.kind,
            shown=anchor.shown,
            place=anchor.place,
            wrapped_by=wrapped_by,
            own=own,
            same_as_sender=bool(facts.registrable) and facts.registrable == self._sender,
            ip_host=facts.ip,
            punycode=facts.punycode,
            odd_port=web and url.port is not None,
            userinfo=web and bool(url.userinfo),
            shortener=facts.shortener,
            free_host=facts.free or free_path(url.host, path),
            redirects_to=carried_host(url) if web else "",
            carries_recipient=web and self._names_recipient(outer, url),
            shown_domain=_shown_domain(anchor.shown, facts.registrable) if web else "",
            resembles=resemblance(url.host, self._directory.own_domains) if strange else None,
            brand_in_host=(facts.brand or brand_in_path(url.host, path)) if strange else "",
            login_words=facts.login or says_login(path.lower()),
            random_host=facts.random,
            rare_suffix=facts.rare_suffix,
            file_kind=_file_kind(path),
        )

    def _names_recipient(self, outer: Url, url: Url) -> bool:
        text = outer.href if outer is url else f"{outer.href} {url.href}"
        folded = text.lower()
        return any(needle in folded or needle in text for needle in self._needles)


def _needles(message: Message, vantage: Vantage) -> tuple[str, ...]:
    """The recipients' addresses as URLs spell them: plain, percent-encoded, hex, and base64 at each of its three shifts."""
    addresses = [vantage.mailbox.address] if vantage.mailbox else []
    addresses += [person.address for person in message.recipients[:3]]
    found: list[str] = []
    for address in dict.fromkeys(addresses):
        if len(address) < 6 or "@" not in address:
            continue
        raw = address.encode("utf-8", "replace")
        local, _, domain = address.rpartition("@")
        found += [address, f"{local}%40{domain}", raw.hex(), *(_base64_core(raw, shift) for shift in range(3))]
    return tuple(found)


def _base64_core(raw: bytes, shift: int) -> str:
    """The part of the base64 text that does not depend on what stands before and after."""
    text = b64encode(b"\0" * shift + raw).decode("ascii").rstrip("=")
    return text[4 if shift else 0 : -2]


@lru_cache(maxsize=4_096)
def _shown_domain(shown: str, leads_to: str) -> str:
    """Registrable domain of the URL or domain that the whole shown text is, when the link leads elsewhere; else empty."""
    found = _SHOWN.fullmatch(shown) if "." in shown and len(shown) < 2_100 else None
    if found is None:
        return ""
    claims_web = found[1] or found[2] or found[4]
    host = found[3].lower()
    suffix = public_suffix(host)
    if not has_known_suffix(host) or (not claims_web and host.count(".") == 1 and suffix in _TLD_LIKE_FILES):
        return ""
    claimed = registrable(host)
    return "" if claimed in ("", leads_to, suffix) else claimed


def _file_kind(path: str) -> str:
    name = path.rpartition("/")[2]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return extension if extension in DOWNLOAD else ""
