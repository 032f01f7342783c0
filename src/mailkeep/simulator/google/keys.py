"""Service accounts and their keys."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(slots=True)
class Key:
    """One key pair of a service account."""

    id: str
    private: rsa.RSAPrivateKey
    disabled: bool = False

    @classmethod
    def made(cls) -> "Key":
        """A fresh one. Costs: a tenth of a second."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        der = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(id=sha256(der).hexdigest()[:40], private=private)

    @property
    def pem(self) -> str:
        """The private key as it stands in a key file."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @property
    def jwk(self) -> dict[str, str]:
        """The public key for a JWKS document."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": self.id,
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
        }

    @property
    def certificate(self) -> str:
        """The public key as a certificate in PEM, as the vendor's library reads it."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "federated-signon.system.gserviceaccount.com")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.private.public_key())
        builder = builder.serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        signed = builder.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC)).sign(self.private, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()


@dataclass(slots=True)
class ServiceAccount:
    """An application at Google: it is known by its address, and to the administrator by its client id."""

    name: str
    email: str
    client_id: str
    project: str
    keys: dict[str, Key]
    delegated: set[str] = field(default_factory=set)
    """Scopes that the administrator delegated to it for the whole domain."""
    deleted: bool = False

    def key_file(self, url: str) -> dict[str, str]:
        """The JSON key file, with this simulator as the place to get tokens from."""
        key = next(iter(self.keys.values()))
        return {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": key.id,
            "private_key": key.pem,
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": f"{url}/o/oauth2/auth",
            "token_uri": f"{url}/token",
            "universe_domain": "googleapis.com",
        }

    def new_key(self) -> Key:
        """One more key."""
        key = Key.made()
        self.keys[key.id] = key
        return key


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
