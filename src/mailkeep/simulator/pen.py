"""The pen of a made-up company: words from the lists, drafts, their honest way, and people's working hours."""

from datetime import UTC, datetime, time, timedelta
from random import Random

from mailkeep.simulator.company import CLIENTS, Client, Company, Employee, Party, Vendor, fresh_ip, local_part
from mailkeep.simulator.files import File
from mailkeep.simulator.phrases import book
from mailkeep.simulator.post import Draft, Post, Route, as_html, message_id, received, utc, written

ROBOT = Client("", "", "uuid")
"""A machine names no mail program."""
QUIET = (5, 6)
"""Days of the week with little mail."""
_WORDS = book("words")


class Pen:
    """Writes for a company and those who write to it."""

    def __init__(self, company: Company, rng: Random) -> None:
        self.company = company
        self.rng = rng

    def say(self, name: str, **given: str) -> str:
        """One phrase of a list."""
        return _WORDS.say(self.rng, name, **given)

    def ref(self) -> str:
        """An order or invoice number."""
        return str(self.rng.randrange(10_000, 99_999))

    def amount(self) -> str:
        """A sum of money as an invoice states it."""
        return f"EUR {self.rng.randrange(180, 24_000):,}.{self.rng.choice(('00', '50', '80', '25'))}"

    def stranger(self) -> Party:
        """Somebody nobody here knows."""
        name = f"{self.say('first')} {self.say('last')}"
        domain = f"{slug(self.say('house')).split('-')[0]}{self.rng.randrange(10, 99)}.example"
        client = self.rng.choice(CLIENTS)
        return Party(name=name, address=f"{local_part(name)}@{domain}", client=client, ip=fresh_ip(self.rng))

    def anybody(self) -> Employee:
        """A colleague."""
        return self.rng.choice(self.company.employees)

    def buyer(self, vendor: Vendor) -> Employee:
        """Who deals with this supplier: nearly always the same person."""
        desk = self.company.in_department("finance", "operations", "engineering")
        return desk[(steady(vendor.domain) + self.rng.choice((0, 0, 0, 3))) % len(desk)]

    def draft(
        self,
        at: datetime,
        author: Party,
        to: tuple[Party, ...],
        subject: str,
        text: str,
        *,
        refs: tuple[str, ...] = (),
        files: tuple[File, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Draft:
        """A mail as its author's program writes it; the first recipient stands in To, the others in Cc."""
        return Draft(
            author=author,
            to=to[:1],
            cc=to[1:],
            subject=subject,
            text=text,
            html=as_html(text) if author.client.id_form != "uuid" or headers else "",
            files=files,
            at=utc(at),
            message_id=message_id(self.rng, author.client, author.domain),
            refs=refs,
            headers=headers,
        )

    def post(self, draft: Draft, kind: str) -> Post:
        """The draft sent on its honest way."""
        author, domain = draft.author, self.company.domain
        own = author.domain == domain
        host = "" if own else f"mail.{author.domain}"
        handed_in = written(draft)
        inside = tuple(each.address for each in (*draft.to, *draft.cc) if each.domain == domain)
        return Post(
            at=draft.at,
            message_id=draft.message_id,
            subject=draft.subject,
            raw=received(draft, Route(domain=domain, host=host, ip=author.ip, envelope=author.address), handed_in),
            mailboxes=inside,
            sent_from=author.address if own else "",
            sent_raw=handed_in if own else b"",
            kind=kind,
        )

    def in_hours(self, writer: Party, at: datetime) -> datetime:
        """The moment itself when the writer is at work then, else somewhat after the next opening."""
        local = at + timedelta(minutes=writer.zone)
        if writer.opens <= local.hour < writer.closes and local.weekday() not in QUIET:
            return utc(at)
        if local.hour >= writer.closes or local.weekday() in QUIET:
            local += timedelta(days=1)
        while local.weekday() in QUIET:
            local += timedelta(days=1)
        opening = datetime.combine(local.date(), time(writer.opens), UTC)
        return utc(opening + timedelta(seconds=self.rng.randrange(5400), minutes=-writer.zone))


def steady(text: str) -> int:
    """A number that is the same for the same text in every run."""
    return sum(ord(letter) * (at + 1) for at, letter in enumerate(text))


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def slug(text: str) -> str:
    """The first words, hyphenated: a file's name, a path."""
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return "-".join(words[:4]) or "file"
