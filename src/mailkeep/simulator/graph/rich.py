"""Notices that carry the message itself, encrypted for the subscriber alone.

A fresh AES key a notice; the key wrapped by RSA-OAEP (SHA-1), the content in AES-CBC with PKCS7 and the key's first 16 bytes
as the vector, an HMAC over it, and a token beside it that says who sent it. Source: Graph, "Set up change notifications that
include resource data".
"""

import base64
import os
from datetime import timedelta
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.tokens import signer

PUBLISHER = "0bf30f3b-4a52-48df-9a82-234910c4a086"
"""The app that posts change notifications, as its tokens name it."""
_KEY_SIZES = range(2048, 4097)
_TOKEN_LIFE = timedelta(hours=1)
# SHA-1 in OAEP is what Microsoft documents; a subscriber that expected another could not read the real thing
_WRAP = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303


class Seal:
    """A subscriber's public key."""

    def __init__(self, certificate: str, certificate_id: str) -> None:
        """Takes: base64 of the DER (or of the PEM) of an X.509 certificate. Raises: ValueError."""
        blob = base64.b64decode(certificate, validate=True)
        read = x509.load_pem_x509_certificate if blob.startswith(b"-----") else x509.load_der_x509_certificate
        key = read(blob).public_key()
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size not in _KEY_SIZES:
            raise ValueError("an RSA key of 2048 to 4096 bits is needed")
        self._key = key
        self.certificate_id = certificate_id

    def close(self, content: dict[str, Any]) -> dict[str, str]:
        """The `encryptedContent` of a notice."""
        key = os.urandom(32)
        padder = PKCS7(128).padder()
        padded = padder.update(msgspec.json.encode(content)) + padder.finalize()
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        data = encryptor.update(padded) + encryptor.finalize()
        mac = hmac.HMAC(key, hashes.SHA256())
        mac.update(data)
        return {
            "data": _spelled(data),
            "dataSignature": _spelled(mac.finalize()),
            "dataKey": _spelled(self._key.encrypt(key, _WRAP)),
            "encryptionCertificateId": self.certificate_id,
        }


def validation_token(office: Office, app: App) -> str:
    """The token that goes with notices for this app: from Microsoft, for it alone."""
    now = int(office.clock())
    return signer().jwt(
        {
            "aud": app.client_id,
            "iss": f"https://sts.windows.net/{office.tenant_id}/",
            "iat": now,
            "nbf": now,
            "exp": now + int(_TOKEN_LIFE.total_seconds()),
            "appid": PUBLISHER,
            "appidacr": "2",
            "tid": office.tenant_id,
            "ver": "1.0",
        }
    )


def _spelled(blob: bytes) -> str:
    return base64.b64encode(blob).decode()
