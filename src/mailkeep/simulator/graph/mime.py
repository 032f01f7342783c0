"""A mail's MIME form as `/$value` gives it.

Exchange does not keep the bytes it accepted: it keeps properties and writes MIME anew. What that changes here is what breaks
in life: line ends are CRLF, boundaries are Exchange's own (so that a DKIM body hash of a mail in parts does not verify any
more), and headers of Exchange stand below those that came. The order and text of the headers that came, and the content of
every part, stay. Source: Graph, "Get MIME content of a message".
"""

import email
import email.policy
import re
from email.header import Header
from email.message import Message
from hashlib import blake2b

from mailkeep.simulator.graph.ids import guid
from mailkeep.simulator.graph.letter import head_length

_NETWORK_MESSAGE = 6
_AS_SENT = email.policy.compat32.clone(linesep="\r\n")
_BOUNDARY = re.compile(rb"boundary=\s*(?:\"([^\"\r\n]{8,200})\"|([^\s;\"]{8,200}))", re.IGNORECASE)
_BARE_END = re.compile(rb"\r\n|\r|\n")


def rebuilt(raw: bytes) -> bytes:
    """The same mail as Exchange would write it; the same bytes each time."""
    if raw.count(b"\n") != raw.count(b"\r\n"):
        raw = _BARE_END.sub(b"\r\n", raw)
    for match in _BOUNDARY.finditer(raw, 0, head_length(raw)):
        old = match[1] or match[2]
        raw = raw.replace(old, b"_000_" + blake2b(old, digest_size=12).hexdigest().encode() + b"_")
    at = head_length(raw)
    mark = int.from_bytes(blake2b(raw, digest_size=7).digest())
    own = f"X-MS-Exchange-Organization-Network-Message-Id: {guid(_NETWORK_MESSAGE, mark)}\r\n".encode()
    return raw[:at] + own + raw[at:]


def edited(raw: bytes, subject: str | None, body: tuple[str, str] | None) -> bytes:
    """The mail with another subject and the text that people see replaced. Takes: body as ("html" or "text", content)."""
    whole = email.message_from_bytes(raw, policy=_AS_SENT)
    if subject is not None:
        spelled = subject if subject.isascii() else Header(subject, "utf-8").encode()
        if "Subject" in whole:
            whole.replace_header("Subject", spelled)
        else:
            whole["Subject"] = spelled
    if body is not None:
        kind, content = body
        part = _shown_part(whole, "html" if kind == "html" else "plain")
        del part["Content-Transfer-Encoding"]
        part.set_payload(content, "utf-8")
        part.set_type(f"text/{'html' if kind == 'html' else 'plain'}")
    return whole.as_bytes()


def _shown_part(whole: Message, wanted: str) -> Message:
    texts = [part for part in whole.walk() if part.get_content_maintype() == "text" and not part.get_filename()]
    return next((part for part in texts if part.get_content_subtype() == wanted), texts[0] if texts else whole)
