"""What proves to a token endpoint who we are: signed assertions, and secrets where nothing better can be had.

Source: RFC 7523; Microsoft identity platform, "Certificate credentials"; Google, "Using OAuth 2.0 for server to server".
"""

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

import jwt
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from mailkeep.connect.answers import Answer
from mailkeep.connect.port import ConsentLost, ProviderTrouble, Refused, Unreachable
from mailkeep.connect.tokens import told_by
from mailkeep.kit.trouble import OperatorError

ASSERTION_LASTS = timedelta(minutes=10)
BACKDATED = timedelta(seconds=30)
"""Clocks of two machines never agree."""
AADSTS = {
    "AADSTS700016": "The registration is not consented to in this tenant: an administrator has to grant it there.",
    "AADSTS90002": "No such tenant: correct tenant_id.",
    "AADSTS900023": "No such tenant: correct tenant_id.",
    "AADSTS7000215": "The client secret is wrong: put its value, not its id, into secret_file.",
    "AADSTS7000222": "The client secret has expired: make a new one, put it into secret_file, and set secret_expires.",
    "AADSTS700027": "The certificate is not, or no longer, one of the registration: upload the one in certificate_file.",
    "AADSTS7000112": "The registration is disabled in this tenant: enable the enterprise application.",
    "AADSTS7000218": "Neither certificate nor secret was accepted: set certificate_file or secret_file.",
}
"""Entra's error → what a person has to do."""
ODD_TIME = "AADSTS700024"
"""The assertion's time is refused; the next one is dated by Entra's clock."""
DELEGATION = "admin.google.com, Security, Access and data control, API controls, Manage domain-wide delegation"
"""Where an administrator delegates scopes to a service account."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A private key and the certificate that was uploaded to the registration."""

    key: RSAPrivateKey = field(repr=False)
    thumbprint: str
    """SHA-256 of the certificate, base64url without padding: the header x5t#S256."""
    name: str
    """SHA-1 of the certificate in hex, as portals show it."""
    expires_at: datetime
    der: bytes = field(repr=False)
    """The certificate itself."""


def read_certificate(pem: bytes, source: str) -> Certificate:
    """The certificate in a PEM file. Takes: the file's name, for sentences. Raises: OperatorError."""
    try:
        key = load_pem_private_key(_block(pem, b"PRIVATE KEY"), None)
        certificate = x509.load_pem_x509_certificate(_block(pem, b"CERTIFICATE"))
    except (ValueError, TypeError) as error:
        raise OperatorError(
            f"{source}: is no PEM file with an unencrypted private key and its certificate ({error}). Write both into it."
        ) from error
    if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise OperatorError(f"{source}: the private key is not the RSA key of the certificate beside it.")
    der = certificate.public_bytes(Encoding.DER)
    return Certificate(
        key=key,
        thumbprint=base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode(),
        name=hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),
        expires_at=certificate.not_valid_after_utc,
        der=der,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraGrant:
    """A registration in Microsoft Entra, asking as itself (client credentials)."""

    client_id: str
    tenant: str
    login_url: str
    """"https://login.microsoftonline.com", or the national cloud's."""
    scope: str
    certificate: Certificate | None = None
    secret: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """One token for each registration, tenant and scope."""
        return f"{self.url} {self.client_id} {self.scope}"

    @property
    def url(self) -> str:
        """The tenant's token endpoint."""
        return f"{self.login_url}/{self.tenant}/oauth2/v2.0/token"

    @property
    def who(self) -> str:
        """The registration."""
        return f"app {self.client_id} in tenant {self.tenant}"

    def form(self, now: datetime) -> dict[str, str]:
        """The assertion where there is a certificate, else the secret."""
        fields = {"client_id": self.client_id, "scope": self.scope, "grant_type": "client_credentials"}
        if self.certificate is None:
            return {**fields, "client_secret": self.secret}
        claims = {
            "aud": self.url,
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": str(uuid.uuid4()),
            "nbf": now - BACKDATED,
            "iat": now - BACKDATED,
            "exp": now + ASSERTION_LASTS,
        }
        header = {"x5t#S256": self.certificate.thumbprint}
        return {
            **fields,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(claims, self.certificate.key, algorithm="PS256", headers=header),
        }

    def refusal(self, answer: Answer) -> ProviderTrouble | None:
        """What Entra's error asks a person to do."""
        if not 400 <= answer.status < 500 or answer.status == 429:
            return None
        says = told_by(answer)
        code = re.search(r"AADSTS\d+", says)
        if code and code[0] == ODD_TIME:
            return Unreachable(f"{self.who}: no token was given ({says}). Set this machine's clock. It is tried again.")
        remedy = AADSTS.get(code[0] if code else "", "Check client_id, tenant_id and the credential of this tier.")
        return ConsentLost(f"{self.who}: no token was given ({says}). {remedy}")


class NotDelegated(ConsentLost):
    """The administrator did not delegate these scopes to the service account."""


class ServiceAccountKey(msgspec.Struct, frozen=True, kw_only=True):
    """A Google service account's key file."""

    client_email: str
    private_key: str
    private_key_id: str = ""
    client_id: str = ""
    """What an administrator delegates to."""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


def read_service_account(data: bytes, source: str) -> ServiceAccountKey:
    """The key in a JSON file. Takes: the file's name, for sentences. Raises: OperatorError."""
    try:
        key = msgspec.json.decode(data, type=ServiceAccountKey)
        _signing_key(key.private_key)
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        raise OperatorError(f"{source}: is not the JSON key of a service account. Download it anew.") from error
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleGrant:
    """A service account, asking on behalf of one user (domain-wide delegation), or for itself."""

    account: ServiceAccountKey = field(repr=False)
    user: str
    """Address; empty where it asks for itself."""
    scopes: tuple[str, ...]
    token_url: str = ""
    """In place of the key file's."""

    @property
    def key(self) -> str:
        """One token for each account, user and set of scopes."""
        return f"{self.account.client_email} {self.user} {' '.join(self.scopes)}"

    @property
    def url(self) -> str:
        """The token endpoint."""
        return self.token_url or self.account.token_uri

    @property
    def who(self) -> str:
        """The service account and whom it acts for."""
        return f"{self.account.client_email} for {self.user or 'itself'}"

    def form(self, now: datetime) -> dict[str, str]:
        """The signed assertion."""
        claims = {
            "iss": self.account.client_email,
            "scope": " ".join(self.scopes),
            "aud": self.url,
            "iat": now - BACKDATED,
            "exp": now - BACKDATED + timedelta(hours=1),
        }
        if self.user:
            claims["sub"] = self.user
        header = {"kid": self.account.private_key_id} if self.account.private_key_id else None
        assertion = jwt.encode(claims, _signing_key(self.account.private_key), algorithm="RS256", headers=header)
        return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}

    def refusal(self, answer: Answer) -> ProviderTrouble | None:
        """What Google's error asks a person to do; NotDelegated where the scopes are what is missing."""
        if not 400 <= answer.status < 500 or answer.status == 429:
            return None
        told = told_by(answer)
        asked = f"{self.who}: no token was given for {' '.join(self.scopes)} ({told.rstrip('.')})."
        if any(code in told for code in ("unauthorized_client", "invalid_scope", "access_denied")):
            client = self.account.client_id or "of the key file"
            return NotDelegated(f"{asked} Delegate exactly these scopes to client id {client}: {DELEGATION}.")
        if "Invalid email or User ID" in told:
            return Refused(
                f"{asked} The user is suspended or does not exist: restore it, or leave it out of `mailboxes`."
            )
        if "iat and exp" in told:
            return Unreachable(f"{asked} The clock of this machine is wrong: set it. It is tried again.")
        return ConsentLost(
            f"{asked} Key {self.account.private_key_id or 'of the key file'} was deleted or disabled, or its service account"
            " was: make a new key in the Google Cloud console under IAM & Admin, Service accounts, and set key_file."
        )


@lru_cache(maxsize=64)
def _signing_key(pem: str) -> RSAPrivateKey:
    """The key, read once: reading it takes a hundred times as long as signing with it. Raises: ValueError."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("the key is not an RSA key")  # noqa: TRY004 - it is the file's content that is wrong
    return key


def _block(pem: bytes, what: bytes) -> bytes:
    """The first PEM block of this kind. Raises: ValueError."""
    found = re.search(rb"-----BEGIN ([A-Z ]*" + what + rb")-----.*?-----END \1-----", pem, re.DOTALL)
    if found is None:
        raise ValueError(f"no {what.decode().lower()} in it")
    return found[0] + b"\n"
