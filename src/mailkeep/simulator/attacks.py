"""Attacks on an organisation, made up or real, as an attacker would write them: each a mail with the truth about it.

Nothing in them works: links lead to names that never resolve (RFC 2606), accounts, wallets and free-mail addresses are
nobody's, files do nothing.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random

import msgspec

from mailkeep.detect.scene import Attack
from mailkeep.kit.domains import registrable
from mailkeep.simulator.company import CLIENTS, Employee, Party, fresh_ip, iban, local_part
from mailkeep.simulator.files import File, archive, docm, pdf, qr, smuggler
from mailkeep.simulator.organisation import Conversation, Organisation
from mailkeep.simulator.pen import ROBOT
from mailkeep.simulator.phrases import book
from mailkeep.simulator.post import Draft, Post, Route, as_html, message_id, quoted, received, utc, written

WEBMAIL = CLIENTS[4]
"""What a thief reads a stolen mailbox with."""
LATERAL_VICTIMS = 12
_LURES = book("words", "attacks")
_FREE = ("gmail.com", "outlook.com", "yahoo.com")
_ALIKE = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("o", "0"),
    ("i", "l"),
    ("w", "vv"),
    ("e", "ee"),
    ("a", "aa"),
    ("n", "nn"),
)
_SIGN_IN = ("secure-login", "account-verify", "mail-portal", "o365-access", "webmail-update", "sso-signin")


class Target(msgspec.Struct, frozen=True):
    """What an attack is made from: whom it hits, when, and the dice."""

    org: Organisation
    rng: Random
    at: datetime

    def say(self, name: str, **given: str) -> str:
        """One of the attackers' phrases."""
        return _LURES.say(self.rng, name, **given)

    def money(self) -> str:
        """A sum worth stealing."""
        return f"EUR {self.rng.randrange(8, 95)},{self.rng.randrange(100, 999)}.00"

    def nobody(self, local: str, name: str) -> Party:
        """A sender at a domain made for the purpose."""
        domain = f"{self.rng.choice(_SIGN_IN)}-{self.rng.randrange(100, 9999)}.test"
        return Party(name=name, address=f"{local}@{domain}", client=ROBOT, ip=fresh_ip(self.rng))

    def free(self, local: str, name: str) -> Party:
        """A sender at a free-mail provider; the digits make sure that it is nobody's address."""
        address = f"{local}.{self.rng.randrange(10**7, 10**8)}@{self.rng.choice(_FREE)}"
        return Party(name=name, address=address, client=ROBOT, ip=fresh_ip(self.rng))

    def send(self, draft: Draft, kind: str, attack: Attack, **route: str) -> Post:
        """The draft as it reaches the victims. Takes: route fields that differ from a well-authenticated sender's."""
        way = {
            "host": f"mail.{draft.author.domain}",
            "ip": draft.author.ip or fresh_ip(self.rng),
            "envelope": draft.author.address,
        }
        handed_in = written(draft)
        own = route.get("host") == ""
        holds = {each.address for each in self.org.members}
        return Post(
            at=draft.at,
            message_id=draft.message_id,
            subject=draft.subject,
            raw=received(draft, Route(domain=self.org.domain, **(way | route)), handed_in),
            mailboxes=tuple(
                each.address
                for each in (*draft.to, *draft.cc)
                if each.address in holds or each.domain == self.org.domain
            ),
            sent_from=draft.author.address if own else "",
            sent_raw=handed_in if own else b"",
            kind=kind,
            attack=attack,
        )

    def draft(self, author: Party, to: tuple[Party, ...], subject: str, text: str, **more: object) -> Draft:
        """A mail of this moment."""
        fields = {"html": as_html(text), **more}
        fresh = message_id(self.rng, author.client, author.domain)
        plain = Draft(author=author, to=to, subject=subject, text=text, at=utc(self.at), message_id=fresh)
        return msgspec.structs.replace(plain, **fields)


def ceo_fraud(target: Target) -> Post:
    """A chief's name on a foreign address asks a colleague for a secret transfer; no link, no file."""
    boss, victim = _boss_and_victim(target, "finance")
    author = target.rng.choice((target.free(local_part(boss.name), boss.name), _alike_person(target, boss)))
    names = {"first": victim.first, "boss": boss.name, "title": boss.title or "CEO", "amount": target.money()}
    draft = target.draft(
        author, (victim,), target.say("ceo.subject", **names), target.say("ceo.body", **names), html=""
    )
    return target.send(draft, "ceo-fraud", Attack.BEC)


def gift_cards(target: Target) -> Post:
    """A chief's name asks for gift cards."""
    boss, victim = _boss_and_victim(target, "board", "sales", "people")
    author = target.free("office", boss.name)
    names = {"first": victim.first, "boss": boss.name}
    draft = target.draft(
        author, (victim,), target.say("gift.subject", **names), target.say("gift.text", **names), html=""
    )
    return target.send(draft, "gift-cards", Attack.BEC)


def payroll_change(target: Target) -> Post:
    """A colleague's name on a foreign address wants the salary paid elsewhere."""
    victim = target.rng.choice(target.org.desk("people"))
    colleague = target.rng.choice([each for each in target.org.members if each.address != victim.address] or [victim])
    names = {"first": victim.first, "sender": colleague.name, "iban": iban(target.rng, "GB")}
    author = target.free(local_part(colleague.name), colleague.name)
    text = target.say("payroll.text", **names)
    return target.send(
        target.draft(author, (victim,), target.say("payroll.subject"), text, html=""), "payroll-change", Attack.BEC
    )


def vendor_lookalike(target: Target) -> Post:
    """New bank details inside a real conversation, from a domain that looks like the supplier's."""
    talk = target.rng.choice(target.org.conversations)
    author = Party(
        name=talk.theirs.name,
        address=f"{talk.theirs.address.partition('@')[0]}@{lookalike(talk.theirs.domain, target.rng)}",
        client=talk.theirs.client,
        ip=fresh_ip(target.rng),
        zone=talk.theirs.zone,
    )
    return target.send(_bank_change(target, talk, author), "vendor-lookalike", Attack.INVOICE_FRAUD)


def vendor_hijacked(target: Target) -> Post:
    """New bank details inside a real conversation, from the supplier's own mailbox in a thief's hands."""
    talk = target.rng.choice(target.org.conversations)
    author = msgspec.structs.replace(talk.theirs, client=WEBMAIL, zone=talk.theirs.zone + 420)
    draft = _bank_change(target, talk, author)
    stolen = msgspec.structs.replace(draft, headers=(("X-Originating-IP", f"[{fresh_ip(target.rng)}]"),))
    return target.send(stolen, "vendor-hijacked", Attack.INVOICE_FRAUD)


def credential_phish(target: Target) -> Post:
    """A mail provider's name, an account about to be closed, and a page that wants the password."""
    victim = target.rng.choice(target.org.members)
    author = target.nobody("no-reply", target.say("credential.sender"))
    shown = lookalike(target.org.domain, target.rng).rpartition(".")[0]
    link = f"https://login.{shown}.{author.domain}/auth?u={victim.address}"
    names = {"address": victim.address, "link": link, "company": target.org.name}
    text = target.say("credential.text", **names)
    button = as_html(text.replace(link, "@@")).replace("@@", f'<a href="{link}">{target.say("credential.button")}</a>')
    draft = target.draft(author, (victim,), target.say("credential.subject", **names), text, html=button)
    return target.send(draft, "credential-phish", Attack.CREDENTIAL_PHISHING, dkim="none", dmarc="none")


def qr_phish(target: Target) -> Post:
    """The link is a picture that only a phone reads."""
    victim = target.rng.choice(target.org.members)
    author = target.nobody("security", target.rng.choice(("IT Security", "HR Department", f"{target.org.name} IT")))
    link = f"https://{author.domain}/mfa?id={target.rng.getrandbits(40):x}&u={victim.address}"
    text = target.say("qr.text", address=victim.address)
    code = File("code.png", "image/png", qr(link), content_id=f"{target.rng.getrandbits(32):x}@img")
    shown = as_html(text).replace(
        "</body>", f'<p><img src="cid:{code.content_id}" alt="QR code" width="200"></p></body>'
    )
    subject = target.say("qr.subject", first=victim.first)
    draft = target.draft(author, (victim,), subject, text, html=shown, files=(code,))
    return target.send(draft, "qr-phish", Attack.CREDENTIAL_PHISHING, dkim="none", dmarc="none")


def lateral_phish(target: Target) -> Post:
    """A colleague's real account, from elsewhere, on another clock and program, sends many colleagues a page to sign in at."""
    thief_clock = target.rng.choice((420, 480, 540))
    owner = target.rng.choice(target.org.members)
    author = msgspec.structs.replace(owner, client=WEBMAIL, zone=owner.zone + thief_clock, ip=fresh_ip(target.rng))
    others = [each for each in target.org.members if each.address != owner.address]
    victims = tuple(target.rng.sample(others, min(len(others), LATERAL_VICTIMS)))
    domain = f"{target.rng.choice(_SIGN_IN)}-{target.rng.randrange(100, 9999)}.test"
    names = {"sender": owner.name, "link": f"https://{domain}/view/{target.rng.getrandbits(40):x}"}
    draft = target.draft(author, victims, target.say("lateral.subject", **names), target.say("lateral.text", **names))
    return target.send(draft, "lateral-phish", Attack.CREDENTIAL_PHISHING, host="")


def malware_macro(target: Target) -> Post:
    """A document whose macro wants to be enabled, plain or inside an archive."""
    ref = str(target.rng.randrange(10_000, 99_999))
    document = docm(f"invoice_{ref}.docm")
    file = document if target.rng.random() < 0.5 else archive(f"invoice_{ref}.zip", document.name, document.body)
    return _carrier(target, file, ref, "malware-macro")


def malware_smuggling(target: Target) -> Post:
    """An HTML file that builds a download in the browser."""
    ref = str(target.rng.randrange(10_000, 99_999))
    return _carrier(target, smuggler(f"Scan_{ref}.html", target.rng), ref, "malware-smuggling")


def extortion(target: Target) -> Post:
    """A threat to show a video, payable to a wallet; half of them seem to come from the victim's own address."""
    victim = target.rng.choice(target.org.members)
    forged = target.rng.random() < 0.5
    stranger = target.nobody("admin", "")
    author = Party(name="", address=victim.address, client=ROBOT, ip=stranger.ip) if forged else stranger
    names = {"wallet": _wallet(target.rng), "dollars": str(target.rng.randrange(600, 2400))}
    draft = target.draft(
        author, (victim,), target.say("extortion.subject"), target.say("extortion.text", **names), html=""
    )
    checks = {"spf": "fail", "dkim": "none", "dmarc": "fail"} if forged else {"dkim": "none", "dmarc": "none"}
    return target.send(draft, "extortion", Attack.EXTORTION, host=f"mail.{stranger.domain}", **checks)


def callback(target: Target) -> Post:
    """An order nobody placed, and a number to ring; no link."""
    victim = target.rng.choice(target.org.members)
    ref = f"ORD-{target.rng.randrange(10**6, 10**7)}"
    phone = f"+1 (888) 555-01{target.rng.randrange(10, 99)}"
    names = {"ref": ref, "phone": phone, "dollars": str(target.rng.randrange(299, 699))}
    text = target.say("callback.text", **names)
    files = (pdf(f"{ref}.pdf", tuple(text.split("\n"))),) if target.rng.random() < 0.4 else ()
    author = target.free("billing", "Device Protection Billing")
    draft = target.draft(author, (victim,), target.say("callback.subject", ref=ref), text, html="", files=files)
    return target.send(draft, "callback", Attack.CALLBACK)


PLAYS: tuple[Callable[[Target], Post], ...] = (
    ceo_fraud,
    vendor_lookalike,
    credential_phish,
    qr_phish,
    lateral_phish,
    malware_macro,
    vendor_hijacked,
    malware_smuggling,
    payroll_change,
    gift_cards,
    extortion,
    callback,
)
"""Every attack, in the order the demo plays them."""

NEEDS_CONVERSATION = frozenset({vendor_lookalike, vendor_hijacked})
NEEDS_COLLEAGUES = frozenset({lateral_phish})


def plays_on(org: Organisation) -> tuple[Callable[[Target], Post], ...]:
    """The attacks that this organisation gives enough to make."""
    missing = (frozenset() if org.conversations else NEEDS_CONVERSATION) | (
        frozenset() if len(org.members) > 1 else NEEDS_COLLEAGUES
    )
    return tuple(play for play in PLAYS if play not in missing)


def lookalike(domain: str, rng: Random) -> str:
    """A domain that a hurried reader takes for this one's registrable domain; never the same."""
    label, dot, suffix = registrable(domain).partition(".")
    swaps = [label.replace(old, new, 1) for old, new in _ALIKE if old in label]
    made = [*swaps, *swaps, f"{label}-group", f"{label}-invoices", f"{label}s"]
    return rng.choice([each for each in made if each != label]) + dot + suffix


def _bank_change(target: Target, talk: Conversation, author: Party) -> Draft:
    names = {
        "first": talk.ours.first,
        "sender": author.name,
        "vendor": talk.house,
        "iban": iban(target.rng, target.rng.choice(("GB", "PL", "LT"))),
        "bic": f"{''.join(target.rng.choices('ABCDEFGHKLMNPRSTVWXZ', k=4))}GB2L",
    }
    own = "\n\n".join(target.say(f"bank.{part}", **names) for part in ("opener", "body", "close"))
    text = f"{own}\n\n{quoted(talk.last, talk.last_at, talk.last_text)}"
    return target.draft(author, (talk.ours,), f"Re: {talk.subject}", text, refs=talk.refs)


def _carrier(target: Target, file: File, ref: str, kind: str) -> Post:
    victim = target.rng.choice(target.org.desk("finance", "operations"))
    author = target.nobody("accounts", target.rng.choice(("Accounts Receivable", "Purchasing", "Office Scanner")))
    subject = target.say("malware.subject", ref=ref)
    draft = target.draft(author, (victim,), subject, target.say("malware.text", ref=ref), files=(file,))
    return target.send(draft, kind, Attack.MALWARE, dkim="none", dmarc="none")


def _boss_and_victim(target: Target, *departments: str) -> tuple[Employee, Employee]:
    boss = target.rng.choice(target.org.chiefs())
    desk = [each for each in target.org.desk(*departments) if each.address != boss.address]
    return boss, target.rng.choice(desk or [boss])


def _alike_person(target: Target, boss: Employee) -> Party:
    local, _, domain = boss.address.partition("@")
    return Party(
        name=boss.name, address=f"{local}@{lookalike(domain, target.rng)}", client=ROBOT, ip=fresh_ip(target.rng)
    )


def _wallet(rng: Random) -> str:
    """In the form of a Bitcoin address, of nobody."""
    return "1" + "".join(rng.choices("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", k=33))
