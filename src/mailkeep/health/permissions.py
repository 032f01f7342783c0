"""Whether a tenant granted what its tiers need, and no more: missing, too much, refused, void scopes, ending secrets."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mailkeep.connect.grants import Expiry, Granted, Tier
from mailkeep.health.check import Check, Standing
from mailkeep.health.needs import REFUSED, STRONGER, USELESS, Need, Wish, needs

EDITING_ENDS = datetime(2026, 12, 31, tzinfo=UTC)
"""From then on Graph lets only Mail-Advanced.* change the text of received mail. Source: Microsoft 365 developer blog."""
WARN_DAYS = (30, 14, 7, 1)
"""Days before the end of a secret at which a person is told again."""
_BANNER = "Mail-Advanced.ReadWrite.All"
_MAIL_OF_ENTRA = ("Mail.", "MailboxSettings.")
_LOST = {
    Tier.OBSERVE: "nothing is read",
    Tier.FLAG: "nothing is marked; the policy's flags stay owed",
    Tier.REMEDIATE: "nothing is moved; quarantine and delete stay owed",
    Tier.CONTAIN: "no account is contained",
}


def permission_checks(
    tenant: str, provider: str, granted: Sequence[Granted], wish: Wish, now: datetime
) -> Iterator[Check]:
    """Everything to say about what was granted; one check that all is well where there is nothing.

    Takes: provider "m365" or "google"; the registrations as the provider has them now.
    """
    found = [check for each in granted for check in _of(tenant, provider, each, wish, now)]
    found += _absent(tenant, granted)
    found += _shared(tenant, granted)
    if all(check.standing is Standing.FINE for check in found):
        tiers = ", ".join(sorted(each.tier.value for each in granted))
        yield Check(name=f"permissions {tenant}", standing=Standing.FINE, says=f"{tiers}: as needed and no more")
    yield from found


def _of(tenant: str, provider: str, granted: Granted, wish: Wish, now: datetime) -> Iterator[Check]:
    name = f"permissions {tenant} {granted.tier.value}"
    wanted = needs(provider, granted.tier, wish)
    yield from _missing(name, granted, wish, wanted, now)
    yield from _too_much(name, granted, wanted)
    yield from _roles(name, granted)
    yield from _void_scope(name, granted, wish)
    yield from _editing(name, provider, granted, wish, now)
    yield from _endings(f"secrets {tenant} {granted.tier.value}", granted.expiries, now)
    if granted.tier is Tier.OBSERVE and wish.metadata_only:
        yield Check(name=name, standing=Standing.FINE, says=_METADATA_LOSS)


_METADATA_LOSS = (
    "metadata only, as set: senders, recipients, moments and headers are judged; words, links, attachments and "
    "their detectors are silent"
)


def _missing(name: str, granted: Granted, wish: Wish, wanted: Sequence[Need], now: datetime) -> Iterator[Check]:
    for need in wanted:
        if _holds(granted, need.permission) or (need.scoped and wish.scope_group):
            continue
        if need.permission == _BANNER and now < EDITING_ENDS:
            continue  # Mail.ReadWrite still does; `_editing` tells of the day
        says = f"{need.permission} is not granted to {granted.app}: lost is {need.gives}"
        standing = Standing.FAIL if need.required else Standing.WARN
        yield Check(name=name, standing=standing, says=says, remedy=_consent(need.permission))


def _consent(permission: str) -> str:
    if permission.startswith("https://"):
        return (
            f"Add {permission} to the service account's domain-wide delegation (Admin console, Security, API controls)."
        )
    return f"Add the application permission {permission} and grant admin consent (Entra, App registrations)."


def _holds(granted: Granted, permission: str) -> bool:
    return not granted.permissions.isdisjoint({permission, *STRONGER.get(permission, ())})


def _too_much(name: str, granted: Granted, wanted: Sequence[Need]) -> Iterator[Check]:
    least = {need.permission for need in wanted}
    for permission in sorted(granted.permissions - least):
        if permission in REFUSED:
            says = f"{permission} is granted to {granted.app}: {REFUSED[permission]}"
            yield Check(name=name, standing=Standing.FAIL, says=says, remedy="Remove it and its admin consent now.")
            continue
        weaker = next((need.permission for need in wanted if permission in STRONGER.get(need.permission, ())), "")
        why = f"{weaker} is enough for this tier" if weaker else USELESS.get(permission, "Mailkeep has no use for it")
        says = f"{permission} is granted to {granted.app}, which is too much: {why}"
        yield Check(name=name, standing=Standing.WARN, says=says, remedy=f"Remove {permission} and its admin consent.")


def _roles(name: str, granted: Granted) -> Iterator[Check]:
    for role in sorted(granted.roles):
        says = f"{granted.app} holds the directory role {role}, which no tier needs"
        yield Check(name=name, standing=Standing.FAIL, says=says, remedy="Remove the role assignment now.")


def _void_scope(name: str, granted: Granted, wish: Wish) -> Iterator[Check]:
    """Entra's grants and Exchange's add up: one tenant-wide grant opens every mailbox that the scope meant to spare."""
    if not wish.scope_group:
        return
    wide = sorted(permission for permission in granted.permissions if permission.startswith(_MAIL_OF_ENTRA))
    if wide:
        says = (
            f"the scope {wish.scope_group} of {granted.app} is void: Entra grants it {', '.join(wide)} on every mailbox, "
            "and that adds to what Exchange grants"
        )
        remedy = f"Remove {', '.join(wide)} from the app registration; the Exchange role assignment is enough."
        yield Check(name=name, standing=Standing.FAIL, says=says, remedy=remedy)
    else:
        says = f"mailbox permissions of {granted.app} come from Exchange, limited to {wish.scope_group}"
        yield Check(name=name, standing=Standing.FINE, says=says)


def _editing(name: str, provider: str, granted: Granted, wish: Wish, now: datetime) -> Iterator[Check]:
    """Until the day, Mail.ReadWrite is enough for the banner, and it stops working overnight."""
    asked = provider == "m365" and wish.banner and granted.tier is Tier.FLAG
    if asked and now < EDITING_ENDS and not _holds(granted, _BANNER):
        says = f"banners stop on {EDITING_ENDS:%d %B %Y}: from then on editing received mail needs {_BANNER}"
        yield Check(name=name, standing=Standing.WARN, says=says, remedy=_consent(_BANNER))


def _endings(name: str, expiries: Sequence[Expiry], now: datetime) -> Iterator[Check]:
    for each in expiries:
        days = (each.at - now).total_seconds() / 86_400
        if days > WARN_DAYS[0]:
            continue
        remedy = (
            f"Make a new {each.what}, add it to the registration, name its file in mailkeep.toml, then remove the old."
        )
        if days <= 0:
            says = f"the {each.what} {each.name} ended on {each.at:%Y-%m-%d}: nothing of this tier works"
            yield Check(name=name, standing=Standing.FAIL, says=says, remedy=remedy)
            continue
        within = min(limit for limit in WARN_DAYS if days <= limit)
        says = f"the {each.what} {each.name} ends on {each.at:%Y-%m-%d}, within {within} day{'s' * (within > 1)}"
        yield Check(name=name, standing=Standing.FAIL if within == 1 else Standing.WARN, says=says, remedy=remedy)


def _absent(tenant: str, granted: Sequence[Granted]) -> Iterator[Check]:
    present = {each.tier for each in granted}
    for tier in Tier:
        if tier in present:
            continue
        standing = Standing.FAIL if tier is Tier.OBSERVE else Standing.FINE
        says = f"no registration for this tier: {_LOST[tier]}"
        remedy = "`mailkeep connect` prints the steps." if tier is Tier.OBSERVE else ""
        yield Check(name=f"permissions {tenant} {tier.value}", standing=standing, says=says, remedy=remedy)


def _shared(tenant: str, granted: Sequence[Granted]) -> Iterator[Check]:
    tiers: dict[str, list[str]] = defaultdict(list)
    for each in granted:
        tiers[each.app].append(each.tier.value)
    for app, shared in tiers.items():
        if len(shared) > 1:
            says = f"{app} serves {' and '.join(sorted(shared))}: one stolen key reaches all of them"
            remedy = "Register an app for each tier, each with its own certificate."
            yield Check(name=f"permissions {tenant}", standing=Standing.WARN, says=says, remedy=remedy)
