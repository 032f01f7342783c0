"""Settings of one tenant become its connector: where every provider is named."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

from mailkeep.connect.assertions import read_certificate, read_service_account
from mailkeep.connect.gmail.connector import GmailAccount, GmailTenant
from mailkeep.connect.graph.account import CLOUDS, Cloud, GraphAccount, GraphApp
from mailkeep.connect.graph.connector import GraphTenant
from mailkeep.connect.http import Http
from mailkeep.connect.imap import ImapAccount, ImapTenant
from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.mbox import MboxTenant
from mailkeep.connect.port import Connector
from mailkeep.health.needs import Wish
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import AppSettings, TenantSettings
from mailkeep.wiring.clock import Clock, present


def connector_of(name: str, tenant: TenantSettings, clock: Clock = present) -> Connector:
    """A fresh connector for a tenant. Takes: the clock of a played day. Raises: OperatorError naming what is missing."""
    makers: dict[str, Callable[[], Connector]] = {
        "maildir": lambda: MaildirTenant(_folder(name, tenant), tenant.addresses),
        "mbox": lambda: MboxTenant(_folder(name, tenant), tenant.addresses),
        "imap": lambda: _imap(name, tenant),
        "m365": lambda: GraphTenant(_graph_account(name, tenant), clock),
        "google": lambda: GmailTenant(_gmail_account(name, tenant), Http(clock=clock)),
    }
    if tenant.kind not in makers:
        raise OperatorError(
            f"tenants.{name}.kind: {tenant.kind!r} is not a kind of tenant. Kinds: {', '.join(makers)}."
        )
    return makers[tenant.kind]()


def _folder(name: str, tenant: TenantSettings) -> Path:
    if tenant.path is None:
        raise OperatorError(f"tenants.{name}.path: a {tenant.kind} tenant needs the folder its mail lies in.")
    if not tenant.path.exists():
        raise OperatorError(f"tenants.{name}.path: {tenant.path} does not exist. Mount it, or correct the path.")
    if tenant.kind == "maildir" and not tenant.path.is_dir():
        raise OperatorError(f"tenants.{name}.path: {tenant.path} is a file; a maildir tenant is a folder.")
    return tenant.path


def read_file(setting: str, file: Path | None) -> bytes:
    """What a file that a setting names holds. Raises: OperatorError."""
    if file is None:
        raise OperatorError(f"{setting}: is not set. `mailkeep connect` prints the steps.")
    try:
        return file.read_bytes()
    except OSError as error:
        raise OperatorError(
            f"{setting}: {file} cannot be read ({error.strerror}). Give its owner read permission, or correct the path."
        ) from error


def _graph_account(name: str, tenant: TenantSettings) -> GraphAccount:
    if not tenant.tenant_id:
        raise OperatorError(f"tenants.{name}.tenant_id: an m365 tenant needs its directory id, or a domain of it.")
    cloud_of(name, tenant)
    check_rich(name, tenant)
    return GraphAccount(
        name=name,
        tenant_id=tenant.tenant_id,
        apps={tier: _graph_app(f"tenants.{name}.apps.{tier.value}", app) for tier, app in tenant.apps.items()},
        cloud=tenant.cloud,
        mailboxes=tenant.mailboxes,
        metadata_only=tenant.metadata_only,
        banner=tenant.banner,
        scope_group=tenant.scope_group,
        api_url=tenant.api_url,
        login_url=tenant.login_url,
    )


def cloud_of(name: str, tenant: TenantSettings) -> Cloud:
    """The addresses of a tenant's cloud. Raises: OperatorError for one that is not known."""
    if tenant.cloud not in CLOUDS:
        raise OperatorError(f"tenants.{name}.cloud: {tenant.cloud!r} is no cloud. Clouds: {', '.join(CLOUDS)}.")
    return CLOUDS[tenant.cloud]


def _graph_app(setting: str, app: AppSettings) -> GraphApp:
    if not app.client_id:
        raise OperatorError(f"{setting}.client_id: is not set. `mailkeep connect m365` prints where it is found.")
    if app.certificate_file is not None:
        pem = read_file(f"{setting}.certificate_file", app.certificate_file)
        return GraphApp(client_id=app.client_id, certificate=read_certificate(pem, str(app.certificate_file)))
    ends = datetime.combine(app.secret_expires, time(), UTC) if app.secret_expires else None
    which = "certificate_file" if app.secret_file is None else "secret_file"
    secret = read_file(f"{setting}.{which}", app.secret_file).decode("utf-8", "replace").strip()
    return GraphApp(client_id=app.client_id, secret=secret, secret_expires=ends)


def _gmail_account(name: str, tenant: TenantSettings) -> GmailAccount:
    if not tenant.admin and not tenant.mailboxes:
        raise OperatorError(
            f"tenants.{name}.admin: a google tenant needs an administrator's address, or its mailboxes."
        )
    keys = {
        tier: read_service_account(
            read_file(f"tenants.{name}.apps.{tier.value}.key_file", app.key_file), str(app.key_file)
        )
        for tier, app in tenant.apps.items()
    }
    return GmailAccount(
        keys=keys,
        admin=tenant.admin,
        mailboxes=tenant.mailboxes,
        metadata_only=tenant.metadata_only,
        pull_subscription=tenant.pull_subscription,
        quota=tenant.quota,
        api_url=tenant.api_url,
        login_url=tenant.login_url,
    )


def _imap(name: str, tenant: TenantSettings) -> Connector:
    if not tenant.host or not tenant.user or tenant.password_file is None:
        raise OperatorError(f"tenants.{name}: an imap tenant needs host, user and password_file.")
    if tenant.ca_file is not None and not tenant.ca_file.is_file():
        raise OperatorError(f"tenants.{name}.ca_file: {tenant.ca_file} is not a file. Name the PEM file to trust.")
    try:
        password = tenant.password_file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", "") or "not UTF-8 text"
        raise OperatorError(
            f"tenants.{name}.password_file: {tenant.password_file} cannot be read ({said}). Give its owner read permission."
        ) from error
    if not password:
        raise OperatorError(
            f"tenants.{name}.password_file: {tenant.password_file} is empty. Write the password into it."
        )
    return ImapTenant(
        ImapAccount(
            host=tenant.host,
            port=tenant.port,
            tls=tenant.tls,
            user=tenant.user,
            password=password,
            mailboxes=tenant.mailboxes,
            master_separator=tenant.master_separator,
            ca_file=tenant.ca_file,
        )
    )


def wish_of(tenant: TenantSettings) -> Wish:
    """What the operator set that changes what a tier needs."""
    return Wish(
        metadata_only=tenant.metadata_only,
        banner=tenant.banner,
        canary=bool(tenant.canary),
        scope_group=tenant.scope_group,
    )


def check_rich(name: str, tenant: TenantSettings) -> None:
    """Raises: OperatorError where notices should carry content that may not be read."""
    if tenant.rich_notices and tenant.metadata_only:
        raise OperatorError(
            f"tenants.{name}.rich_notices: needs Mail.Read, and with metadata_only only Mail.ReadBasic.All is granted."
            " Set one of the two to false."
        )
