"""What the copies of one attack have in common, whoever they were sent to.

Recipe `2026-11-22`. A mail's own words are stripped of what differs from copy to copy (addresses, links, numbers, the
recipient's name, machine-made tokens); what is left gives exact keys and a sketch. Mails that share a key, or whose
sketches are near-equal, are one campaign. Only mail that is not clean is ever grouped.

A mail that is authenticated and leads nowhere but to its sender's own domain looks honest, so it is only ever grouped
with mail of that same domain: a forger's copy of a newsletter does not drag the newsletter along.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from mailkeep.facts.brand_list import owner_of
from mailkeep.facts.facts import Facts
from mailkeep.facts.read.links import Link
from mailkeep.kit.known import known
from mailkeep.mail import Message

RECIPE = "2026-11-22"
"""Changes whenever a key or sketch would come out differently."""

ROWS = 4
BANDS = 16
NEAR = 0.6
"""Share of equal sketch rows from which two texts are copies. With 16 bands of 4 a pair at 0.6 is found in 9 of 10 cases."""
MOST_WORDS = 1500
LEAST_WORDS = 16
"""Fewer words than this say too little to be compared."""
LEAST_ATTACHMENT = 512
"""Bytes; smaller files are spacers and signatures' pictures."""

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BLANKED = re.compile(r"(?:https?://|www\.)\S{1,2000}|[^\s@<>]{1,64}@[^\s@<>]{1,255}")
_PRIME = (1 << 61) - 1


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail is recognised by."""

    recipe: str
    keys: tuple[str, ...]
    """Exact keys, weightiest first; one in common is enough."""
    sketch: tuple[int, ...]
    """MinHash rows of the words; empty when there are too few words."""

    @property
    def bands(self) -> tuple[str, ...]:
        """Keys under which near-equal sketches are looked for; a shared one must be confirmed by `near`."""
        rows = (self.sketch[at : at + ROWS] for at in range(0, len(self.sketch), ROWS))
        return tuple(_key(f"band{number}", *map(str, band)) for number, band in enumerate(rows))


def near(one: Iterable[int], other: Iterable[int]) -> float:
    """Share 0..1 of equal rows: an estimate of how many three-word runs two texts share. 0 where either has no sketch."""
    pairs = list(zip(one, other, strict=False))
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 0.0


def fingerprint(message: Message, facts: Facts) -> Fingerprint:
    """The fingerprint of one mail. Raises: nothing. Costs: about 1 ms, so it is made only of mail that is not clean."""
    fence = _fence(facts)
    words = _words(message)
    keys = [
        *(_key("body", fence, *words) for _ in (1,) if len(words) >= LEAST_WORDS),
        *(_key("file", fence, digest) for digest in _files(facts)),
        *(_key("link", fence, shape) for shape in _link_shapes(facts.links)),
        *(_key("subject", fence, facts.sender.registrable, shape) for shape in _subject(message, facts)),
    ]
    return Fingerprint(recipe=RECIPE, keys=tuple(dict.fromkeys(keys)), sketch=_sketch(fence, words))


def _key(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _fence(facts: Facts) -> str:
    """The sender's domain when the mail proves it and leads nowhere else; else nothing."""
    proven = known(facts.authentication.aligned) and facts.authentication.aligned
    home = all(link.same_as_sender for link in facts.links if link.host)
    return facts.sender.registrable if proven and home and not facts.sender.free_mail else ""


def _words(message: Message) -> list[str]:
    """The sender's own words without what differs from copy to copy."""
    text = _BLANKED.sub(" ", (message.new_text or message.text)[: MOST_WORDS * 12])
    personal = _personal(message)
    return list(_plain(text, personal))[:MOST_WORDS]


def _plain(text: str, personal: frozenset[str]) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        word = found[0].casefold()
        if len(word) > 1 and word not in personal and not any(c.isdigit() for c in word) and len(word) < 24:
            yield word


def _personal(message: Message) -> frozenset[str]:
    """Words that name the recipient: of the display names and of the addresses' parts."""
    named = [f"{to.name} {to.address.replace('@', ' ')}" for to in message.recipients[:8]]
    return frozenset(part for name in named for part in re.split(r"[\W_]+", name.casefold()) if len(part) > 2)


def _subject(message: Message, facts: Facts) -> Iterator[str]:
    shape = " ".join(_plain(_BLANKED.sub(" ", facts.thread.subject_key or message.subject), _personal(message)))
    if len(shape) >= 12 and facts.sender.registrable and not facts.sender.free_mail:
        yield shape


def _files(facts: Facts) -> Iterator[str]:
    for attachment in facts.attachments[:16]:
        if attachment.size >= LEAST_ATTACHMENT:
            yield attachment.sha256


def _link_shapes(links: Iterable[Link]) -> Iterator[str]:
    """Host and path of telling links; our own, a brand's own and pictures tell nothing."""
    for link in tuple(links)[:64]:
        known_owner = owner_of(link.registrable) and not link.free_host
        if not link.host or link.own or link.kind == "image" or known_owner:
            continue
        path = re.split(r"[?#]", link.url.partition("://")[2].partition("/")[2], maxsplit=1)[0]
        # where anybody can publish the whole path names the page; elsewhere numbers and long steps are one copy's own
        steps = path.split("/") if link.free_host else [step for step in path.split("/") if _is_lasting(step)]
        if sum(map(len, steps)) >= 12:
            yield "/".join((link.host, *steps))


def _is_lasting(step: str) -> bool:
    return 2 < len(step) < 40 and not any(c.isdigit() for c in step)


def _sketch(fence: str, words: list[str]) -> tuple[int, ...]:
    if len(words) < LEAST_WORDS:
        return ()
    runs = {" ".join((fence, *words[at : at + 3])) for at in range(len(words) - 2)}
    hashes = np.fromiter((_number(run) for run in runs), np.uint64, len(runs))
    mixed = (hashes[None, :] * _FACTORS[:, None] + _OFFSETS[:, None]) >> np.uint64(32)
    return tuple(int(row) for row in mixed.min(axis=1))


def _number(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _constants(name: str) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Fixed odd multipliers and offsets: the same on every machine, for ever."""
    made = [_number(f"{RECIPE} {name} {row}") | 1 for row in range(ROWS * BANDS)]
    return np.array(made, dtype=np.uint64)


_FACTORS = _constants("factor")
_OFFSETS = _constants("offset")
