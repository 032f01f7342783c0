"""What a display name says besides a person's name: an address, a domain, a brand."""

import re
from collections import defaultdict
from functools import lru_cache

from mailkeep.facts.brand_list import BRANDS, BY_ID
from mailkeep.facts.shipped import lines
from mailkeep.kit.domains import public_suffix
from mailkeep.kit.unicode import skeleton

_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@.])(?:https?://)?((?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}[a-z]{2,24})(?![\w@])", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")

_SUFFIXES = frozenset(word for row in lines("name_suffixes.txt") for word in row.split())
"""Last labels by which a reader takes a word for a domain; "J.Smith" and "node.js" end in none of them."""

_COMPANY = frozenset(word for row in lines("company_words.txt") for word in row.split())
"""Words beside which an everyday word such as "Apple" is meant as the brand."""

_LONGEST = 120
"""Characters of a display name that are read."""
_MOST_WORDS = 5


def address_in(name: str) -> str:
    """The first e-mail address written in a display name, lower case; empty when none."""
    found = _ADDRESS.search(name[:_LONGEST])
    return found[0].lower().strip(".") if found else ""


def domain_in(name: str) -> str:
    """The first domain written in a display name outside an address, lower case; empty when none."""
    for found in _DOMAIN.finditer(_ADDRESS.sub(" ", name[:_LONGEST])):
        domain = found[1].lower()
        last = domain.rpartition(".")[2]
        label = domain.removesuffix("." + public_suffix(domain)).rpartition(".")[2]
        if last in _SUFFIXES and len(label) >= 3 and not (len(last) > 2 and found[1].rpartition(".")[2].istitle()):
            return domain
    return ""


@lru_cache(maxsize=4_096)
def brand_in(name: str) -> str:
    """Id of the brand a display name bears, look-alike letters seen through; empty when none.

    A distinctive name counts anywhere ("PayPal Service", "Micr0soft"); an everyday word ("Apple", "Chase") only alone or beside
    words that companies use. The longest name wins.
    """
    words = tuple(skeleton(word) for word in _WORD.findall(name[:_LONGEST]))
    best, longest = "", 0
    for size in range(min(_MOST_WORDS, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            phrase = " ".join(words[at : at + size])
            found = _NAMES.get(phrase, "")
            if not found and phrase in _TITLES and _all_company(words[:at] + words[at + size :]):
                found = _TITLES[phrase]
            if found and len(phrase) > longest:
                best, longest = found, len(phrase)
        if best:
            return best
    return ""


def brand_owns(brand: str, domain: str) -> bool:
    """True when this brand's list of domains holds the domain or one above it."""
    return brand in BY_ID and BY_ID[brand].owns(domain)


def _all_company(words: tuple[str, ...]) -> bool:
    return all(word in _COMPANY_SHAPES or word.isdigit() for word in words)


def _phrases(kind: str) -> dict[str, str]:
    found: defaultdict[str, str] = defaultdict(str)
    for brand in BRANDS:
        for name in getattr(brand, kind):
            phrase = " ".join(skeleton(word) for word in _WORD.findall(name))
            if phrase and not found[phrase]:
                found[phrase] = brand.id
    return dict(found)


_NAMES = _phrases("names")
_TITLES = _phrases("titles")
_COMPANY_SHAPES = frozenset(map(skeleton, _COMPANY))
