"""Which known domain does this one imitate, and how?"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import chain

import msgspec

from mailkeep.kit import typo
from mailkeep.kit.domains import is_ip, public_suffix, registrable, to_ascii, to_unicode
from mailkeep.kit.unicode import skeleton

_SHORTEST = 5
"""Below this many letters every label is one slip away from an honest one: only exact imitation counts."""
_SHORTEST_TWO_SLIPS = 11
"""From this length on two slips are still nobody else's name."""
_MOST_ALIKE = 8
"""Targets that may share one key; where more do, it is a common stem ("international…") and names nobody."""
_CLOSE_ENOUGH = 0.82


class Resemblance(msgspec.Struct, frozen=True, gc=False):
    """One domain made to be taken for another."""

    domain: str
    """The imitator, registrable, lower-case ASCII."""
    target: str
    """The domain or brand it is taken for."""
    how: str
    """"homoglyph" · "typo" (edit distance) · "added-word" (corp-example-invoices.test) · "other-suffix" · "as-subdomain"
    (corp.example.evil.test)."""
    closeness: float
    """0 to 1; 1 cannot be told apart by eye."""


class _Host(msgspec.Struct, frozen=True, gc=False):
    """A domain taken apart once."""

    domain: str
    """Registrable."""
    label: str
    shape: str
    """The label's skeleton."""
    suffix: str
    sub: tuple[str, ...]
    """Labels left of the registrable domain."""
    letters: int
    """Which characters the label has, one bit each: two labels a slip apart differ in at most two bits."""


def _words(name: str) -> frozenset[str]:
    rows = (files("mailkeep.kit") / "data" / name).read_text("utf-8").splitlines()
    return frozenset(word for row in rows if not row.startswith("#") for word in row.split())


LURES = _words("lure_words.txt")
"""Words that make a believable second domain out of a name."""
AFFIXES = _words("affix_words.txt")
"""Those of them that owners put to their own second domains too (corp-inc, corpmail)."""
COMMON = _words("common_words.txt")
"""Everyday words of several languages: a label that is one of them means itself."""


class Lookalikes:
    """An index over the domains worth imitating; built once, asked for every mail.

    Takes: registrable domain → label of its owner. A domain that is itself a target never resembles another one, and neither
    do two domains of one owner. Costs: building about 40 µs and 3 kB a target; a question about 30 µs among 30,000 targets.
    """

    def __init__(self, targets: Mapping[str, str]) -> None:
        self._owners = {registrable(domain): owner for domain, owner in targets.items()}
        self._owners.pop("", None)
        self._hosts = tuple(_take_apart(domain) for domain in self._owners if not is_ip(domain))
        self._by_label = _index((host.label, at) for at, host in enumerate(self._hosts))
        self._by_shape = _index((shape, at) for at, host in enumerate(self._hosts) for shape in _shapes(host.shape))
        self._near = _index((key, at) for at, host in enumerate(self._hosts) for key in _slip_keys(host.shape))

    def __len__(self) -> int:
        return len(self._owners)

    def owner(self, domain: str) -> str:
        """The owner's label when this registrable domain is itself a target, else empty."""
        return self._owners.get(domain, "")

    def closest(self, domain: str) -> Resemblance | None:
        """The target this domain is most easily taken for; None when it is a target itself or resembles none.

        Takes: a domain or whole host, any case; a host shows targets in its sub-domains too.
        """
        if not self._owners:
            return None
        host = _take_apart(domain)
        if not host.label or is_ip(host.domain) or host.domain in self._owners:
            return None
        best: Resemblance | None = None
        for way in (self._homoglyph, self._as_subdomain, self._other_suffix, self._typo, self._added_word):
            for found in way(host):
                if best is None or found.closeness > best.closeness:
                    best = found
            if best is not None:
                return best
        return None

    def _homoglyph(self, host: _Host) -> Iterator[Resemblance]:
        for shape in _shapes(host.shape):
            exact = shape == host.shape
            for target in self._targets(self._by_shape.get(shape, ())):
                if target.label == host.label or not (exact or len(target.label) >= _SHORTEST):
                    continue
                if not exact and (host.label in COMMON or typo.is_plain_variant(host.label, target.label)):
                    continue
                same_suffix = target.suffix == host.suffix
                if not same_suffix and len(target.label) < _SHORTEST and exact:
                    continue  # tum.de is not turn.org
                yield self._found(host, target, "homoglyph", (0.99 if exact else 0.93) - (0 if same_suffix else 0.06))

    def _as_subdomain(self, host: _Host) -> Iterator[Resemblance]:
        if not host.sub:
            return
        for at, part in enumerate(host.sub):
            for target in self._targets(self._by_label.get(part, ())):
                rest = ".".join((*host.sub[at + 1 :], host.domain))
                if rest.startswith((target.suffix + ".", target.suffix + "-")) and rest != target.suffix:
                    yield self._found(host, target, "as-subdomain", 0.9)
            if "-" in part:
                yield from self._written_with_hyphens(host, part)

    def _written_with_hyphens(self, host: _Host, part: str) -> Iterator[Resemblance]:
        words = part.split("-")
        for at, word in enumerate(words[:-1]):
            for target in self._targets(self._by_label.get(word, ())):
                dashed = target.suffix.replace(".", "-")
                if "-".join(words[at + 1 :]).split("-" + dashed)[0].startswith(dashed):
                    yield self._found(host, target, "as-subdomain", 0.85)

    def _typo(self, host: _Host) -> Iterator[Resemblance]:
        if len(host.shape) < _SHORTEST or host.label in COMMON:
            return
        found = (self._near.get(key, ()) for key in _slip_keys(host.shape))
        near = {at for places in found if len(places) <= _MOST_ALIKE for at in places}
        for target in self._targets(near):
            if target.label == host.label or (target.letters ^ host.letters).bit_count() > 4:
                continue
            most = 2 if min(len(target.label), len(host.label)) >= _SHORTEST_TWO_SLIPS else 1
            closeness = typo.closeness(target.label, host.label, most)
            if target.label in COMMON and len(target.label) <= 6:
                closeness -= 0.05  # apple, target: too near to other words
            if target.suffix != host.suffix:
                closeness -= 0.04
            if closeness >= _CLOSE_ENOUGH:
                yield self._found(host, target, "typo", closeness)

    def _added_word(self, host: _Host) -> Iterator[Resemblance]:
        if len(host.label) <= _SHORTEST:
            return
        for name, added in _without_lures(host.shape):
            shapes = (self._by_shape.get(shape, ()) for shape in _shapes(name))
            for target in self._targets(chain.from_iterable(shapes)):
                everyday = target.label in COMMON
                honest = added <= AFFIXES
                if (
                    len(target.label) < _SHORTEST
                    or target.label in LURES
                    or (everyday and honest and "-" not in host.label)
                ):
                    continue  # "shellworld" is not Shell, and "onlinemail" is nobody
                yield self._found(host, target, "added-word", 0.7 if everyday or honest else 0.85)

    def _other_suffix(self, host: _Host) -> Iterator[Resemblance]:
        if len(host.label) < _SHORTEST or host.label in COMMON:
            return
        for target in self._targets(self._by_label.get(host.label, ())):
            near = typo.closeness(target.suffix, host.suffix, 1) > 0 or host.suffix.startswith(target.suffix + ".")
            yield self._found(host, target, "other-suffix", 0.9 if near else 0.75)

    def _targets(self, places: Iterable[int]) -> Iterator[_Host]:
        return (self._hosts[at] for at in places)

    @staticmethod
    def _found(host: _Host, target: _Host, how: str, closeness: float) -> Resemblance:
        return Resemblance(host.domain, target.domain, how, round(closeness, 3))


@lru_cache(maxsize=8_192)
def _take_apart(domain: str) -> _Host:
    name = to_ascii(domain)
    own = registrable(name)
    label, _, suffix = own.partition(".")
    sub = name.removesuffix(own).strip(".")
    shape = skeleton(to_unicode(label))
    letters = 0
    for character in label:
        letters |= 1 << (ord(character) & 63)
    return _Host(own, label, shape, public_suffix(own) or suffix, tuple(sub.split(".")) if sub else (), letters)


def _index(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for key, at in pairs:
        found[key] = (*found[key], at) if key in found else (at,)
    return found


_LOOSE = str.maketrans(
    {"i": "l", "j": "l", "5": "s", "3": "e", "4": "a", "8": "b", "6": "b", "7": "t", "2": "z", "-": None}
)


def _shapes(shape: str) -> tuple[str, ...]:
    """The strict skeleton, and a loose one in which a hurried reader is caught too: i for l, cl for d, 3 for e, no hyphens."""
    if len(shape) < _SHORTEST:
        return (shape,)
    loose = shape.translate(_LOOSE).replace("cl", "d").replace("nn", "m")
    return (shape,) if loose == shape else (shape, "~" + loose, loose)


def _slip_keys(shape: str) -> frozenset[str]:
    """Keys that two labels within reach of each other share: the label with letters left out (symmetric deletion).

    Long labels, which may differ twice, are keyed by their first seven letters, so their number stays small.
    """
    if len(shape) < _SHORTEST:
        return frozenset()
    keys = {shape[:at] + shape[at + 1 :] for at in range(len(shape))} if len(shape) <= 32 else set()
    keys.add(shape)
    if len(shape) >= _SHORTEST_TWO_SLIPS - 1:
        head = shape[:7]
        once = {head[:at] + head[at + 1 :] for at in range(7)}
        keys.update("^" + one[:at] + one[at + 1 :] for one in once for at in range(6))
    return frozenset(keys)


def _without_lures(shape: str) -> Iterator[tuple[str, frozenset[str]]]:
    """What remains of a label when lure words are taken off its ends, and which words those were."""
    tokens = [token for token in shape.split("-") if token]
    if len(tokens) > 1:
        core = [token for token in tokens if token not in LURES and not token.isdigit()]
        if core and len(core) < len(tokens):
            added = frozenset(tokens) - frozenset(core)
            yield "-".join(core), added
            yield "".join(core), added
    plain = "".join(tokens)
    for cut in range(_SHORTEST, len(plain) - 1):
        if plain[cut:] in LURES:
            yield plain[:cut], frozenset((plain[cut:],))
        if plain[: len(plain) - cut] in LURES:
            yield plain[len(plain) - cut :], frozenset((plain[: len(plain) - cut],))
