"""What each tier needs of each provider, what it must never have, and what is lost without it.

Source: the permission pages of Microsoft Graph and the scopes that Google's discovery documents state for each method.
"""

from collections.abc import Mapping

import msgspec

from mailkeep.connect.grants import Tier


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """One permission that a tier uses."""

    permission: str
    gives: str
    """What works with it and is lost without it."""
    required: bool = True
    """False: the tier works without it, and something named in `gives` is lost."""
    scoped: bool = False
    """True when Exchange can grant it for a group of mailboxes alone (RBAC for Applications)."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator set that changes the needs."""

    metadata_only: bool = False
    banner: bool = False
    canary: bool = False
    scope_group: str = ""
    """Group that the mailbox permissions are limited to; empty: the whole tenant."""


_READ = Need(permission="Mail.Read", gives="reading mail", scoped=True)
_READ_BASIC = Need(permission="Mail.ReadBasic.All", gives="reading who wrote to whom and when, no content", scoped=True)
_WRITE = Need(permission="Mail.ReadWrite", gives="moving mail out of sight and back", scoped=True)
_MARK = Need(permission="Mail.ReadWrite", gives="marking mail with a category and a flag", scoped=True)
_BANNER = Need(permission="Mail-Advanced.ReadWrite.All", gives="writing a warning into received mail", required=False)
_SEND = Need(permission="Mail.Send", gives="the canary mail that proves the loop", required=False, scoped=True)
_USERS = Need(permission="User.Read.All", gives="listing mailboxes, people and their managers")

_M365_OBSERVE = (
    _USERS,
    Need(permission="Domain.Read.All", gives="knowing every domain of yours from the first mail on", required=False),
    Need(
        permission="MailboxSettings.Read",
        gives="seeing inbox rules that hide or forward mail",
        required=False,
        scoped=True,
    ),
    Need(permission="AuditLog.Read.All", gives="sign-ins and changes to accounts", required=False),
    Need(permission="IdentityRiskEvent.Read.All", gives="the provider's own risk detections", required=False),
    Need(permission="Directory.Read.All", gives="seeing which apps people have let into their mail", required=False),
)
_M365_CONTAIN = (
    _USERS,
    Need(permission="User.RevokeSessions.All", gives="ending the sessions of a taken account"),
    Need(permission="User.EnableDisableAccount.All", gives="disabling a taken account"),
    Need(permission="MailboxSettings.ReadWrite", gives="removing a rule that hides or forwards mail", scoped=True),
    Need(
        permission="DelegatedPermissionGrant.ReadWrite.All",
        gives="removing a malicious app from an account",
        required=False,
    ),
)

_GMAIL = "https://www.googleapis.com/auth/gmail."
_ADMIN = "https://www.googleapis.com/auth/admin."
_GOOGLE_OBSERVE = (
    Need(permission=_ADMIN + "directory.user.readonly", gives="listing mailboxes, people and their managers"),
    Need(permission=_ADMIN + "directory.domain.readonly", gives="knowing every domain of yours", required=False),
    Need(permission=_ADMIN + "reports.audit.readonly", gives="log-ins and changes to accounts", required=False),
)
_GOOGLE_CONTAIN = (
    Need(permission=_ADMIN + "directory.user.security", gives="ending sessions and removing apps"),
    Need(permission=_ADMIN + "directory.user", gives="suspending a taken account"),
    Need(permission=_GMAIL + "settings.basic", gives="removing a filter that hides or forwards mail"),
    Need(permission=_GMAIL + "settings.sharing", gives="switching off forwarding", required=False),
)
_GOOGLE_MODIFY = Need(permission=_GMAIL + "modify", gives="moving and marking mail")


def needs(provider: str, tier: Tier, wish: Wish) -> tuple[Need, ...]:
    """The least that a tier of this provider ("m365", "google") needs."""
    if provider == "google":
        return _google(tier, wish)
    if tier is Tier.OBSERVE:
        read = _READ_BASIC if wish.metadata_only else _READ
        return (read, *_M365_OBSERVE, *((_SEND,) if wish.canary else ()))
    if tier is Tier.FLAG:
        return (_MARK, *((_BANNER,) if wish.banner else ()))
    return (_WRITE,) if tier is Tier.REMEDIATE else _M365_CONTAIN


def _google(tier: Tier, wish: Wish) -> tuple[Need, ...]:
    if tier is Tier.OBSERVE:
        read = Need(permission=_GMAIL + "readonly", gives="reading mail")
        basic = Need(permission=_GMAIL + "metadata", gives="reading headers and labels, no content")
        send = Need(permission=_GMAIL + "send", gives="the canary mail that proves the loop", required=False)
        return (basic if wish.metadata_only else read, *_GOOGLE_OBSERVE, *((send,) if wish.canary else ()))
    return _GOOGLE_CONTAIN if tier is Tier.CONTAIN else (_GOOGLE_MODIFY,)


STRONGER: Mapping[str, frozenset[str]] = {
    "Mail.ReadBasic.All": frozenset({"Mail.Read", "Mail.ReadWrite"}),
    "Mail.Read": frozenset({"Mail.ReadWrite"}),
    "MailboxSettings.Read": frozenset({"MailboxSettings.ReadWrite"}),
    "User.Read.All": frozenset({"User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}),
    "Domain.Read.All": frozenset({"Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}),
    "Directory.Read.All": frozenset({"Directory.ReadWrite.All"}),
    "IdentityRiskEvent.Read.All": frozenset({"IdentityRiskEvent.ReadWrite.All"}),
    "User.RevokeSessions.All": frozenset({"User.ReadWrite.All", "Directory.ReadWrite.All"}),
    "User.EnableDisableAccount.All": frozenset({"User.ReadWrite.All", "Directory.ReadWrite.All"}),
    "DelegatedPermissionGrant.ReadWrite.All": frozenset({"Directory.ReadWrite.All"}),
    _GMAIL + "metadata": frozenset({_GMAIL + "readonly", _GMAIL + "modify", "https://mail.google.com/"}),
    _GMAIL + "readonly": frozenset({_GMAIL + "modify", "https://mail.google.com/"}),
    _GMAIL + "modify": frozenset({"https://mail.google.com/"}),
    _GMAIL + "send": frozenset({_GMAIL + "modify", "https://mail.google.com/"}),
    _ADMIN + "directory.user.readonly": frozenset({_ADMIN + "directory.user"}),
    _ADMIN + "directory.domain.readonly": frozenset({_ADMIN + "directory.domain"}),
}
"""Permission → those that include it."""

REFUSED: Mapping[str, str] = {
    "Directory.ReadWrite.All": "it can rewrite the directory, groups and roles included",
    "RoleManagement.ReadWrite.Directory": "it can make itself Global Administrator",
    "AppRoleAssignment.ReadWrite.All": "it can grant itself every other permission",
    "Application.ReadWrite.All": "it can add a secret of its own to any app of the tenant",
    "Application.ReadWrite.OwnedBy": "it can add credentials to apps",
    "User.ReadWrite.All": "it can rewrite every account",
    "Policy.ReadWrite.ConditionalAccess": "it can switch off the rules that guard log-ins",
    "UserAuthenticationMethod.ReadWrite.All": "it can add a second factor of its own to every account",
    "full_access_as_app": "it opens every mailbox wholly by Exchange Web Services, past every scope",
    "Exchange.ManageAsApp": "with a role it administers Exchange",
    "https://www.googleapis.com/auth/admin.directory.rolemanagement": "it can make itself super administrator",
    "https://www.googleapis.com/auth/cloud-platform": "it administers the whole Cloud project",
}
"""Permission → why it must not be held, whatever the tier: one leaked key would be the whole tenant."""

USELESS: Mapping[str, str] = {
    "Mail.Send": "it can write mail as anybody; only the canary uses it",
    "https://mail.google.com/": "it can delete mail for good, which Mailkeep never does",
    _GMAIL + "send": "it can write mail as anybody; only the canary uses it",
    "Mail-Advanced.ReadWrite.All": "it can rewrite received mail; only the banner uses it",
    "Files.Read.All": "it reads every file of the company",
    "Sites.Read.All": "it reads every file of the company",
    "MailboxItem.ImportExport.All": "it can carry whole mailboxes away",
}
"""Permission → why it is too much where no need names it."""
