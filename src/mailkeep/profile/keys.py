"""Under which keys the shelf holds what, and the tags that stand for things not kept in plain."""

from base64 import b32encode
from hashlib import blake2b

from mailkeep.kit.known import Unknown
from mailkeep.mail import Message
from mailkeep.people.directory import name_key
from mailkeep.profile.shelf import Key

PAIR, SENDER, DOMAIN, NAME, LINK, SUBJECT, THREAD, MAIL, HOME, TOTAL = (
    "pair",
    "sender",
    "domain",
    "name",
    "link",
    "subject",
    "thread",
    "mail",
    "home",
    "total",
)
RECORD_KINDS = (PAIR, SENDER, DOMAIN, NAME, LINK, SUBJECT, TOTAL)
"""Kinds whose values are `Record`s."""
SIGHTING_KINDS = (THREAD, MAIL, HOME)
"""Kinds whose values are `Sighting`s."""
TOTAL_KEY: Key = (TOTAL, "learned")
"""The one record of everything learned."""
ALIAS = "="
"""Before an address that an owner writes under while it is no mailbox's own."""
LONGEST_ADDRESS = 254
"""RFC 5321 §4.5.3.1.3; a longer one is the sender's game and is cut."""
SHORTEST_SUBJECT = 4


def tag(value: str) -> str:
    """A short stand-in for a value that need only be known again: 13 letters and digits, the same for ever."""
    return b32encode(blake2b(value.encode("utf-8", "replace"), digest_size=8).digest()).decode().rstrip("=").lower()


def plain(address: str) -> str:
    """The address as keys hold it: no blanks or control characters, bounded."""
    bounded = address[:LONGEST_ADDRESS]
    if bounded.isascii() and bounded.isprintable() and " " not in bounded:
        return bounded
    return "".join(letter for letter in bounded if letter > " ")


def home_key(address: str) -> Key:
    """One mailbox of ours that mail was learned from."""
    return HOME, plain(address)


def pair_key(own: str, other: str) -> Key:
    """One of us ↔ one other address."""
    return PAIR, f"{plain(own)} {plain(other)}"


def sender_key(address: str) -> Key:
    """One address ↔ the whole organisation."""
    return SENDER, plain(address)


def domain_key(domain: str) -> Key:
    """One registrable domain ↔ the whole organisation."""
    return DOMAIN, plain(domain)


def display_key(name: str) -> Key | None:
    """One display name, whatever its case and order of words; None for an empty one."""
    words = name_key(name) or " ".join(name.casefold().split())
    return (NAME, words[:LONGEST_ADDRESS]) if words else None


def link_key(domain: str) -> Key:
    """One registrable domain that links lead to."""
    return LINK, plain(domain)


def subject_key(domain: str, subject: str) -> Key | None:
    """One subject between a domain and us; None for a subject too short to tell a conversation by."""
    return (SUBJECT, f"{plain(domain)} {tag(subject)}") if len(subject) >= SHORTEST_SUBJECT else None


def thread_key(message_id: str) -> Key:
    """One Message-ID."""
    return THREAD, tag(message_id)


def mail_key(message: Message) -> Key:
    """One mail, the same for every copy of it in every mailbox: who to whom, when and about what; not the bytes, for hosts
    on the way write into those; nor the Message-ID, for some exports give each copy a new one.
    """
    written = (message.message_id or message.digest) if isinstance(message.date, Unknown) else message.date.isoformat()
    stated = " ".join(each.address for each in message.to + message.cc)
    return MAIL, tag(f"{message.author.address}\n{stated}\n{written}\n{message.subject}")
