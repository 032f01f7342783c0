"""`mailkeep connect m365|google NAME`: consent steps first, then the registration of one tier, checked and kept."""

import asyncio
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailkeep.cli.frame import say, tell
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import ProviderTrouble
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.health.check import Check
    from mailkeep.settings import AppSettings, TenantSettings
    from mailkeep.wiring import Clock


OPTIONS = {
    "tenant_id": "--tenant-id",
    "cloud": "--cloud",
    "admin": "--admin",
    "mailboxes": "--mailbox",
    "own_domains": "--own-domain",
    "authserv": "--authserv",
    "trusted_hosts": "--trusted-host",
    "scope_group": "--scope-group",
    "metadata_only": "--metadata-only",
    "rich_notices": "--rich-notices",
    "api_url": "--api-url",
    "login_url": "--login-url",
}
"""Setting of a tenant → the option that sets it."""
ABOUT = ("permissions", "secrets")
"""What is looked at in a tier."""
NEXT = {
    Tier.OBSERVE: "Next: mailkeep scan {name}   (learns the past; touches nothing)",
    **dict.fromkeys((Tier.FLAG, Tier.REMEDIATE, Tier.CONTAIN), "Next: mailkeep doctor   (looks at every tier)"),
}


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator said of one tier's registration."""

    name: str
    tier: Tier
    client_id: str = ""
    certificate_file: Path | None = None
    secret_file: Path | None = None
    key_file: Path | None = None
    tenant: "TenantSettings"
    """The tenant as asked for; of one that is connected already only its new tier is taken."""

    @property
    def kind(self) -> str:
        """m365 or google."""
        return self.tenant.kind

    @property
    def is_whole(self) -> bool:
        """True when nothing is left to be done at the provider."""
        return bool(self.client_id if self.kind == "m365" else self.key_file)

    @property
    def makes_certificate(self) -> bool:
        """True when the operator brought no credential, and it is for us to make one."""
        return self.kind == "m365" and self.certificate_file is None and self.secret_file is None


def connect_api(home: Path, asked: Registration) -> bool:
    """Prints the consent steps, or keeps the registration once the provider accepted it.

    Gives: True when it is kept; False when a person must act first. Raises: OperatorError, ProviderTrouble.
    """
    from mailkeep.cli.configuring import reach
    from mailkeep.settings import read_settings

    tenants = read_settings(home).tenants
    known = tenants.get(asked.name)
    if known is not None and known.kind != asked.kind:
        raise OperatorError(f"{asked.name}: is connected as {known.kind} already. Choose another name.")
    if known is not None and asked.tier in known.apps:
        raise OperatorError(f"tenants.{asked.name}.apps.{asked.tier.value}: is there already. Edit that table instead.")
    if known is None and asked.tier is not Tier.OBSERVE:
        raise OperatorError(f"{asked.name}: begin with --tier observe; the other tiers stand on what it reads.")
    if known is not None:
        check_same(home, asked, known)
    tenant = known or asked.tenant
    if not asked.is_whole or not was_made(home, asked):
        explain(home, asked, tenant)
        return False
    check_named(asked, tenant)
    app = registration(home, asked)
    whole = tenant.model_copy(update={"apps": {**tenant.apps, asked.tier: app}})
    try:
        checks = asyncio.run(look(asked.name, whole))
    except ProviderTrouble:
        ours = f" The certificate that was used is in {app.certificate_file}." if app.certificate_file else ""
        say(f"{asked.name}: not kept, for it could not be checked at the provider.{ours}")
        raise
    if fails(checks, asked):
        say(f"{asked.name}: not kept. Mend what is marked FAIL at the provider, then run the same command again.")
        return False
    mailboxes = asyncio.run(reach(asked.name, whole))
    keep(home, asked, whole, app)
    say(f"{asked.name}: reached, {mailboxes} mailboxes; tier {asked.tier.value} is kept in {home / 'mailkeep.toml'}.")
    say(NEXT[asked.tier].format(name=asked.name))
    return True


def check_same(home: Path, asked: Registration, known: "TenantSettings") -> None:
    """Raises: OperatorError for an option that says otherwise of a tenant than its settings do."""
    new = asked.tenant.model_dump(exclude_defaults=True)
    others = [option for key, option in OPTIONS.items() if key in new and new[key] != getattr(known, key)]
    if others:
        raise OperatorError(
            f"{asked.name}: {', '.join(others)} is of the whole tenant, which is connected already. Leave it out, or edit "
            f"[tenants.{asked.name}] in {home / 'mailkeep.toml'} first."
        )


def check_named(asked: Registration, tenant: "TenantSettings") -> None:
    """Raises: OperatorError when it is not said which tenant is meant."""
    if asked.kind == "m365" and not tenant.tenant_id:
        raise OperatorError("connect m365: name the tenant: --tenant-id ID, its directory id or a domain of it.")
    if asked.kind == "google" and not (tenant.admin or tenant.mailboxes):
        raise OperatorError(
            "connect google: name an administrator whose view of the directory is used: --admin ADDRESS; or the mailboxes: "
            "--mailbox ADDRESS."
        )


def explain(home: Path, asked: Registration, tenant: "TenantSettings") -> None:
    """Prints what to do at the provider, and the command that comes after it."""
    from mailkeep.health.consent import consent
    from mailkeep.wiring import wish_of

    public = str(made_certificate(home, asked).with_suffix(".cer")) if asked.makes_certificate else ""
    tell(consent(asked.kind, asked.tier, wish_of(tenant), name=asked.name, certificate=public))
    tell(f"\nThen:\n  {command_after(home, asked)}")


def command_after(home: Path, asked: Registration) -> str:
    """The command to run once the steps are done: this one again, with what they gave."""
    from mailkeep.settings import home_dir

    words = ["mailkeep", "connect", asked.kind, asked.name, "--tier", asked.tier.value]
    words += [] if home == home_dir(None) else ["--home", str(home)]
    new = asked.tenant.model_dump(mode="json", exclude_defaults=True)
    for key, option in OPTIONS.items():
        value = new.get(key)
        if value is True:
            words.append(option)
        elif value is not None:
            words += [word for each in (value if isinstance(value, list) else [value]) for word in (option, str(each))]
    for option, file in (("--certificate-file", asked.certificate_file), ("--secret-file", asked.secret_file)):
        words += [option, str(file)] if file else []
    line = shlex.join(words)
    if asked.tier is Tier.OBSERVE and asked.kind == "m365" and not asked.tenant.tenant_id:
        line += " --tenant-id YOUR.DOMAIN"
    if asked.tier is Tier.OBSERVE and asked.kind == "google" and not (asked.tenant.admin or asked.tenant.mailboxes):
        line += " --admin ADDRESS"
    return f"{line} --client-id {asked.client_id or 'ID'}" if asked.kind == "m365" else f"{line} --key-file FILE.json"


def pem_of(home: Path, asked: Registration) -> Path:
    """Where this tier's own certificate lies, with its key."""
    return home / "secrets" / f"{asked.name}.{asked.tier.value}.pem"


def was_made(home: Path, asked: Registration) -> bool:
    """False when a certificate has yet to be made, so that nobody can have uploaded it."""
    return not asked.makes_certificate or pem_of(home, asked).exists()


def made_certificate(home: Path, asked: Registration) -> Path:
    """The PEM file of this tier; made when there is none."""
    from mailkeep.connect.certificates import make_certificate
    from mailkeep.wiring import present

    pem = pem_of(home, asked)
    make_certificate(pem, f"Mailkeep {asked.name} {asked.tier.value}", present())
    return pem


def registration(home: Path, asked: Registration) -> "AppSettings":
    """The settings of this tier's registration, with the certificate that was made for it unless another was named."""
    from mailkeep.settings import AppSettings

    certificate = asked.certificate_file
    if asked.makes_certificate:
        certificate = made_certificate(home, asked)
    return AppSettings(
        client_id=asked.client_id,
        certificate_file=certificate,
        secret_file=asked.secret_file,
        key_file=asked.key_file,
    )


async def look(name: str, tenant: "TenantSettings", clock: "Clock | None" = None) -> "list[Check]":
    """What is to be said of the grants. Raises: ProviderTrouble."""
    from mailkeep.connect.grants import Granting
    from mailkeep.health.permissions import permission_checks
    from mailkeep.wiring import connector_of, present, wish_of

    clock = clock or present
    connector = connector_of(name, tenant, clock)
    try:
        granted = await connector.granted() if isinstance(connector, Granting) else ()
        return list(permission_checks(name, tenant.kind, granted, wish_of(tenant), clock()))
    finally:
        await connector.close()


def fails(checks: "list[Check]", asked: Registration) -> bool:
    """Prints what is to be said of this tier, or of all tiers together; True when something of it fails."""
    from mailkeep.cli.doctor import show
    from mailkeep.health.check import Standing

    names = {f"permissions {asked.name}", *(f"{what} {asked.name} {asked.tier.value}" for what in ABOUT)}
    ours = [check for check in checks if check.name in names]
    for check in ours:
        show(check)
    return any(check.standing is Standing.FAIL for check in ours)


def keep(home: Path, asked: Registration, whole: "TenantSettings", app: "AppSettings") -> None:
    """Writes the tenant, or one more tier of it, into the home's configuration."""
    from mailkeep.cli.configuring import write_tenant, write_tier
    from mailkeep.settings import read_settings

    if asked.name in read_settings(home).tenants:
        write_tier(home, asked.name, asked.tier.value, app)
    else:
        write_tenant(home, asked.name, whole)
