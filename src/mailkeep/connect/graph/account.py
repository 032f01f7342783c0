"""How to reach one Microsoft 365 tenant, and with which registrations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from mailkeep.connect.assertions import Certificate, EntraGrant
from mailkeep.connect.grants import Expiry, Tier
from mailkeep.connect.limits import Limit


class Cloud(NamedTuple):
    """Where a national cloud answers."""

    graph: str
    login: str
    issuer: str = "https://sts.windows.net"
    """Who signs its tokens of version 1.0."""


CLOUDS = {
    "global": Cloud("https://graph.microsoft.com", "https://login.microsoftonline.com"),
    "gcc-high": Cloud("https://graph.microsoft.us", "https://login.microsoftonline.us"),
    "dod": Cloud("https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    "china": Cloud(
        "https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn", "https://sts.chinacloudapi.cn"
    ),
}
"""Source: Microsoft Graph, "National cloud deployments". GCC without High is in the global cloud."""

MAILBOX_LIMIT = Limit(10_000, 600.0, 4)
"""Of one registration in one mailbox. Source: Graph, "Throttling limits", Outlook service."""
APP_LIMIT = Limit(100_000, 10.0)
"""Of one registration everywhere. Source: the same, global limit: 130,000 in 10 s; an older text said 2,000 a second."""
DIRECTORY_LIMIT = Limit(3_500, 10.0)
"""Of a small tenant's directory. Source: the same, identity and access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphApp:
    """One registration: what it proves itself with."""

    client_id: str
    certificate: Certificate | None = None
    secret: str = field(default="", repr=False)
    """Where a certificate cannot be had."""
    secret_expires: datetime | None = None
    """UTC, as the operator says; the provider does not tell."""

    @property
    def expiry(self) -> Expiry | None:
        """When its credential ends; None where nobody knows."""
        if self.certificate is not None:
            return Expiry(what="certificate", name=self.certificate.name, at=self.certificate.expires_at)
        if self.secret_expires is not None:
            return Expiry(what="client secret", name=f"of app {self.client_id}", at=self.secret_expires)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAccount:
    """One tenant."""

    name: str = "m365"
    """As the settings call it, for sentences: `tenants.NAME.apps…`."""
    tenant_id: str
    """Directory id or a verified domain."""
    apps: Mapping[Tier, GraphApp]
    cloud: str = "global"
    mailboxes: tuple[str, ...] = ()
    """Addresses or user ids; empty: all."""
    metadata_only: bool = False
    banner: bool = False
    scope_group: str = ""
    api_url: str = ""
    """In place of the cloud's own, for a simulator or a proxy."""
    login_url: str = ""
    mailbox_limit: Limit = MAILBOX_LIMIT

    @property
    def base(self) -> str:
        """Address of the API's version 1.0, without a slash at its end."""
        return f"{(self.api_url or CLOUDS[self.cloud].graph).rstrip('/')}/v1.0"

    def grant(self, app: GraphApp) -> EntraGrant:
        """What a token of this registration is asked for with."""
        cloud = CLOUDS[self.cloud]
        return EntraGrant(
            client_id=app.client_id,
            tenant=self.tenant_id,
            login_url=(self.login_url or cloud.login).rstrip("/"),
            scope=f"{cloud.graph}/.default",
            certificate=app.certificate,
            secret=app.secret,
        )
