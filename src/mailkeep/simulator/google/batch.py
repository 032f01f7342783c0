"""Many calls in one request: multipart/mixed in, multipart/mixed out, each part with its own answer.

Every part is asked, checked and counted like a request of its own; it may bring its own token, else that of the whole holds.
All are under way at the same moment: many parts for one user are too many at once, as at Google.
Source: developers.google.com/workspace/gmail/api/guides/batch.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from multidict import CIMultiDict

from mailkeep.simulator.google.calls import Call, Refusal, Reply, invalid

MOST_PARTS = 100
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_OURS = "batch_mailkeep_simulator"


async def answer_batch(call: Call, answer: Callable[[Call], Awaitable[Reply]]) -> Reply:
    """The answers in the order of the parts."""
    found = _BOUNDARY.search(call.headers.get("Content-Type", ""))
    if call.method != "POST" or found is None:
        return Refusal(400, "badRequest", "Failed to parse batch request: no multipart boundary.").reply()
    try:
        parts = [_part(call, each) for each in _split(call.body, found[1].encode())]
    except Refusal as refusal:
        return refusal.reply()
    if len(parts) > MOST_PARTS:
        says = f"The batch request is too large: {len(parts)} calls, at most {MOST_PARTS} are allowed."
        return Refusal(400, "badRequest", says).reply()
    replies = await asyncio.gather(*(answer(each) for _, each in parts))
    pieces = [_spelled(content_id, reply) for (content_id, _), reply in zip(parts, replies, strict=True)]
    body = b"".join((*pieces, f"--{_OURS}--\r\n".encode()))
    return Reply(body=body, type=f"multipart/mixed; boundary={_OURS}")


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the boundaries."""
    between = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|$)", body)
    return [each for each in between if each.strip()]


def _part(whole: Call, part: bytes) -> tuple[str, Call]:
    """(its Content-ID, the call). Raises: Refusal for what is no HTTP request."""
    outer, _, inner = _halves(part)
    content_id = _headers(outer.split(b"\n")).get("Content-ID", "")
    top, _, body = _halves(inner.lstrip(b"\r\n"))
    first, *lines = top.split(b"\n")
    words = first.decode("latin-1").split()
    if len(words) < 2 or not words[1].startswith("/"):
        raise invalid("Failed to parse batch request: a part is no HTTP request.")
    headers = _headers(lines)
    if "Authorization" not in headers and "Authorization" in whole.headers:
        headers["Authorization"] = whole.headers["Authorization"]
    return content_id, Call(whole.workspace, words[0], words[1], headers, body.strip(b"\r\n"))


def _halves(text: bytes) -> tuple[bytes, bytes, bytes]:
    crlf, lf = text.find(b"\r\n\r\n"), text.find(b"\n\n")
    return text.partition(b"\r\n\r\n" if crlf >= 0 and (lf < 0 or crlf < lf) else b"\n\n")


def _headers(lines: list[bytes]) -> CIMultiDict[str]:
    found: CIMultiDict[str] = CIMultiDict()
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            found[name.strip()] = value.strip()
    return found


def _spelled(content_id: str, reply: Reply) -> bytes:
    named = f"Content-ID: <response-{content_id.strip('<>')}>\r\n" if content_id else ""
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    if reply.body:
        lines += [f"Content-Type: {reply.type}", f"Content-Length: {len(reply.body)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    top = f"--{_OURS}\r\nContent-Type: application/http\r\n{named}\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    return top.encode() + reply.body + b"\r\n"
