"""Who is who: people, the mailboxes they own, the domains that are ours."""

from collections.abc import Iterable
from functools import cached_property

import msgspec

from mailkeep.kit.lookalike import Lookalikes


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """A place where mail lands. A person may own several; a shared one may have no person."""

    id: str
    """Stable id within the tenant, as the provider has it (for mail files: the folder's name)."""
    address: str
    """Primary address, lower case; empty when the provider states none."""
    person: str = ""
    """Id of its `Person`, empty for a shared or unowned mailbox."""
    group: str = ""
    """The group a policy may name ("finance"); empty when none was set."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A human being the organisation knows."""

    id: str
    """Stable id: the directory's where there is one, else the primary address at first sight."""
    name: str
    """As colleagues write it, "Ada Lovelace"."""
    addresses: tuple[str, ...] = ()
    """Every address of theirs, lower case, primary first."""
    title: str = ""
    department: str = ""
    manager: str = ""
    """Id of another `Person`, empty when unknown."""
    vip: bool = False
    """Someone whose name is worth forging: executives, finance heads, or set by hand."""


class Directory(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The people and own domains of one tenant, as one frozen snapshot."""

    own_domains: frozenset[str] = frozenset()
    """Lower-case registrable or full domains whose addresses are colleagues."""
    people: tuple[Person, ...] = ()
    inferred: bool = True
    """True when read from the mail itself rather than from an identity provider or the operator."""

    @cached_property
    def _by_address(self) -> dict[str, Person]:
        return {address: person for person in self.people for address in person.addresses}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Person, ...]]:
        found: dict[str, tuple[Person, ...]] = {}
        for person in self.people:
            key = name_key(person.name)
            if key:
                found[key] = (*found.get(key, ()), person)
        return found

    @cached_property
    def lookalikes(self) -> Lookalikes:
        """The own domains as targets of imitation; built at first use, once for this snapshot."""
        return Lookalikes(dict.fromkeys(self.own_domains, "own"))

    def owns(self, domain: str) -> bool:
        """True for an own domain or a sub-domain of one. Takes: lower-case ASCII domain."""
        if domain in self.own_domains:
            return True
        return any(domain.endswith("." + own) for own in self.own_domains)

    def holds(self, address: str) -> bool:
        """True for an address in an own domain, or one that a colleague owns elsewhere (a mailbox at a free-mail service)."""
        return self.owns(address.rpartition("@")[2]) or address in self._by_address

    def person_at(self, address: str) -> Person | None:
        """The person who owns this lower-case address."""
        return self._by_address.get(address)

    def people_named(self, name: str) -> tuple[Person, ...]:
        """Everyone whose name equals this one, whatever the order, case and punctuation of its words."""
        return self._by_name.get(name_key(name), ())


def name_key(name: str) -> str:
    """A display name reduced to what identifies it: case, order and punctuation gone; empty for fewer than two words."""
    words = sorted("".join(c if c.isalnum() else " " for c in name.casefold()).split())
    return " ".join(words) if len(words) > 1 else ""


def with_people(directory: Directory, people: Iterable[Person]) -> Directory:
    """The directory with these people added; one with the same id replaces the former."""
    merged = {person.id: person for person in directory.people}
    merged.update({person.id: person for person in people})
    return Directory(own_domains=directory.own_domains, people=tuple(merged.values()), inferred=directory.inferred)
