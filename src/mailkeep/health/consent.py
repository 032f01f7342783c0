"""The exact steps by which an administrator grants one tier, as text to follow by hand or to paste."""

from collections.abc import Sequence

from mailkeep.connect.grants import Tier
from mailkeep.health.needs import Need, Wish, needs

REACH = {
    Tier.OBSERVE: "reads mail, people and settings; changes nothing",
    Tier.FLAG: "marks mail where it lies",
    Tier.REMEDIATE: "moves mail out of sight and back",
    Tier.CONTAIN: "ends sessions, disables accounts, removes rules",
}
"""Tier → what it is able to do, and nothing more."""

_GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph itself, the same in every tenant."""


def consent(provider: str, tier: Tier, wish: Wish, *, name: str, certificate: str = "") -> str:
    """The steps for one tier of "m365" or "google".

    Takes: the tenant's name in Mailkeep; the path of the public certificate to upload (Microsoft 365).
    """
    wanted = needs(provider, tier, wish)
    head = [f"{_TITLES[provider]}, tier {tier.value}: {REACH[tier]}.", *_least(wanted)]
    if provider == "google":
        return "\n".join([*head, *_google_steps(tier, wanted, name)])
    tenant_wide = [need for need in wanted if not (need.scoped and wish.scope_group)]
    steps = [*_portal_steps(tier, tenant_wide, certificate), *_powershell(tier, tenant_wide, certificate)]
    scoped = [need for need in wanted if need.scoped]
    return "\n".join([*head, *steps, *(_exchange(tier, scoped, wish.scope_group) if scoped else [])])


_TITLES = {"m365": "Microsoft 365", "google": "Google Workspace"}


def _least(wanted: Sequence[Need]) -> list[str]:
    width = max(len(need.permission) for need in wanted)
    rows = {need: f"  {need.permission:<{width}}  {need.gives}" for need in wanted}
    lines = ["", "Least permissions:", *(row for need, row in rows.items() if need.required)]
    spare = [row for need, row in rows.items() if not need.required]
    return [*lines, "", "As well, unless you can do without what they give:", *spare] if spare else lines


def _portal_steps(tier: Tier, wanted: list[Need], certificate: str) -> list[str]:
    names = [need.permission for need in wanted] or ["none: Exchange grants what this tier needs, see below"]
    return [
        "",
        "By hand, as an administrator who may consent for the company (entra.microsoft.com):",
        f'  1. Applications, App registrations, New registration. Name "Mailkeep {tier.value}", this directory only,',
        "     no redirect address. Register.",
        f"  2. Certificates & secrets, Certificates, Upload certificate: {certificate or 'the public .cer file'}",
        "  3. API permissions: remove the User.Read that is there. Add a permission, Microsoft Graph, Application",
        "     permissions:",
        *(f"       {name}" for name in names),
        "  4. Grant admin consent. Every line must turn green.",
        "  5. Overview: copy the Application (client) ID. Come back with --client-id, as said below.",
    ]


def _powershell(tier: Tier, wanted: list[Need], certificate: str) -> list[str]:
    roles = [f"    '{need.permission}'" for need in wanted]
    lines = [
        "",
        "The same as PowerShell (module Microsoft.Graph):",
        "  Connect-MgGraph -Scopes Application.ReadWrite.All,AppRoleAssignment.ReadWrite.All",
        f"  $cer = [IO.File]::ReadAllBytes('{certificate or 'mailkeep.cer'}')",
        "  $key = @{ Type = 'AsymmetricX509Cert'; Usage = 'Verify'; Key = $cer }",
        f"  $app = New-MgApplication -DisplayName 'Mailkeep {tier.value}' -SignInAudience AzureADMyOrg -KeyCredentials $key",
        "  $sp  = New-MgServicePrincipal -AppId $app.AppId",
    ]
    if wanted:
        lines += [
            f"  $graph = Get-MgServicePrincipal -Filter \"appId eq '{_GRAPH_APP_ID}'\"",
            "  $roles =",
            *(f"{role}," for role in roles[:-1]),
            roles[-1],
            "  foreach ($role in $roles) {",
            "    $id = ($graph.AppRoles | Where-Object Value -eq $role).Id",
            "    New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id -PrincipalId $sp.Id `",
            "      -ResourceId $graph.Id -AppRoleId $id }",
        ]
    return [*lines, "  $app.AppId   # the client id"]


def _exchange(tier: Tier, scoped: list[Need], group: str) -> list[str]:
    who = group or "NAME OF THE GROUP"
    void = ", ".join(need.permission for need in scoped)
    grants = [
        f"  New-ManagementRoleAssignment -App APP_ID -Role 'Application {need.permission.removesuffix('.All')}' "
        f"-CustomResourceScope 'Mailkeep {tier.value}'"
        for need in scoped
    ]
    when = (
        "As set, its mailbox permissions are" if group else "Instead of the whole company, mailbox permissions can be"
    )
    return [
        "",
        f"{when} limited to a group",
        "(RBAC for Applications, module ExchangeOnlineManagement):",
        "  Connect-ExchangeOnline",
        "  # APP_ID: the client id. OBJECT_ID: of the app under Enterprise applications, not under App registrations",
        "  New-ServicePrincipal -AppId APP_ID -ObjectId OBJECT_ID",
        f"  $group = (Get-Group '{who}').DistinguishedName",
        f"  New-ManagementScope -Name 'Mailkeep {tier.value}' -RecipientRestrictionFilter \"MemberOfGroup -eq '$group'\"",
        *grants,
        "  Test-ServicePrincipalAuthorization -Identity APP_ID -Resource a.mailbox@your.domain   # InScope must be right",
        f"  Entra's and Exchange's grants add up: {void} must then NOT be granted in Entra,",
        "  or every mailbox is open all the same. `mailkeep doctor` looks.",
    ]


def _google_steps(tier: Tier, wanted: tuple[Need, ...], name: str) -> list[str]:
    scopes = ",".join(need.permission for need in wanted)
    steps = [
        "",
        "By hand, as a super administrator (once; the super administrator is not needed afterwards):",
        "  1. console.cloud.google.com: make a project of its own. APIs & Services, Library: enable Gmail API,",
        "     Admin SDK API and Cloud Pub/Sub API.",
        f'  2. IAM & Admin, Service Accounts, Create: "mailkeep-{tier.value}", no roles. Keys, Add key, JSON: keep the file',
        "     readable by Mailkeep's user alone.",
        "  3. Copy the account's Unique ID (a number): it is the client id of the next step.",
        "  4. admin.google.com, Security, Access and data control, API controls, Manage domain-wide delegation, Add new:",
        "     client id of step 3, and as scopes this line:",
        f"{scopes}",
        "     It takes some minutes, at times a day.",
    ]
    if tier is Tier.OBSERVE:
        steps += [
            "  5. Account, Admin roles: a custom role with Users, Read alone, given to an account whose address you name",
            "     with --admin. It should not be a super administrator.",
            "  6. For news at once (else mail is found by looking): Pub/Sub, Topics, Create; grant",
            "     gmail-api-push@system.gserviceaccount.com the role Pub/Sub Publisher on it. Create a subscription of the",
            "     delivery type Pull, and grant the service account of step 2 Pub/Sub Subscriber on it. Name both in",
            f"     [tenants.{name}] of mailkeep.toml: topic, pull_subscription.",
        ]
    return steps
