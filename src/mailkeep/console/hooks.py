"""The addresses to which providers post their notices: persist first, then 202, well within the 3 s they allow.

| Address | Who posts | Answers |
|---|---|---|
| POST /hooks/m365/TENANT and …/lifecycle | Microsoft Graph | 202; 200 with the token to a validation; 400 to anything else |
| POST /hooks/google/TENANT | Cloud Pub/Sub | 204; 401 when Google did not sign it for us |

503 asks the poster to come again: it could not be written down. A stranger learns nothing from any answer.
"""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from mailkeep.flow.hearing import Deaf, Ears, NoSuchTenant, Rejected

MOST_BYTES = 1 << 20
"""Bytes of one post; Graph and Pub/Sub send far less."""
MOST_TOKEN = 4096
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def hook_routes(ears: Ears) -> APIRouter:
    """The routes, with these ears behind them."""
    routes = APIRouter(prefix="/hooks")

    @routes.post("/m365/{tenant}")
    @routes.post("/m365/{tenant}/lifecycle")
    async def graph(
        tenant: str,
        request: Request,
        token: Annotated[str | None, Query(alias="validationToken", max_length=MOST_TOKEN)] = None,
    ) -> Response:
        if token is not None:
            return _said(200, token) if ears.knows("m365", tenant) else _said(404)
        return await _heard(ears, "m365", tenant, request)

    @routes.post("/google/{tenant}")
    async def google(tenant: str, request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        return await _heard(ears, "google", tenant, request, authorization)

    return routes


async def _heard(ears: Ears, kind: str, tenant: str, request: Request, authorization: str = "") -> Response:
    body = await _body(request)
    if body is None:
        return _said(413)
    try:
        await ears.hear(kind, tenant, body, authorization)
    except NoSuchTenant:
        return _said(404)
    except Rejected:
        return _said(401 if kind == "google" else 400)
    except Deaf:
        return _said(503)
    return _said(204 if kind == "google" else 202)


async def _body(request: Request) -> bytes | None:
    """What was posted; None when it is more than anybody has to say."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _said(status: int, text: str = "") -> Response:
    """An answer; the token of a validation comes back as plain text, which no browser takes for a page."""
    return Response(text, status_code=status, media_type="text/plain", headers=_HEADERS)
