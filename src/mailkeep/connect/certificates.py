"""Keys and certificates of our own, for registrations and for sealed notices: the private half never leaves this machine."""

import contextlib
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

KEY_BITS = 3072
LIFE = timedelta(days=365)
SEAL_LIFE = timedelta(days=3650)
"""Of a certificate that nobody trusts and that only carries a key; who wants another removes the file."""


def make_certificate(pem: Path, name: str, now: datetime) -> Path:
    """Writes key and certificate into `pem`, for its owner's eyes only, and gives the public .cer file to upload.

    What is there already is kept: a certificate that was uploaded must not be replaced. Raises: OSError.
    """
    public = pem.with_suffix(".cer")
    if pem.exists() and public.exists():
        return public
    private, certificate = _made(name, now, LIFE)
    _write(pem, private + certificate.public_bytes(serialization.Encoding.PEM))
    public.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    return public


def make_seal(pem: Path, name: str, now: datetime) -> None:
    """Writes a key that notices are encrypted for, with its certificate, into `pem`.

    What is there already is kept, also when two processes begin at the same moment. Raises: OSError.
    """
    if pem.exists():
        return
    private, certificate = _made(name, now, SEAL_LIFE)
    mine = pem.with_suffix(f".{os.getpid()}")
    _write(mine, private + certificate.public_bytes(serialization.Encoding.PEM))
    with contextlib.suppress(FileExistsError):
        pem.hardlink_to(mine)
    mine.unlink()


def _made(name: str, now: datetime, life: timedelta) -> tuple[bytes, x509.Certificate]:
    """A private key (PEM) and a certificate that it signed for itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + life)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, certificate


def _write(file: Path, content: bytes) -> None:
    """For its owner's eyes only."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
