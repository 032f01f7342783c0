"""Conversations of a made-up company: among colleagues, with suppliers, with strangers; each turn puts the next on the list."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from mailkeep.simulator.company import Party, Vendor
from mailkeep.simulator.files import File, ics, pdf, xlsx
from mailkeep.simulator.pen import Pen, capital, slug
from mailkeep.simulator.post import Post, quoted

Step = Callable[[datetime], Iterator[Post]]
"""What happens at a moment."""
LONGEST = 9
"""Turns of a conversation."""
TALKS_KEPT = 80


class Talk(msgspec.Struct, kw_only=True):
    """A conversation as it goes on."""

    subject: str
    kind: str
    refs: tuple[str, ...] = ()
    """Message-IDs so far."""
    last: Party | None = None
    """Who wrote last."""
    last_at: datetime | None = None
    last_text: str = ""
    with_us: Party | None = None
    """The colleague a supplier talks to."""
    vendor: Vendor | None = None


class Talks:
    """Begins conversations and keeps them going."""

    def __init__(self, pen: Pen, later: Callable[[datetime, Step], None]) -> None:
        """Takes: `later` puts a step on the list of what is due."""
        self.pen = pen
        self.rng = pen.rng
        self.company = pen.company
        self._later = later
        self.open: list[Talk] = []
        """Conversations with suppliers, newest last."""

    def among_us(self, at: datetime) -> Iterator[Post]:
        """A colleague begins something with one to three others, mostly of the same department."""
        author = self.pen.anybody()
        near = self.company.in_department(author.department)
        circle = near if len(near) > 2 and self.rng.random() < 0.65 else self.company.employees
        drawn = self.rng.sample(circle, min(len(circle), self.rng.choice((2, 2, 3, 4))))
        others = tuple(each for each in drawn if each != author)
        if others:
            talk = Talk(subject=capital(self.pen.say("talk.subject")), kind="talk")
            yield from self._turn(self.pen.in_hours(author, at), talk, author, others)

    def with_vendor(self, at: datetime) -> Iterator[Post]:
        """A supplier's clerk and the buyer begin something."""
        vendor = self.rng.choice(self.company.vendors)
        clerk, ours = self.rng.choice(vendor.contacts), self.pen.buyer(vendor)
        subject = capital(self.pen.say("vendor.subject", ref=self.pen.ref()))
        talk = Talk(subject=subject, kind="vendor", vendor=vendor, with_us=ours)
        self._remember(talk)
        first, second = (clerk, ours) if self.rng.random() < 0.6 else (ours, clerk)
        yield from self._turn(self.pen.in_hours(first, at), talk, first, (second,))

    def invoice(self, at: datetime, vendor: Vendor) -> Iterator[Post]:
        """A supplier's invoice to the clerk who pays it."""
        clerk, payer = vendor.contacts[0], self.company.in_department("finance")[1]
        at = self.pen.in_hours(clerk, at)
        ref, amount = self.pen.ref(), self.pen.amount()
        names = {"ref": ref, "amount": amount, "terms": str(vendor.terms), "iban": vendor.iban, "vendor": vendor.name}
        names["month"] = f"{at:%B}"
        text = f"Dear {payer.first},\n\n{self.pen.say('vendor.invoice', **names)}\n\nKind regards\n{clerk.name}\n{vendor.name}"
        sheet = pdf(f"invoice-{ref}.pdf", (vendor.name, f"Invoice {ref}", f"Total {amount}", f"IBAN {vendor.iban}"))
        draft = self.pen.draft(
            at, clerk, (payer,), self.pen.say("vendor.invoice_subject", **names), text, files=(sheet,)
        )
        talk = Talk(subject=draft.subject, kind="invoice", vendor=vendor, with_us=payer)
        talk.refs, talk.last, talk.last_at, talk.last_text = (draft.message_id,), clerk, at, text
        self._remember(talk)
        yield self.pen.post(draft, "invoice")
        if self.rng.random() < 0.4:
            self._answered(talk, payer, (clerk,), at + timedelta(hours=self.rng.choice((2, 20, 44))))

    def invitation(self, at: datetime) -> Iterator[Post]:
        """A meeting request to some colleagues."""
        author = self.pen.anybody()
        at = self.pen.in_hours(author, at)
        others = tuple(each for each in self.rng.sample(self.company.employees, 4) if each != author)
        title = capital(self.pen.say("talk.subject"))
        start = at + timedelta(days=self.rng.randrange(1, 8))
        meeting = ics(title, author.address, start, f"{self.rng.getrandbits(64):x}@{self.company.domain}")
        text = f"{title}\n{start:%A %d %B, %H:%M} UTC"
        yield self.pen.post(
            self.pen.draft(at, author, others, f"Invitation: {title}", text, files=(meeting,)), "invite"
        )

    def stranger_writes(self, at: datetime) -> Iterator[Post]:
        """Somebody new writes; often he is answered."""
        author, desk = self.pen.stranger(), self.rng.choice(self.company.in_department("people", "sales", "operations"))
        talk = Talk(subject=capital(self.pen.say("stranger.subject")), kind="stranger")
        files = (pdf("papers.pdf", (author.name, "Curriculum vitae")),) if "Application" in talk.subject else ()
        text = f"Dear {desk.name},\n\n{self.pen.say('stranger.body', me=author.name)}\n\nKind regards\n{author.name}"
        draft = self.pen.draft(at, author, (desk,), talk.subject, text, files=files)
        yield self.pen.post(draft, "stranger")
        talk.refs, talk.last, talk.last_at, talk.last_text = (draft.message_id,), author, draft.at, text
        if self.rng.random() < 0.6:
            self._answered(talk, desk, (author,), at + timedelta(hours=self.rng.choice((1, 3, 22))))

    def we_write_first(self, at: datetime) -> Iterator[Post]:
        """One of us writes to somebody new."""
        author = self.rng.choice(self.company.in_department("sales", "operations", "engineering"))
        talk = Talk(subject=capital(self.pen.say("stranger.subject")), kind="stranger")
        yield from self._turn(self.pen.in_hours(author, at), talk, author, (self.pen.stranger(),))

    def _turn(self, at: datetime, talk: Talk, author: Party, others: tuple[Party, ...]) -> Iterator[Post]:
        """One mail of a conversation, and perhaps the next one on the list."""
        body = self._text(author, others[0], talk)
        if talk.last is not None and talk.last_at is not None:
            body = f"{body}\n\n{quoted(talk.last, talk.last_at, talk.last_text)}"
        subject = f"Re: {talk.subject}" if talk.refs else talk.subject
        draft = self.pen.draft(at, author, others, subject, body, refs=talk.refs, files=self._papers(talk))
        yield self.pen.post(draft, talk.kind)
        talk.refs = (*talk.refs, draft.message_id)
        talk.last, talk.last_at, talk.last_text = author, draft.at, body
        if len(talk.refs) < LONGEST and self.rng.random() < (0.62 if len(talk.refs) < 4 else 0.35):
            answerer = self.rng.choice(others)
            rest = tuple(each for each in (author, *others) if each != answerer)
            minutes = self.rng.choice((4, 9, 15, 35, 70, 160, 900, 1500))
            self._answered(talk, answerer, rest, at + timedelta(minutes=minutes))

    def _answered(self, talk: Talk, author: Party, others: tuple[Party, ...], at: datetime) -> None:
        self._later(self.pen.in_hours(author, at), lambda moment: self._turn(moment, talk, author, others))

    def _text(self, author: Party, other: Party, talk: Talk) -> str:
        if talk.kind == "talk":
            return self._chat(author, other, talk)
        ours = author.domain == self.company.domain
        vendor = talk.vendor
        team = self.company.employees if ours or vendor is None else vendor.contacts
        names = {
            "you": other.first,
            "me": author.name,
            "third": self.rng.choice(team).first,
            "ref": self.pen.ref(),
            "terms": str(vendor.terms) if vendor else "30",
        }
        if talk.kind == "stranger":
            said = self.pen.say("stranger.reply" if ours and talk.refs else "talk.start", **names)
            return f"Dear {other.name},\n\n{capital(said)}\n\nKind regards\n{author.name}"
        said = self.pen.say("vendor.ours" if ours else "vendor.start", **names)
        if self.rng.random() < 0.7:
            said += " " + self.pen.say("talk.more" if ours else "vendor.more", **names)
        house = self.company.name if ours or vendor is None else vendor.name
        return f"{self.pen.say('talk.greet', **names)}\n\n{said}\n\nKind regards\n{author.name}\n{house}"

    def _chat(self, author: Party, other: Party, talk: Talk) -> str:
        names = {"you": other.first, "me": author.first, "third": self.pen.anybody().first}
        parts = [self.pen.say("talk.answer" if talk.refs else "talk.start", **names)]
        parts += [self.pen.say("talk.more", **names) for _ in range(self.rng.choice((0, 1, 1, 2, 3)))]
        middle = (" " if self.rng.random() < 0.7 else "\n\n").join(parts)
        greet = "" if talk.refs and self.rng.random() < 0.4 else self.pen.say("talk.greet", **names) + "\n\n"
        return f"{greet}{middle}\n\n{self.pen.say('talk.close', **names)}"

    def _papers(self, talk: Talk) -> tuple[File, ...]:
        if self.rng.random() > (0.25 if talk.kind == "vendor" else 0.08):
            return ()
        name = slug(talk.subject)
        if self.rng.random() < 0.5:
            rows = tuple((self.pen.say("thing"), str(self.rng.randrange(100, 9000))) for _ in range(6))
            return (xlsx(f"{name}.xlsx", rows),)
        return (pdf(f"{name}.pdf", (talk.subject, self.pen.say("talk.start", third="we"))),)

    def _remember(self, talk: Talk) -> None:
        self.open.append(talk)
        del self.open[:-TALKS_KEPT]
