"""What Pub/Sub pushes to us for Gmail: who has news, and proof that it was Google who says so.

Source: Gmail API, "Push notifications"; Cloud Pub/Sub, "Authentication for push subscriptions"; OpenID Connect Core §3.1.3.7.
"""

import base64
import binascii
from datetime import datetime, timedelta

import jwt
import msgspec

from mailkeep.connect.port import Refused
from mailkeep.connect.signing_keys import SigningKeys

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
LEEWAY = timedelta(seconds=60)
"""How far the provider's clock and ours may differ."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """One pushed notice: something changed in this mailbox."""

    address: str
    """Lower case."""
    delivery: str
    """Pub/Sub's id of the notice; the same when it is sent again."""


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    data: str
    message_id: str


class _Push(msgspec.Struct, frozen=True):
    message: _Message


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    email_address: str


def read_news(body: bytes) -> News:
    """The notice of one push. Raises: Refused when it is none."""
    try:
        push = msgspec.json.decode(body, type=_Push)
        data = msgspec.json.decode(base64.b64decode(push.message.data, altchars=b"-_"), type=_Data)
    except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError) as error:
        raise Refused(f"a post of {len(body)} bytes is not a Gmail notice from Pub/Sub: {error}") from error
    return News(address=data.email_address.lower(), delivery=push.message.message_id)


async def check_bearer(authorization: str, keys: SigningKeys, *, audience: str, account: str, now: datetime) -> None:
    """Makes sure that Google signed a push for us on behalf of the service account that our subscription names.

    Takes: the Authorization header; `audience`, the address that the push was sent to unless the subscription says another.
    Raises: Refused when it is not so; Unreachable when Google's keys cannot be had.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Refused("the push bears no token: turn on authentication for the Pub/Sub subscription.")
    try:
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
        key = await keys.key(kid)
        if key is None:
            raise Refused(f"the push is signed with key {kid[:40]!r}, which Google does not list.")
        claims = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=audience,
            options={"require": ["exp", "iat", "aud", "iss"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        raise Refused(f"the token of the push does not hold: {error}") from error
    _check_claims(claims, account, now)


def _check_claims(claims: dict[str, object], account: str, now: datetime) -> None:
    moments = [claims["iat"], claims["exp"]]
    if not all(isinstance(moment, int | float) for moment in moments):
        raise Refused("the token of the push bears no moments.")
    issued, expires = (float(str(moment)) for moment in moments)
    leeway = LEEWAY.total_seconds()
    if not issued - leeway <= now.timestamp() <= expires + leeway:
        raise Refused("the token of the push is not of this hour: it was sent before, or a clock is wrong.")
    if claims["iss"] not in ISSUERS:
        raise Refused(f"the token of the push is issued by {claims['iss']}, not by Google.")
    if claims.get("email") != account or claims.get("email_verified") is not True:
        raise Refused(f"the push is signed for {claims.get('email')}, and the subscription's account is {account}.")
