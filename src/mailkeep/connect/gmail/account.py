"""What a Google Workspace tenant is connected with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailkeep.connect.assertions import ServiceAccountKey
from mailkeep.connect.gmail.quota import QUOTAS
from mailkeep.connect.gmail.wire import MODIFY, READ, READ_METADATA
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import Refused
from mailkeep.kit.trouble import OperatorError

GMAIL = "https://gmail.googleapis.com"
ADMIN = "https://admin.googleapis.com"
PUBSUB = "https://pubsub.googleapis.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class GmailAccount:
    """A tenant: who asks, for whom, and where."""

    keys: Mapping[Tier, ServiceAccountKey] = field(repr=False)
    """Each tier's own service account."""
    admin: str = ""
    """Whose view of the directory is used; empty: no directory is read and `mailboxes` are all there are."""
    mailboxes: tuple[str, ...] = ()
    """Addresses or aliases; empty: every user who has a mailbox."""
    metadata_only: bool = False
    """True: headers and labels are read, no content."""
    pull_subscription: str = ""
    """projects/P/subscriptions/S: where notices are pulled from; empty: none are."""
    quota: str = "2026"
    """Which table of `quota.QUOTAS` holds for the Cloud project."""
    api_url: str = ""
    """In place of Google's own hosts, for a simulator or a proxy."""
    login_url: str = ""
    """The same for the token endpoint, without its path /token."""

    def __post_init__(self) -> None:
        """Raises: OperatorError."""
        if self.quota not in QUOTAS:
            raise OperatorError(f"quota {self.quota!r}: there is no such table. Write one of: {', '.join(QUOTAS)}.")

    def key(self, tier: Tier) -> ServiceAccountKey:
        """The tier's service account. Raises: Refused when there is none."""
        if tier not in self.keys:
            raise Refused(
                f"no service account is set for the tier {tier}: set key_file under apps.{tier}, as `mailkeep connect google`"
                " tells, or leave undone what needs it."
            )
        return self.keys[tier]

    def mail_scope(self, tier: Tier) -> str:
        """What a tier asks for to work on mail: no more than it needs."""
        if tier is Tier.OBSERVE:
            return READ_METADATA if self.metadata_only else READ
        return MODIFY

    @property
    def token_url(self) -> str:
        """Where tokens are had in place of the key file's own address; empty: there."""
        return f"{self.login_url.rstrip('/')}/token" if self.login_url else ""

    def base(self, host: str) -> str:
        """Where the API of this host is."""
        return self.api_url.rstrip("/") or host
