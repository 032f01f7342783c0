"""Which application permission opens which route.

One table; each row names every permission that suffices alone, the least first, as Microsoft's permission reference has it.
A permission that includes another (Mail.ReadWrite includes Mail.Read) opens what the lesser one opens.
"""

from functools import lru_cache

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.office import Person
from mailkeep.simulator.graph.routes import GraphError, Route

_LIST = ("Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite")
_READ = ("Mail.Read",)
_WRITE = ("Mail.ReadWrite",)
_USERS = ("User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
_PEOPLE = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
_DOMAINS = ("Domain.Read.All", "Directory.Read.All")
_CONSENTS = ("Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All")
_APPS = ("Application.Read.All", "Directory.Read.All")
_FOLDERS = "/users/{user}/mailFolders"
_RULES = f"{_FOLDERS}/{{folder}}/messageRules"
_MESSAGES = "/users/{user}/messages"

NEEDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/users"): _USERS,
    ("GET", "/users/{user}"): _USERS,
    ("GET", _FOLDERS): _LIST,
    ("POST", _FOLDERS): _WRITE,
    ("GET", f"{_FOLDERS}/delta"): _LIST,
    ("GET", f"{_FOLDERS}/{{folder}}"): _LIST,
    ("PATCH", f"{_FOLDERS}/{{folder}}"): _WRITE,
    ("DELETE", f"{_FOLDERS}/{{folder}}"): _WRITE,
    ("POST", f"{_FOLDERS}/{{folder}}/move"): _WRITE,
    ("GET", f"{_FOLDERS}/{{folder}}/childFolders"): _LIST,
    ("POST", f"{_FOLDERS}/{{folder}}/childFolders"): _WRITE,
    ("GET", f"{_FOLDERS}/{{folder}}/messages"): _LIST,
    ("GET", f"{_FOLDERS}/{{folder}}/messages/delta"): _LIST,
    ("GET", f"{_FOLDERS}/{{folder}}/messages/{{message}}"): ("Mail.ReadBasic.All", "Mail.Read"),
    ("GET", _MESSAGES): _LIST,
    ("GET", f"{_MESSAGES}/{{message}}"): ("Mail.ReadBasic.All", "Mail.Read"),
    ("GET", f"{_MESSAGES}/{{message}}/$value"): _READ,
    ("GET", f"{_MESSAGES}/{{message}}/attachments"): _READ,
    ("PATCH", f"{_MESSAGES}/{{message}}"): _WRITE,
    ("DELETE", f"{_MESSAGES}/{{message}}"): _WRITE,
    ("POST", f"{_MESSAGES}/{{message}}/move"): _WRITE,
    ("POST", f"{_MESSAGES}/{{message}}/copy"): _WRITE,
    ("POST", f"{_MESSAGES}/{{message}}/permanentDelete"): _WRITE,
    ("POST", "/users/{user}/sendMail"): ("Mail.Send",),
    ("POST", "/users/{user}/translateExchangeIds"): ("User.Read.All", "User.ReadWrite.All"),
    ("GET", "/users/{user}/mailboxSettings"): ("MailboxSettings.Read", "MailboxSettings.ReadWrite"),
    ("GET", "/users/{user}/mailboxSettings/userPurpose"): ("MailboxSettings.Read", "MailboxSettings.ReadWrite"),
    ("GET", "/users/{user}/outlook/masterCategories"): ("MailboxSettings.Read",),
    ("POST", "/users/{user}/outlook/masterCategories"): ("MailboxSettings.ReadWrite",),
    ("DELETE", "/users/{user}/outlook/masterCategories/{category}"): ("MailboxSettings.ReadWrite",),
    ("GET", _RULES): ("MailboxSettings.Read",),
    ("POST", _RULES): ("MailboxSettings.ReadWrite",),
    ("GET", f"{_RULES}/{{rule}}"): ("MailboxSettings.Read",),
    ("PATCH", f"{_RULES}/{{rule}}"): ("MailboxSettings.ReadWrite",),
    ("DELETE", f"{_RULES}/{{rule}}"): ("MailboxSettings.ReadWrite",),
    ("GET", "/users/delta"): _PEOPLE,
    ("PATCH", "/users/{user}"): ("User.EnableDisableAccount.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    ("GET", "/users/{user}/manager"): _PEOPLE,
    ("GET", "/users/{user}/directReports"): _PEOPLE,
    ("POST", "/users/{user}/revokeSignInSessions"): (
        "User.RevokeSessions.All",
        "User.ReadWrite.All",
        "Directory.ReadWrite.All",
    ),
    ("GET", "/domains"): _DOMAINS,
    ("GET", "/domains/{domain}"): _DOMAINS,
    ("GET", "/organization"): ("Organization.Read.All", "User.Read.All", "Directory.Read.All"),
    ("GET", "/auditLogs/signIns"): ("AuditLog.Read.All",),
    ("GET", "/auditLogs/signIns/{record}"): ("AuditLog.Read.All",),
    ("GET", "/auditLogs/directoryAudits"): ("AuditLog.Read.All", "Directory.Read.All"),
    ("GET", "/auditLogs/directoryAudits/{record}"): ("AuditLog.Read.All", "Directory.Read.All"),
    ("GET", "/identityProtection/riskDetections"): ("IdentityRiskEvent.Read.All",),
    ("GET", "/identityProtection/riskDetections/{record}"): ("IdentityRiskEvent.Read.All",),
    ("GET", "/identityProtection/riskyUsers"): ("IdentityRiskyUser.Read.All",),
    ("GET", "/identityProtection/riskyUsers/{person}"): ("IdentityRiskyUser.Read.All",),
    ("POST", "/identityProtection/riskyUsers/confirmCompromised"): ("IdentityRiskyUser.ReadWrite.All",),
    ("POST", "/identityProtection/riskyUsers/dismiss"): ("IdentityRiskyUser.ReadWrite.All",),
    ("GET", "/oauth2PermissionGrants"): _CONSENTS,
    ("GET", "/oauth2PermissionGrants/{grant}"): _CONSENTS,
    ("GET", "/users/{user}/oauth2PermissionGrants"): _CONSENTS,
    ("DELETE", "/oauth2PermissionGrants/{grant}"): (
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.ReadWrite.All",
    ),
    ("GET", "/servicePrincipals"): _APPS,
    ("GET", "/servicePrincipals/{principal}"): _APPS,
    ("GET", "/servicePrincipals/{principal}/appRoleAssignments"): _APPS,
    ("GET", "/applications"): _APPS,
    ("GET", "/applications/{application}"): _APPS,
    ("POST", "/$batch"): (),
    ("GET", "/subscriptions"): (),
    ("POST", "/subscriptions"): (),
    ("GET", "/subscriptions/{subscription}"): (),
    ("PATCH", "/subscriptions/{subscription}"): (),
    ("DELETE", "/subscriptions/{subscription}"): (),
    ("POST", "/subscriptions/{subscription}/reauthorize"): (),
}
"""Empty: any token will do. Each request of a batch is checked for itself, and a subscription by what it is about."""
INCLUDES = {
    "Mail.ReadBasic": ("Mail.ReadBasic.All",),
    "Mail.Read": ("Mail.ReadBasic.All",),
    "Mail.ReadWrite": ("Mail.Read",),
    "Mail-Advanced.ReadWrite.All": ("Mail.ReadWrite",),
    "MailboxSettings.ReadWrite": ("MailboxSettings.Read",),
    "IdentityRiskyUser.ReadWrite.All": ("IdentityRiskyUser.Read.All",),
    "Application.ReadWrite.All": ("Application.Read.All",),
    "User.Read.All": ("User.ReadBasic.All",),
    "User.ReadWrite.All": ("User.Read.All",),
    "Directory.Read.All": ("User.Read.All",),
    "Directory.ReadWrite.All": ("Directory.Read.All",),
}
"""Permission → lesser ones that it includes."""
EDITS_MAIL = "Mail-Advanced.ReadWrite.All"
"""What editing subject, body or recipients of received mail asks for."""


@lru_cache(maxsize=1024)
def reach(permissions: frozenset[str]) -> frozenset[str]:
    """These permissions with all that they include."""
    found: set[str] = set()
    left = list(permissions)
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += INCLUDES.get(each, ())
    return frozenset(found)


def held(app: App, person: Person | None) -> frozenset[str]:
    """What the app may do, there: consented tenant-wide, or assigned by Exchange for that mailbox.

    Both add up, so an assignment limits nothing while the same permission is consented to.
    """
    assigned = {each.permission for each in app.assignments if person is not None and person.id in each.people}
    return reach(frozenset(app.permissions | assigned))


def admit(route: Route, app: App, person: Person | None) -> frozenset[str]:
    """What the app holds there. Raises: GraphError 403 that names what is missing."""
    have = held(app, person if route.in_mailbox else None)
    need = NEEDS[route.method, route.pattern]
    if not need or not have.isdisjoint(need):
        return have
    wanted = " or ".join(need)
    if route.in_mailbox:
        whose = f" on the mailbox {person.address}" if app.assignments and person is not None else ""
        says = f"Access is denied. Check credentials and try again. Missing application permission{whose}: {wanted}."
        raise GraphError(403, "ErrorAccessDenied", says)
    raise GraphError(
        403,
        "Authorization_RequestDenied",
        f"Insufficient privileges to complete the operation. Missing application permission: {wanted}.",
    )
