"""Notices that carry what changed: proof that Microsoft posted them, and what is in them.

Two things are looked at. The post's tokens say who posted it and to whom: without them nothing that it carries is believed,
whatever secret it knows. The content's signature says that it came whole, and is held against it before anything is
decrypted; as its key is encrypted with our public key, it proves no more than that.

Source: Microsoft Graph, "Set up change notifications that include resource data"; Entra, "Access tokens".
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from mailkeep.connect.assertions import Certificate
from mailkeep.connect.graph.notices import Sealed
from mailkeep.connect.port import Refused, Seal
from mailkeep.connect.signing_keys import SigningKeys

PUBLISHER = "0bf30f3b-4a52-48df-9a82-234910c4a086"
"""The app that posts notices, whoever the tenant is."""
LEEWAY = timedelta(minutes=5)
"""How far Entra's clock and ours may differ; as much as Microsoft's own libraries grant."""
MOST_TOKENS = 8
"""Graph sends one for each app and tenant in a post; an address of ours belongs to one of each."""
MOST_TOKEN = 8_192
MOST_CONTENT = 65_536
"""Characters of what a notice carries; we ask for two short properties."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# SHA-1 is what Graph wraps its keys with; in OAEP its weakness is of no use to anybody
_WRAP = OAEP(MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303


class Content(msgspec.Struct, frozen=True, rename="camel"):
    """What of a message a notice carries."""

    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmark:
    """Whom the posts of one tenant must come from and be made out to."""

    tenant_id: str
    """Directory id, or a domain, and then the token's own word is taken: it is made out to an app of ours all the same."""
    apps: frozenset[str]
    """Client ids of ours that may subscribe."""
    issuers: tuple[str, ...]
    """Who may have signed, with {tenant} for the directory id."""
    keys: SigningKeys
    """Entra's."""
    certificate: Certificate
    """Ours, that content is encrypted for."""


async def check_tokens(tokens: Sequence[str], postmark: Postmark, now: datetime) -> None:
    """Makes sure that Microsoft's publisher of notices posted this to us: each and every token must say so.

    Raises: Refused when it is not so or there is no token; Unreachable when Entra's keys cannot be had.
    """
    if not 0 < len(tokens) <= MOST_TOKENS:
        raise Refused(f"the post bears {len(tokens)} tokens; 1 to {MOST_TOKENS} are expected.")
    for token in tokens:
        _check_claims(await _claims(token, postmark), postmark, now)


async def _claims(token: str, postmark: Postmark) -> dict[str, Any]:
    if len(token) > MOST_TOKEN:
        raise Refused(f"a token of {len(token)} characters is none of Entra's.")
    try:
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
        key = await postmark.keys.key(kid)
        if key is None:
            raise Refused(f"the post is signed with key {kid[:40]!r}, which Entra does not list.")
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=postmark.apps,
            options={"require": ["exp", "aud", "iss"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Refused(f"a token of the post does not hold: {error}") from error
    return claims


def _check_claims(claims: dict[str, Any], postmark: Postmark, now: datetime) -> None:
    begins, ends = claims.get("nbf", 0), claims["exp"]
    if not isinstance(begins, int | float) or not isinstance(ends, int | float):
        raise Refused("a token of the post bears no moments.")
    leeway = LEEWAY.total_seconds()
    if not begins - leeway <= now.timestamp() <= ends + leeway:
        raise Refused("a token of the post is not of this hour: it was sent before, or a clock is wrong.")
    stated = postmark.tenant_id.lower()
    tenant = stated if _GUID.fullmatch(stated) else str(claims.get("tid", "")).lower()
    if not _GUID.fullmatch(tenant) or claims["iss"] not in [each.format(tenant=tenant) for each in postmark.issuers]:
        raise Refused(f"a token of the post is issued by {claims['iss']}, which is not Entra for this tenant.")
    poster = claims.get("appid", claims.get("azp"))
    if poster != PUBLISHER:
        raise Refused(f"the post is signed for app {poster}, and notices are posted by {PUBLISHER}.")


def is_ours(sealed: Sealed, certificate: Certificate) -> bool:
    """False for what was encrypted for another certificate: one that was replaced, as a rule."""
    return sealed.encryption_certificate_id == certificate.name


def opened(sealed: Sealed, certificate: Certificate) -> Content:
    """What a notice carries. Costs: one operation with the private key, 0.7 ms. Raises: Refused."""
    if len(sealed.data) > MOST_CONTENT:
        raise Refused(f"a notice carries {len(sealed.data)} characters; at most {MOST_CONTENT} are read.")
    try:
        data, signature, wrapped = (
            base64.b64decode(each, validate=True) for each in (sealed.data, sealed.data_signature, sealed.data_key)
        )
        key = certificate.key.decrypt(wrapped, _WRAP)
        _check_signature(key, data, signature)
        return msgspec.json.decode(_decrypted(key, data), type=Content)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"what a notice carries cannot be opened: {error}") from error


def _check_signature(key: bytes, data: bytes, signature: bytes) -> None:
    """Raises: Refused."""
    if not hmac.compare_digest(hmac.digest(key, data, hashlib.sha256), signature):
        raise Refused("what a notice carries is not what was signed.")


def _decrypted(key: bytes, data: bytes) -> bytes:
    """Raises: ValueError."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    unpadder = PKCS7(algorithms.AES.block_size).unpadder()
    return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()


def seal_of(certificate: Certificate) -> Seal:
    """What Graph is told to encrypt with."""
    return Seal(id=certificate.name, certificate=base64.b64encode(certificate.der).decode())
