"""The directory read from the mail itself, where no identity provider tells who is who."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from mailkeep.kit.domains import registrable
from mailkeep.kit.mailboxes import is_free_mail, is_role
from mailkeep.people.directory import Directory, Person, name_key

_LEAST_SENT = 5.0
"""Mails from Sent folders before a domain counts that no mailbox address shows."""
_LEAST_SHARE = 0.02
"""Share of all own sightings such a domain must have: an owner's holiday address is not the organisation."""

_BETWEEN = re.compile(r"[._\-\s]+")


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One address seen as the writer of mails, or as a mailbox."""

    address: str
    """Lower case."""
    name: str = ""
    """Display name beside it, as written."""
    mails: float = 1.0
    """How many mails it was seen on."""
    mailbox: bool = False
    """It is the address of a connected mailbox."""
    sent: bool = False
    """It stood as From in a mailbox's own Sent folder."""


def infer(
    sightings: Iterable[Sighting],
    *,
    own_domains: Iterable[str] = (),
    vips: Iterable[str] = (),
    people: Iterable[Person] = (),
) -> Directory:
    """Own domains and colleagues, as the mail shows them. What is given (settings, an identity provider) goes before it.

    Takes: own_domains replace the inferred ones; vips are addresses; given people keep their ids, names and addresses.
    Gives: people in the order of their mails, most first; desks and machines are no people.
    """
    seen = tuple(sightings)
    domains = frozenset(domain.lower() for domain in own_domains) or _own_domains(seen)
    given = tuple(people)
    known = Directory(own_domains=domains, people=given)
    found = [s for s in seen if known.person_at(s.address) is None and _is_colleague(s, known)]
    wanted = frozenset(address.lower() for address in vips)
    everyone = (*given, *_people(found))
    return Directory(
        own_domains=domains,
        people=tuple(msgspec.structs.replace(p, vip=p.vip or not wanted.isdisjoint(p.addresses)) for p in everyone),
        inferred=not given,
    )


def _own_domains(sightings: Iterable[Sighting]) -> frozenset[str]:
    """Domains of mailboxes, and domains that mailboxes' owners regularly write from; free-mail domains are nobody's own."""
    sent: defaultdict[str, float] = defaultdict(float)
    certain: set[str] = set()
    for sighting in sightings:
        domain = registrable(sighting.address.rpartition("@")[2])
        if not domain or is_free_mail(domain) or not (sighting.mailbox or sighting.sent):
            continue
        sent[domain] += sighting.mails
        if sighting.mailbox:
            certain.add(domain)
    total = sum(sent.values())
    return frozenset(
        certain | {d for d, mails in sent.items() if mails >= _LEAST_SENT and mails >= _LEAST_SHARE * total}
    )


def _is_colleague(sighting: Sighting, known: Directory) -> bool:
    local, _, domain = sighting.address.rpartition("@")
    if not local or is_role(local):
        return False
    return sighting.mailbox or known.owns(domain)


def _people(sightings: Iterable[Sighting]) -> Iterator[Person]:
    """One person for all sightings that bear one name, or whose local parts are ways to write that name."""
    by_address: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        by_address[sighting.address].append(sighting)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    nameless: list[str] = []
    for address, seen in by_address.items():
        key = _short_key(_best_name(seen)) or _short_key(_from_local(address))
        if key:
            groups[key].append(address)
        else:
            nameless.append(address)
    homes = _writings(groups)
    for address in nameless:
        home = homes.get(_BETWEEN.sub("", address.rpartition("@")[0]), "")
        groups[home or address].append(address)
    mails = {address: sum(s.mails for s in seen) for address, seen in by_address.items()}
    for addresses in sorted(groups.values(), key=lambda group: -sum(mails[a] for a in group)):
        ordered = tuple(sorted(addresses, key=lambda a: (-mails[a], a)))
        name = _best_name(s for a in ordered for s in by_address[a]) or _from_local(ordered[0])
        yield Person(id=ordered[0], name=name, addresses=ordered)


def _writings(groups: dict[str, list[str]]) -> dict[str, str]:
    """Every way a local part writes a known name, separators left out → the name; ways that fit two people are left out."""
    homes: dict[str, str] = {}
    for key in groups:
        for writing in _variants(key):
            homes[writing] = "" if writing in homes and homes[writing] != key else key
    return homes


def _variants(key: str) -> set[str]:
    """The ways to run two words together: of "doe john" johndoe, doejohn, jdoe, doej, johnd, djohn."""
    words = key.split()
    if len(words) != 2:
        return {"".join(words), "".join(reversed(words))}
    one, two = words
    return {one + two, two + one, one[0] + two, two[0] + one, one + two[0], two + one[0]}


def _short_key(name: str) -> str:
    """The name's key without initials, so that "John A. Doe" is John Doe."""
    words = [word for word in name_key(name).split() if len(word) > 1]
    return " ".join(words) if len(words) > 1 else ""


def _best_name(sightings: Iterable[Sighting]) -> str:
    """The name most mails bear, "Doe, John" turned; names that are addresses or single words do not count."""
    votes: defaultdict[str, float] = defaultdict(float)
    for sighting in sightings:
        name = _turned(sighting.name)
        if name and "@" not in name and name_key(name):
            votes[name] += sighting.mails
    return max(votes, key=lambda name: (votes[name], name)) if votes else ""


def _turned(name: str) -> str:
    plain = " ".join(name.strip("'\" ").split())
    last, comma, first = plain.partition(", ")
    return f"{first} {last}" if comma and first and "," not in first else plain


def _from_local(address: str) -> str:
    words = [word for word in _BETWEEN.split(address.rpartition("@")[0]) if word]
    return " ".join(word.capitalize() for word in words)
