"""Bytes become a Message; see `parse`."""

import hashlib
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Tree
from email.utils import parsedate_tz, mktime_tz

from selectolax.lexbor import LexborHTMLParser

from mailkeep.kit.known import Unknown
from mailkeep.mail import addresses, charset, encoded, headers
from mailkeep.mail.message import Address, Anchor, AuthHeader, Hop, Message, Part, Place, Quote

_URL = re.compile(r"https?://[^\s<>\"']{3,2000}")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_QUOTE_START = re.compile(r"^(?:>|-{3,}\s*Original Message|On .{5,200} wrote:|-{3,}\s*Forwarded)", re.MULTILINE)


def parse(raw: bytes) -> Message:
    block = headers.scan(raw)
    parts, texts = [], {}
    _walk(message_from_bytes(raw), "1", parts, texts, 0)
    text, part, anchors, has_html = "", "1", [], False
    if "text/html" in texts:
        part, source = texts["text/html"]
        has_html = True
        tree = LexborHTMLParser(source)
        for tag in ("script", "style", "head"):
            for node in tree.css(tag):
                node.decompose()
        for node in tree.css("a[href]")[:500]:
            anchors.append(Anchor((node.attributes.get("href") or "").strip(), node.text(strip=True), "anchor", Place(part)))
        text = tree.body.text(separator="\n") if tree.body else ""
        text = re.sub(r"\s*\n\s*", "\n", text).strip()
    elif "text/plain" in texts:
        part, text = texts["text/plain"]
    for hit in list(_URL.finditer(text[:1000000]))[:500]:
        anchors.append(Anchor(hit.group(), "", "text", Place(part, hit.start(), hit.end(), "link")))
    cut = _QUOTE_START.search(text)
    new = text[: cut.start()] if cut else text
    people = {k: addresses.read(block.named(k), k).addresses for k in ("from", "sender", "reply-to", "to", "cc", "bcc", "return-path")}
    date, zone = _date(block)
    hops = []
    for f in block.named("received"):
        m = re.search(r"from\s+(\S+)", f.text[:500]); ip = re.search(r"\[(?:IPv6:)?([0-9a-fA-F.:]{4,45})\]", f.text[:1000]); by = re.search(r"\bby\s+(\S+)", f.text[:2000])
        at = parsedate_tz(f.text.rpartition(";")[2])
        hops.append(Hop(m.group(1).lower() if m else "", ip.group(1) if ip else "", by.group(1).lower() if by else "", "", _utc(at), f.place()))
    auth = []
    for f in block.named("authentication-results"):
        head, _, rest = f.text.partition(";")
        res = []
        for piece in re.sub(r"\([^()]*\)", "", rest).split(";"):
            words = piece.lower().split()
            if words and "=" in words[0]:
                k, _, v = words[0].partition("=")
                res.append((k, v, tuple(tuple(w.split("=", 1)) for w in words[1:] if "=" in w)))
        auth.append(AuthHeader(head.split()[0].lower() if head.split() else "", tuple(res), f.place()))
    nouns = tuple(f.noun() for f in block.fields)
    def first(n):
        return next((h.value for h in nouns if h.name.lower() == n), "")
    def ids(n):
        return tuple(_ID.findall(first(n)))
    return Message(digest=hashlib.sha256(raw).hexdigest(), size=len(raw), headers=nouns, from_=people["from"], sender=people["sender"], reply_to=people["reply-to"], to=people["to"], cc=people["cc"], bcc=people["bcc"],
        return_path=next((a for a in people["return-path"] if a.address), None), subject=first("subject"), date=date, zone_minutes=zone,
        message_id=next(iter(ids("message-id")), first("message-id").strip("<> ")), in_reply_to=ids("in-reply-to"), references=ids("references"), parts=tuple(parts),
        text=text, text_part=part, has_html=has_html, new_text=new, quotes=(Quote("quoted", text[cut.start():]),) if cut else (), anchors=tuple(anchors), hops=tuple(hops), auth_headers=tuple(auth), defects=block.defects)


def _utc(at):
    try:
        return datetime.fromtimestamp(mktime_tz(at), UTC) if at else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _date(block):
    for text in block.texts("date"):
        at = parsedate_tz(text)
        utc = _utc(at)
        return (utc or Unknown("unreadable Date header"), at[9] // 60 if at and at[9] is not None else Unknown("no zone"))
    return Unknown("no Date header"), Unknown("no Date header")


def _walk(node: Tree, path, parts, texts, depth):
    if depth > 20 or len(parts) > 1000:
        return
    kind = node.get_content_type()
    if node.is_multipart():
        parts.append(Part(path="" if path == "1" and depth == 0 else path, content_type=kind))
        prefix = "" if depth == 0 else path + "."
        for n, child in enumerate(node.get_payload(), 1):
            _walk(child, f"{prefix}{n}", parts, texts, depth + 1)
        return
    try:
        body = node.get_payload(decode=True) or b""
        name = node.get_filename() or ""
        label = str(node.get_param("charset") or "")
    except Exception:  # noqa: BLE001 - first form
        body, name, label = b"", "", ""
    name = encoded.decode_words(str(name)).replace("\\", "/").rpartition("/")[2]
    disposition = str(node.get("content-disposition", "")).split(";")[0].strip().lower()
    part = Part(path=path, content_type=kind, charset=label.lower(), disposition=disposition, filename=name, content_id=str(node.get("content-id", "")).strip("<> "), encoding=str(node.get("content-transfer-encoding", "")).lower(), body=body, size=len(body), sha256=hashlib.sha256(body).hexdigest())
    parts.append(part)
    if not part.is_attachment and kind in ("text/plain", "text/html") and kind not in texts:
        texts[kind] = (path, charset.decode(body, label, html=kind == "text/html").text.replace("\r\n", "\n"))
