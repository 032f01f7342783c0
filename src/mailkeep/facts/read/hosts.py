"""What can be said of a host by itself: brand words, log-in words, look-alikes, cheap suffixes, free pages."""

import re
from functools import lru_cache
from typing import NamedTuple

import ahocorasick_rs

from mailkeep.facts import shipped
from mailkeep.facts.brand_list import BRANDS, BY_ID, PUBLIC, TARGETS, owner_of
from mailkeep.kit import domains
from mailkeep.kit.lookalike import Lookalikes, Resemblance

_SHORTENERS = frozenset(shipped.lines("shorteners.txt"))
_RARE_SUFFIXES = frozenset(shipped.lines("rare_suffixes.txt"))
_FREE = tuple(shipped.lines("free_hosts.txt"))
_FREE_HOSTS = frozenset(entry for entry in _FREE if "/" not in entry)
_FREE_PATHS = tuple(entry for entry in _FREE if "/" in entry)

_LOGIN = shipped.lines("login_words.txt")
_LOGIN_WHOLE = frozenset(word[1:] for word in _LOGIN if word.startswith("="))
_LOGIN_ANYWHERE = ahocorasick_rs.AhoCorasick([word for word in _LOGIN if not word.startswith("=")])

_WORDS = re.compile(r"[a-z]+(?:[0-9]+[a-z0-9]*)?|[0-9]+[a-z][a-z0-9]*")

_HOST_WORDS = [(word, brand.id) for brand in BRANDS for word in brand.hosts]
_HOST_INDEX = ahocorasick_rs.AhoCorasick(
    [word for word, _ in _HOST_WORDS], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
)
_WHOLE_WORDS = {word: brand.id for brand in reversed(BRANDS) for word in (*brand.hosts, *brand.tokens)}

_QUIET_KINDS = frozenset({"social", "streaming"})
"""Kinds of brand that stand in the paths of honest newsletters (icons, share buttons) and so say nothing there."""

_BRAND_LOOKALIKES = Lookalikes(TARGETS)


class HostFacts(NamedTuple):
    """What is true of a host whatever mail it stands in."""

    registrable: str
    ip: bool
    punycode: bool
    shortener: bool
    free: bool
    brand: str
    """Id of a brand named in the host that does not own it; empty when none."""
    login: bool
    random: bool
    rare_suffix: bool


@lru_cache(maxsize=16_384)
def host_facts(host: str) -> HostFacts:
    """All that the host says by itself. Takes: lower-case ASCII host. Costs: about 10 µs the first time, then nothing."""
    owner = domains.registrable(host)
    ip = domains.is_ip(host)
    return HostFacts(
        registrable=owner,
        ip=ip,
        punycode="xn--" in host,
        shortener=owner in _SHORTENERS or host in _SHORTENERS,
        free=any(parent in _FREE_HOSTS for parent in shipped.with_parents(host)),
        brand="" if ip else _brand_in(host),
        login=says_login(host),
        random=not ip and domains.looks_random(domains.label(host)),
        rare_suffix=not ip and domains.public_suffix(host) in _RARE_SUFFIXES,
    )


def free_path(host: str, path: str) -> bool:
    """True for a page on a host of which only some paths are open to anybody (dropbox.com/s/)."""
    return f"{host.removeprefix('www.')}{path[:40]}".startswith(_FREE_PATHS)


def says_login(text: str) -> bool:
    """True when the lower-case host or path speaks of log-in, verification, passwords or wallets."""
    if _LOGIN_ANYWHERE.find_matches_as_indexes(text):
        return True
    return any(word in _LOGIN_WHOLE for word in re.split(r"[^a-z0-9]+", text))


def _brand_in(host: str) -> str:
    """A brand named in the host; hosts that any listed brand owns name nobody, save those where strangers publish."""
    if owner_of(host) and not any(parent in PUBLIC for parent in shipped.with_parents(host)):
        return ""
    for at, _, _ in _HOST_INDEX.find_matches_as_indexes(host):
        brand = _HOST_WORDS[at][1]
        if not BY_ID[brand].owns(host):
            return brand
    whole = (_WHOLE_WORDS.get(word, "") for word in _WORDS.findall(host.rpartition(".")[0]))
    return next((brand for brand in whole if brand and not BY_ID[brand].owns(host)), "")


@lru_cache(maxsize=16_384)
def brand_in_path(host: str, path: str) -> str:
    """A brand that names one of the first directories of the path and does not own the host; empty when none."""
    if owner_of(host):
        return ""
    for segment in path.lower().split("/", 4)[1:4]:
        brand = _WHOLE_WORDS.get(segment.strip("-_ "), "")
        if brand and BY_ID[brand].kind not in _QUIET_KINDS and not BY_ID[brand].owns(host):
            return brand
    return ""


@lru_cache(maxsize=64)
def _own_lookalikes(own: frozenset[str]) -> Lookalikes:
    return Lookalikes({domain: domain for domain in own})


@lru_cache(maxsize=16_384)
def resemblance(host: str, own: frozenset[str]) -> Resemblance | None:
    """Whom the host imitates: one of the own domains first, then a brand; None for nobody.

    Takes: lower-case ASCII host that is no own domain, and the own domains.
    """
    if owner_of(host) or domains.is_ip(host):
        return None
    return _own_lookalikes(own).closest(host) or _BRAND_LOOKALIKES.closest(host)
