"""The brands that mail most often pretends to come from, and what is truly theirs."""

from typing import Any

import msgspec

from mailkeep.facts import shipped
from mailkeep.facts.shipped import with_parents


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """One brand of `data/brands.toml`; the head of that file says what each list means."""

    id: str
    """Lower-case id of one word, eternal ("microsoft", "deutschepost")."""
    kind: str
    """"bank", "cloud", "parcel", "state", "shop", "payment", "crypto", "telecom", "streaming" …"""
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    def owns(self, domain: str) -> bool:
        """True for one of the brand's domains or anything below it. Takes: lower-case ASCII domain."""
        return any(parent in self.domains for parent in with_parents(domain))

    def speaks_from(self, domain: str) -> bool:
        """True when mail from there is the brand's own voice: owned, and no place where strangers have addresses."""
        return self.owns(domain) and not any(parent in PUBLIC for parent in with_parents(domain))


def _brand(name: str, row: dict[str, Any]) -> Brand:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Brand(id=name, kind=row["kind"], **lists)


_TABLE = shipped.table("brands.toml")

BRANDS: tuple[Brand, ...] = tuple(_brand(name, row) for name, row in _TABLE.items() if isinstance(row, dict))
"""Every brand, in the order of the file."""

BY_ID: dict[str, Brand] = {brand.id: brand for brand in BRANDS}

PUBLIC: frozenset[str] = frozenset(_TABLE["public"])
"""Brand-owned domains in which strangers have addresses or pages."""

_OWNERS: dict[str, str] = {domain: brand.id for brand in reversed(BRANDS) for domain in brand.domains}


def owner_of(registrable: str) -> str:
    """Id of the brand that owns this domain or one above it; empty when none does.

    Takes: lower-case ASCII domain. A domain that several brands share (dhl.com) belongs to the first of the file;
    ask `Brand.owns` when the question is about one brand.
    """
    return next((_OWNERS[parent] for parent in with_parents(registrable) if parent in _OWNERS), "")


def _targets() -> dict[str, str]:
    """Domains whose own name is the brand's, one for each name, five letters or longer: those worth imitating."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for brand in BRANDS:
        named = {_letters(word) for word in (*brand.names, *brand.hosts, *brand.tokens)}
        for domain in brand.domains:
            label = domain.partition(".")[0]
            plain = _letters(label)
            if len(plain) < 5 or plain in seen or plain not in named:
                continue
            seen.add(plain)
            found[domain] = brand.id
    return found


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


TARGETS: dict[str, str] = _targets()
"""Brand domain → brand id, for `kit.lookalike.Lookalikes`: one domain for each name a lookalike would copy."""
