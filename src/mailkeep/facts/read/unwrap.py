"""The links that gateways put around links, taken off again, and the links that links carry."""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable
from urllib.parse import parse_qs, unquote

from mailkeep.facts.shipped import with_parents
from mailkeep.kit.domains import registrable
from mailkeep.kit.urls import Url, parse_url

_LAYERS = 5
"""How many rewriters are taken off one link; more is a game, not a route."""

_V3 = re.compile(r"/v3/__(.{1,4000}?)__;([^!]{0,2000})!")
_V3_GAP = re.compile(r"\*(\*.)?")
_V3_RUN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_AVANAN = re.compile(r"___(https?:.{1,4000}?)___")
_INNER = re.compile(r"https?:/{1,2}[^\s\"'<>]{3,2000}", re.IGNORECASE)
_INNER_BASE64 = re.compile(r"(?:aHR0c|d3d3L)[A-Za-z0-9+/_-]{8,4000}")
_BARE_QUERY = re.compile(
    r"(?:^|&)(?:q|u|url|adurl|dest|destination|target|redirect|redirect_uri|goto|next|link)=([^&]{4,500})"
)
_BARE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?=[/?#:]|$)")

_SEALED = re.compile(r"^protect[a-z0-9-]*\.mimecast\.com$|\.mimecastprotect\.com$")
"""Rewriters that keep the target to themselves."""

_SHARE = re.compile(r"/(?:sharer|share|sharearticle|intent|pin/create|dialog/share|submit|offsite)\b", re.IGNORECASE)
"""Buttons by which a reader tells others of a page: they carry its URL and lead nobody there."""


def unwrap(url: Url) -> tuple[Url, str]:
    """The URL that the rewriters of known gateways stand around, and the outermost rewriter's name (empty: none).

    Gives: a rewriter whose links cannot be read without asking it (Mimecast) leaves the URL as it is, yet is named.
    """
    named = ""
    for _ in range(_LAYERS):
        if _SEALED.search(url.host):
            return url, named or "mimecast"
        name, inner = _rewriter(url.host)
        found = parse_url(inner(url)) if name else None
        if found is None or not found.host:
            return url, named
        url, named = found, named or name
    return url, named


def carried_host(url: Url) -> str:
    """Host of a URL carried in path, query or fragment when it belongs to another owner than the host; else empty.

    Share buttons carry the page they tell of and lead nobody there: they do not count.
    """
    rest = f"{url.path}?{url.query}#{url.fragment}"
    if len(rest) < 8 or _SHARE.search(url.path):
        return ""
    own = registrable(url.host)
    for text in _carried(url, rest):
        found = parse_url(text)
        if found is not None and "." in found.host and registrable(found.host) != own:
            return found.host
    return ""


def _carried(url: Url, rest: str) -> list[str]:
    """Every text in the rest of the URL that is a URL itself, plain, percent-encoded twice or base64; a few at most."""
    plain = unquote(unquote(rest)) if "%" in rest else rest
    found = [hit.group() for hit in _take(_INNER, plain)]
    found += [_base64_text(hit.group()) for hit in _take(_INNER_BASE64, plain)]
    if not found and url.query:
        values = (unquote(hit[1]).lower() for hit in _take(_BARE_QUERY, url.query))
        found += ["http://" + value for value in values if _BARE_HOST.match(value)]
    return found


def _take(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    return [hit for hit, _ in zip(pattern.finditer(text), range(4), strict=False)]


def _base64_text(text: str) -> str:
    """The decoded URL, as far as it decodes."""
    cut = text.replace("-", "+").replace("_", "/")
    raw = b64decode(cut[: len(cut) // 4 * 4] or "")
    plain = raw.decode("utf-8", "replace")
    return "http://" + plain if plain.startswith("www.") else plain


def _from_query(*names: str) -> Callable[[Url], str]:
    """A reader of the first of these query values that is there."""

    def read(url: Url) -> str:
        values = parse_qs(url.query, max_num_fields=50) if url.query.count("&") < 50 else {}
        return next((values[name][0] for name in names if name in values), "")

    return read


def _safelinks(url: Url) -> str:
    return _from_query("url")(url)


def _proofpoint(url: Url) -> str:
    """Source: the decoding steps that Proofpoint publishes for URL Defense v1, v2 and v3."""
    if url.path.startswith("/v3/"):
        return _proofpoint_v3(url.href)
    value = _from_query("u")(url)
    if url.path.startswith("/v2/"):
        return unquote(value.replace("-", "%").replace("_", "/"))
    return value


def _proofpoint_v3(href: str) -> str:
    """v3 keeps the URL readable and moves its unusual characters into a base64 tail, one star (or star-run) for each."""
    found = _V3.search(href)
    if found is None:
        return ""
    body, tail = found.groups()
    moved = iter(_padded_base64(tail).decode("utf-8", "replace"))

    def back(gap: re.Match[str]) -> str:
        run = gap.group(1)
        length = _V3_RUN.find(run[1]) + 2 if run else 1
        return "".join(next(moved, "") for _ in range(length))

    # the scheme's second slash is lost by browsers that normalise the path
    return _V3_GAP.sub(back, re.sub(r"^(https?:)/(?!/)", r"\1//", unquote(body)))


def _padded_base64(text: str) -> bytes:
    clean = re.sub(r"[^A-Za-z0-9_-]", "", text)
    usable = clean[:-1] if len(clean) % 4 == 1 else clean
    return urlsafe_b64decode(usable + "=" * (-len(usable) % 4))


def _sophos(url: Url) -> str:
    value = _from_query("u")(url)
    return _padded_base64(value).decode("utf-8", "replace") if value else ""


def _cisco(url: Url) -> str:
    """The URL stands percent-encoded after the path's signature."""
    return unquote(url.path.lstrip("/").partition("/")[2])


def _avanan(url: Url) -> str:
    found = _AVANAN.search(url.href)
    return found[1] if found else ""


_REWRITERS: tuple[tuple[str, str, Callable[[Url], str]], ...] = (
    ("safelinks.protection.outlook.com", "safelinks", _safelinks),
    ("safelinks.protection.office365.us", "safelinks", _safelinks),
    ("safelinks.protection.partner.outlook.cn", "safelinks", _safelinks),
    ("statics.teams.cdn.office.net", "safelinks", _safelinks),
    ("urldefense.proofpoint.com", "proofpoint", _proofpoint),
    ("urldefense.com", "proofpoint", _proofpoint),
    ("urldefense.us", "proofpoint", _proofpoint),
    ("linkprotect.cudasvc.com", "barracuda", _from_query("a")),
    ("secure-web.cisco.com", "cisco", _cisco),
    ("url.avanan.click", "avanan", _avanan),
    ("checkpoint.url-protection.com", "avanan", _avanan),
    ("protection.sophos.com", "sophos", _sophos),
    ("protect.fireeye.com", "fireeye", _from_query("u")),
    ("protect2.fireeye.com", "fireeye", _from_query("u")),
    ("clicktime.symantec.com", "symantec", _from_query("u")),
    ("clicktime.cloud.postoffice.net", "symantec", _from_query("u")),
    ("imsva91-ctp.trendmicro.com", "trendmicro", _from_query("url")),
    ("trendmicro.com", "trendmicro", _from_query("url")),
    ("url.emailprotection.link", "edgepilot", _from_query("u")),
    ("link.edgepilot.com", "edgepilot", _from_query("u")),
    ("atpscan.global.hornetsecurity.com", "hornetsecurity", _from_query("url")),
    ("linkscan.io", "linkscan", _from_query("url")),
    ("deref-gmx.net", "gmx", _from_query("redirectUrl")),
    ("deref-web.de", "gmx", _from_query("redirectUrl")),
    ("deref-mail.com", "gmx", _from_query("redirectUrl")),
)


_BY_HOST = {host: (name, inner) for host, name, inner in _REWRITERS}
_NONE: tuple[str, Callable[[Url], str]] = ("", _from_query())


def _rewriter(host: str) -> tuple[str, Callable[[Url], str]]:
    """The gateway whose rewriting host this is; an empty name when it is none."""
    return next((_BY_HOST[parent] for parent in with_parents(host) if parent in _BY_HOST), _NONE)
