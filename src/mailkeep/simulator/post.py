"""A mail as bytes, with the headers an honest route leaves on it."""

import base64
import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from random import Random

import msgspec

from mailkeep.detect.scene import Attack
from mailkeep.simulator.company import Client, Party
from mailkeep.simulator.files import File


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a writer hands to a mail program."""

    author: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    subject: str
    text: str
    html: str = ""
    """Empty: plain text only."""
    files: tuple[File, ...] = ()
    at: datetime
    """UTC."""
    message_id: str
    refs: tuple[str, ...] = ()
    """Message-IDs of the conversation, oldest first; the last is answered."""
    reply_to: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers: List-Unsubscribe and the like."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """How a mail came to the store."""

    domain: str
    """Ours."""
    host: str
    """Name the sending host gives itself; empty for a colleague's submission."""
    ip: str
    spf: str = "pass"
    dkim: str = "pass"
    dmarc: str = "pass"
    envelope: str
    """SMTP sender."""
    signer: str = ""
    """header.d of the DKIM signature; empty: the From domain."""


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as the tenant gets it, with the truth about it."""

    at: datetime
    message_id: str
    subject: str
    raw: bytes
    """As it lies in the recipients' mailboxes."""
    mailboxes: tuple[str, ...] = ()
    """Own addresses whose INBOX it reaches."""
    sent_from: str = ""
    """Own address in whose Sent folder a copy lies; empty for mail from outside."""
    sent_raw: bytes = b""
    """That copy: as handed in, without a route."""
    kind: str = "talk"
    """What it is: "talk", "invoice", "newsletter" … or the name of the attack."""
    attack: Attack | None = None
    """None for honest mail."""


def message_id(rng: Random, client: Client, domain: str) -> str:
    """A fresh Message-ID in the form this mail program writes."""
    bits = f"{rng.getrandbits(128):032x}"
    if client.id_form == "dollar":
        return f"{bits[:12]}${bits[12:20]}${bits[20:28]}$@{domain}"
    uuid = f"{bits[:8]}-{bits[8:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}"
    return f"{uuid.upper() if client.id_form == 'UUID' else uuid}@{domain}"


def written(draft: Draft) -> bytes:
    """The mail as the program hands it in: what a Sent folder holds."""
    zone = timezone(timedelta(minutes=draft.author.zone))
    lines = [
        f"Date: {format_datetime(draft.at.astimezone(zone))}",
        f"From: {_spelled(draft.author)}",
        f"To: {', '.join(map(_spelled, draft.to))}",
    ]
    if draft.cc:
        lines.append(f"Cc: {', '.join(map(_spelled, draft.cc))}")
    if draft.reply_to:
        lines.append(f"Reply-To: {draft.reply_to}")
    lines += [f"Subject: {_encoded(draft.subject)}", f"Message-ID: <{draft.message_id}>"]
    if draft.refs:
        kept = draft.refs[-8:] if len(draft.refs) <= 8 else (draft.refs[0], *draft.refs[-7:])
        lines += [f"In-Reply-To: <{draft.refs[-1]}>", "References: " + "\r\n ".join(f"<{ref}>" for ref in kept)]
    if draft.author.client.header:
        lines.append(f"{draft.author.client.header}: {draft.author.client.value}")
    lines += [f"{name}: {value}" for name, value in draft.headers]
    lines.append("MIME-Version: 1.0")
    return "\r\n".join(lines).encode() + b"\r\n" + _body(draft)


def received(draft: Draft, route: Route, handed_in: bytes) -> bytes:
    """The mail as our store has it: the route's hops and our boundary's findings above what was handed in."""
    mark = draft.message_id[:10].strip("$-@").upper()
    edge = f"mx1.{route.domain}"
    findings = _from_outside(draft, route, edge, mark) if route.host else _from_a_colleague(draft, route, edge, mark)
    top = (
        f"from {edge} ({edge} [10.20.0.5])\r\n\tby store1.{route.domain} with LMTP id {mark}A;\r\n\t{_stamp(draft, 3)}"
    )
    lines = (f"Return-Path: <{route.envelope}>", f"Received: {top}", *findings)
    return "\r\n".join(lines).encode() + b"\r\n" + handed_in


def _from_outside(draft: Draft, route: Route, edge: str, mark: str) -> Iterator[str]:
    spf = f"spf={route.spf} smtp.mailfrom={route.envelope}"
    dkim = f"dkim={route.dkim} header.d={route.signer or draft.author.domain}"
    dmarc = f"dmarc={route.dmarc} header.from={draft.author.domain}"
    yield f"Authentication-Results: {edge};\r\n\t{spf};\r\n\t{dkim};\r\n\t{dmarc}"
    host, to = route.host, draft.to[0].address
    by = f"by {edge} with ESMTPS id {mark}B\r\n\tfor <{to}>; {_stamp(draft, 2)}"
    yield f"Received: from {host} ({host} [{route.ip}])\r\n\t{by}"
    yield f"Received: from [192.168.1.{len(to) % 200 + 20}] by {host} with ESMTPSA id {mark}C; {_stamp(draft, 1)}"


def _from_a_colleague(draft: Draft, route: Route, edge: str, mark: str) -> Iterator[str]:
    logged_in = f"auth=pass smtp.auth={route.envelope}"
    proof = f"dkim=pass header.d={route.domain}; dmarc=pass header.from={route.domain}"
    yield f"Authentication-Results: {edge}; {logged_in};\r\n\t{proof}"
    client = f"from [{route.ip}] (client.invalid [{route.ip}])\r\n\t(Authenticated sender: {route.envelope})"
    yield f"Received: {client}\r\n\tby {edge} with ESMTPSA id {mark}B; {_stamp(draft, 2)}"


def _stamp(draft: Draft, later_s: int) -> str:
    return format_datetime(draft.at + timedelta(seconds=later_s))


def quoted(author: Party, at: datetime, text: str) -> str:
    """The earlier mail as a reply carries it, bounded so that long conversations stay readable."""
    lines = text.split("\n")[:40]
    return f"On {at:%a, %d %b %Y at %H:%M}, {author.name} <{author.address}> wrote:\n" + "\n".join(
        f"> {line}" if line else ">" for line in lines
    )


def as_html(text: str) -> str:
    """The text as a mail program sets it: paragraphs, quotes indented, links clickable."""
    shown = "".join(f"<p>{_linked(block)}</p>" for block in text.split("\n\n"))
    return (
        f'<html><head><meta charset="utf-8"></head><body style="font-family:Calibri,sans-serif">{shown}</body></html>'
    )


def utc(moment: datetime) -> datetime:
    """The moment in UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)


def _linked(block: str) -> str:
    words = []
    for line in html.escape(block).split("\n"):
        spelled = [
            f'<a href="{word}">{word}</a>' if word.startswith(("https://", "http://")) else word
            for word in line.split(" ")
        ]
        words.append(" ".join(spelled))
    return "<br>".join(words)


def _body(draft: Draft) -> bytes:
    inline = tuple(file for file in draft.files if file.content_id)
    loose = tuple(file for file in draft.files if not file.content_id)
    content = _text_part(draft)
    mark = draft.message_id[:14].strip("$-@.")
    if inline:
        content = _multipart("related", f"=_rel{mark}", (content, *map(_file_part, inline)))
    if loose:
        content = _multipart("mixed", f"=_mix{mark}", (content, *map(_file_part, loose)))
    return content


def _text_part(draft: Draft) -> bytes:
    plain = _leaf("text/plain; charset=utf-8", draft.text.encode(), "")
    if not draft.html:
        return plain
    rich = _leaf("text/html; charset=utf-8", draft.html.encode(), "")
    return _multipart("alternative", f"=_alt{draft.message_id[:14].strip('$-@.')}", (plain, rich))


def _file_part(file: File) -> bytes:
    if file.content_id:
        place = f'Content-Disposition: inline; filename="{file.name}"\r\nContent-ID: <{file.content_id}>\r\n'
    else:
        place = f'Content-Disposition: attachment; filename="{file.name}"\r\n'
    return _leaf(f'{file.content_type}; name="{file.name}"', file.body, place)


def _leaf(content_type: str, body: bytes, place: str) -> bytes:
    head = f"Content-Type: {content_type}\r\n{place}"
    if (
        content_type.startswith("text/")
        and not place
        and body.isascii()
        and all(len(line) < 900 for line in body.split(b"\n"))
    ):
        return f"{head}Content-Transfer-Encoding: 7bit\r\n\r\n".encode() + body.replace(b"\n", b"\r\n") + b"\r\n"
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(body).replace(
        b"\n", b"\r\n"
    )


def _multipart(kind: str, mark: str, parts: tuple[bytes, ...]) -> bytes:
    edge = mark.encode()
    inner = b"".join(b"--" + edge + b"\r\n" + part for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode() + inner + b"--" + edge + b"--\r\n"


def _spelled(party: Party) -> str:
    if not party.name:
        return party.address
    return f"{_encoded(party.name) if not party.name.isascii() else _quoted(party.name)} <{party.address}>"


def _quoted(name: str) -> str:
    return name if name.replace(" ", "").replace("-", "").isalnum() else '"' + name.replace('"', "") + '"'


def _encoded(value: str) -> str:
    if value.isascii():
        return value
    return f"=?utf-8?B?{base64.b64encode(value.encode()).decode()}?="
