"""Apps that were let into the tenant: their credentials, and what was granted to them."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
"""Template id of the directory role, as in a token's `wids`."""


@dataclass(slots=True)
class Secret:
    """A client secret."""

    value: str
    expires: datetime


@dataclass(slots=True)
class Certificate:
    """An uploaded certificate, the public half."""

    x509: x509.Certificate

    @property
    def sha1(self) -> bytes:
        """Thumbprint that `x5t` must say."""
        return self.x509.fingerprint(hashes.SHA1())  # noqa: S303 - what x5t is by definition

    @property
    def sha256(self) -> bytes:
        """Thumbprint that `x5t#S256` must say."""
        return self.x509.fingerprint(hashes.SHA256())


@dataclass(slots=True, frozen=True)
class Assignment:
    """RBAC for Applications: a permission for some mailboxes."""

    permission: str
    """As Graph names it: "Mail.Read" for the role "Application Mail.Read"."""
    people: frozenset[str]
    """Ids."""


@dataclass(slots=True, eq=False)
class App:
    """An app registration with its service principal."""

    number: int
    client_id: str
    object_id: str
    """Of the service principal, the "enterprise app"."""
    name: str
    permissions: set[str] = field(default_factory=set)
    """Application permissions with admin consent, tenant-wide."""
    roles: set[str] = field(default_factory=set)
    """Directory roles: template ids."""
    assignments: list[Assignment] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    enabled: bool = True
    present: bool = True
    """False once an administrator removed it from the tenant."""
