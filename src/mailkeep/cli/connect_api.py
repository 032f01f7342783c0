"""`mailkeep connect m365|google NAME`: consent steps first, then the registration of one tier, checked and kept."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailkeep.cli.frame import say, tell
from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.health.check import Check
    from mailkeep.health.needs import Wish
    from mailkeep.settings import AppSettings, TenantSettings
    from mailkeep.wiring import Clock


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator said of one tier's registration."""

    kind: str
    """m365 or google."""
    name: str
    tier: Tier
    client_id: str = ""
    certificate_file: Path | None = None
    secret_file: Path | None = None
    key_file: Path | None = None
    tenant: "TenantSettings"
    """The tenant as asked for; of one that is connected already only its new tier is taken."""

    @property
    def is_whole(self) -> bool:
        """True when nothing is left to be done at the provider."""
        return bool(self.client_id if self.kind == "m365" else self.key_file)


def connect_api(home: Path, asked: Registration) -> bool:
    """Prints the consent steps, or keeps the registration once the provider accepted it.

    Gives: True when it is kept; False when a person must act first. Raises: OperatorError, ProviderTrouble.
    """
    from mailkeep.settings import read_settings

    tenants = read_settings(home).tenants
    known = tenants.get(asked.name)
    if known is not None and known.kind != asked.kind:
        raise OperatorError(f"{asked.name}: is connected as {known.kind} already. Choose another name.")
    if known is not None and asked.tier in known.apps:
        raise OperatorError(f"tenants.{asked.name}.apps.{asked.tier.value}: is there already. Edit that table instead.")
    if known is None and asked.tier is not Tier.OBSERVE:
        raise OperatorError(f"{asked.name}: begin with --tier observe; the other tiers stand on what it reads.")
    tenant = known or asked.tenant
    if not asked.is_whole:
        explain(home, asked, tenant)
        return False
    app = registration(home, asked)
    whole = tenant.model_copy(update={"apps": {**tenant.apps, asked.tier: app}})
    checks, mailboxes = asyncio.run(look(asked.name, whole))
    failed = show(checks, asked.tier)
    if failed:
        say(f"{asked.name}: not kept. Mend what is marked FAIL at the provider, then run the same command again.")
        return False
    keep(home, asked, whole, app)
    say(f"{asked.name}: reached, {mailboxes} mailboxes; tier {asked.tier.value} is kept in {home / 'mailkeep.toml'}.")
    say(f"Next: mailkeep scan {asked.name}   (learns the past; touches nothing)")
    return True


def explain(home: Path, asked: Registration, tenant: "TenantSettings") -> None:
    """Prints what to do at the provider, and the command that comes after it."""
    from mailkeep.health.consent import consent

    public = str(made_certificate(home, asked).with_suffix(".cer")) if asked.kind == "m365" else ""
    tell(consent(asked.kind, asked.tier, wish_of(tenant), name=asked.name, certificate=public))
    then = f"mailkeep connect {asked.kind} {asked.name} --tier {asked.tier.value}"
    if asked.kind == "m365":
        also = f" --tenant-id {tenant.tenant_id or 'YOUR.DOMAIN'}" if asked.tier is Tier.OBSERVE else ""
        tell(f"\nThen: {then}{also} --client-id ID")
    else:
        also = f" --admin {tenant.admin or 'ADDRESS'}" if asked.tier is Tier.OBSERVE else ""
        tell(f"\nThen: {then}{also} --key-file FILE.json")


def made_certificate(home: Path, asked: Registration) -> Path:
    """The PEM file of this tier; made when there is none."""
    from mailkeep.connect.certificates import make_certificate
    from mailkeep.wiring import present

    pem = home / "secrets" / f"{asked.name}.{asked.tier.value}.pem"
    make_certificate(pem, f"Mailkeep {asked.name} {asked.tier.value}", present())
    return pem


def registration(home: Path, asked: Registration) -> "AppSettings":
    """The settings of this tier's registration, with the certificate that was made for it unless another was named."""
    from mailkeep.settings import AppSettings

    certificate = asked.certificate_file
    if asked.kind == "m365" and certificate is None and asked.secret_file is None:
        certificate = made_certificate(home, asked)
    return AppSettings(
        client_id=asked.client_id,
        certificate_file=certificate,
        secret_file=asked.secret_file,
        key_file=asked.key_file,
    )


def wish_of(tenant: "TenantSettings") -> "Wish":
    """What the operator set that changes the needs."""
    from mailkeep.wiring import wish_of as of_settings

    return of_settings(tenant)


async def look(name: str, tenant: "TenantSettings", clock: "Clock | None" = None) -> "tuple[list[Check], int]":
    """What is to be said of the grants, and how many mailboxes can be seen. Raises: ProviderTrouble."""
    from mailkeep.connect.grants import Granting
    from mailkeep.health.permissions import permission_checks
    from mailkeep.wiring import connector_of, present

    clock = clock or present
    connector = connector_of(name, tenant, clock)
    try:
        granted = await connector.granted() if isinstance(connector, Granting) else ()
        checks = list(permission_checks(name, tenant.kind, granted, wish_of(tenant), clock()))
        return checks, len(await connector.mailboxes())
    finally:
        await connector.close()


def show(checks: "list[Check]", tier: Tier) -> bool:
    """Prints what is to be said of this tier; True when something of it fails."""
    from mailkeep.health.check import Standing

    failed = False
    for check in checks:
        if check.standing is Standing.FINE or not check.name.endswith(tier.value):
            continue
        failed = failed or check.standing is Standing.FAIL
        mark = "FAIL" if check.standing is Standing.FAIL else "look"
        tell(f"{mark}  {check.says}\n      {check.remedy}")
    return failed


def keep(home: Path, asked: Registration, whole: "TenantSettings", app: "AppSettings") -> None:
    """Writes the tenant, or one more tier of it, into the home's configuration."""
    from mailkeep.cli.connect import table, write_tenant
    from mailkeep.settings import CONFIG_NAME, read_settings

    if asked.name not in read_settings(home).tenants:
        write_tenant(home, asked.name, whole)
        return
    lines = table(f"tenants.{asked.name}.apps.{asked.tier.value}", app.model_dump(mode="json", exclude_defaults=True))
    with (home / CONFIG_NAME).open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
