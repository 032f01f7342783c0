"""Settings become a house that runs: the only file that names every concrete thing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import TypeAlias

from mailkeep.connect.assertions import Certificate, read_certificate, read_service_account
from mailkeep.connect.certificates import make_seal
from mailkeep.connect.gmail.connector import GmailAccount, GmailTenant
from mailkeep.connect.graph.account import CLOUDS, Cloud, GraphAccount, GraphApp
from mailkeep.connect.graph.connector import GraphTenant
from mailkeep.connect.graph.rich import Postmark, seal_of
from mailkeep.connect.http import Http
from mailkeep.connect.imap import ImapAccount, ImapTenant
from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.mbox import MboxTenant
from mailkeep.connect.port import Connector, Hook
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.decide.judgement import Bench
from mailkeep.decide.policy import Policy, read_policy, shipped_policy
from mailkeep.detect.scene import Scene
from mailkeep.detect.weights import SHIPPED
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.flow.hearing import Ear, Ears
from mailkeep.flow.house import House, Tenant
from mailkeep.flow.judging import Judge
from mailkeep.flow.walk import alone
from mailkeep.health.needs import Wish
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Directory, Person
from mailkeep.profile.memory import Memory
from mailkeep.profile.normal import normal
from mailkeep.profile.shelf import DictShelf
from mailkeep.settings import CONFIG_NAME, AppSettings, ServeSettings, Settings, TenantSettings, read_settings
from mailkeep.store.store import Store, open_store

Clock: TypeAlias = Callable[[], datetime]


def present() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


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


def _read(setting: str, file: Path | None) -> bytes:
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
    _cloud(name, tenant)
    _check_rich(name, tenant)
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


def _cloud(name: str, tenant: TenantSettings) -> Cloud:
    if tenant.cloud not in CLOUDS:
        raise OperatorError(f"tenants.{name}.cloud: {tenant.cloud!r} is no cloud. Clouds: {', '.join(CLOUDS)}.")
    return CLOUDS[tenant.cloud]


def _graph_app(setting: str, app: AppSettings) -> GraphApp:
    if not app.client_id:
        raise OperatorError(f"{setting}.client_id: is not set. `mailkeep connect m365` prints where it is found.")
    if app.certificate_file is not None:
        pem = _read(f"{setting}.certificate_file", app.certificate_file)
        return GraphApp(client_id=app.client_id, certificate=read_certificate(pem, str(app.certificate_file)))
    ends = datetime.combine(app.secret_expires, time(), UTC) if app.secret_expires else None
    which = "certificate_file" if app.secret_file is None else "secret_file"
    secret = _read(f"{setting}.{which}", app.secret_file).decode("utf-8", "replace").strip()
    return GraphApp(client_id=app.client_id, secret=secret, secret_expires=ends)


def _gmail_account(name: str, tenant: TenantSettings) -> GmailAccount:
    if not tenant.admin and not tenant.mailboxes:
        raise OperatorError(
            f"tenants.{name}.admin: a google tenant needs an administrator's address, or its mailboxes."
        )
    keys = {
        tier: read_service_account(_read(f"tenants.{name}.apps.{tier.value}.key_file", app.key_file), str(app.key_file))
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


def shipped_bench() -> Bench:
    """The judges' bench as shipped."""
    return Bench(weights=SHIPPED, policy=shipped_policy())


def policy_of(settings: Settings) -> Policy:
    """The operator's policy, or the shipped one where there is none. Raises: PolicyError with every fault."""
    path = settings.policy_path
    if settings.policy_file is None and not path.exists():
        return shipped_policy()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OperatorError(
            f"{path}: the policy cannot be read ({error.strerror}). Check the path and its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise OperatorError(
            f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}). Save it as UTF-8."
        ) from error
    return read_policy(text, str(path))


def judge_alone(authserv: str) -> Judge:
    """A judge without a tenant: no past, no colleagues, the topmost authentication results unless a host is named."""
    boundary = Boundary(authserv=authserv.lower())
    return Judge(memory=Memory(DictShelf()), bench=shipped_bench(), vantage=Vantage(boundary=boundary))


@contextmanager
def judge_of(home: Path, tenant: str, authserv: str) -> Iterator[Judge]:
    """A judge with what a home has learned of one of its tenants; nothing in the home is changed."""
    with open_house(home) as house:
        name = the_tenant(house, tenant)
        chosen = house.tenants[name]
        memory = memory_of(house, name)
        boundary = Boundary(authserv=authserv.lower()) if authserv else chosen.boundary
        vantage = Vantage(directory=memory.directory(), boundary=boundary)
        yield Judge(memory=memory, bench=house.bench, vantage=vantage)


@contextmanager
def open_home(home: Path) -> Iterator[Store]:
    """The store of a home, for verbs that only read. Raises: StoreError, OperatorError when there is none."""
    settings = read_settings(home)
    if not settings.database.exists():
        raise OperatorError(f"{home}: holds no Mailkeep data yet. `mailkeep connect` and `mailkeep scan` begin it.")
    store = open_store(settings.database)
    try:
        yield store
    finally:
        store.close()


def clock_from(moment: datetime) -> Clock:
    """A clock that shows this moment now and goes on from there: for playing another day."""
    shift = moment - present()
    return lambda: present() + shift


@contextmanager
def open_house(home: Path, clock: Clock = present) -> Iterator[House]:
    """Everything concrete, for one home. Takes: another clock to play another day. Raises: OperatorError with every fault."""
    settings = read_settings(home)
    if not settings.tenants:
        raise OperatorError(
            f"{home / CONFIG_NAME}: no tenant is connected. Begin with `mailkeep connect maildir NAME --path FOLDER`."
        )
    bench = Bench(weights=SHIPPED, policy=policy_of(settings))
    store = open_store(settings.database)
    try:
        yield House(
            store=store,
            tenants={
                name: tenant_of(name, tenant, settings.serve, clock, sealing(settings.home, name, tenant))
                for name, tenant in settings.tenants.items()
            },
            bench=bench,
            clock=clock,
            dry_run=settings.dry_run or bench.policy.dry_run,
            normal=_normal,
        )
    finally:
        store.close()


def _normal(scene: Scene) -> tuple[str, ...]:
    return normal(scene.history, scene.facts)


def tenant_of(
    name: str,
    settings: TenantSettings,
    serve: ServeSettings,
    clock: Clock = present,
    seal: Certificate | None = None,
) -> Tenant:
    """A tenant as the corridor knows it. Takes: what its notices are to be encrypted for."""
    people = tuple(Person(id=address, name="", addresses=(address.lower(),), vip=True) for address in settings.vips)
    return Tenant(
        name=name,
        connect=partial(connector_of, name, settings, clock),
        boundary=Boundary(authserv=settings.authserv, trusted_hosts=settings.trusted_hosts),
        directory=Directory(
            own_domains=frozenset(settings.own_domains), people=people, inferred=not settings.own_domains
        ),
        hook=hook_of(name, settings, serve, seal),
        canary=settings.canary.lower(),
        groups={address.lower(): group for group, addresses in settings.groups.items() for address in addresses},
        approve_above=settings.approve_above,
    )


def hook_of(name: str, settings: TenantSettings, serve: ServeSettings, seal: Certificate | None = None) -> Hook | None:
    """Where a tenant's provider is to send its notices; None where it cannot, and mail is found by looking."""
    if settings.kind == "google":
        return Hook(url=settings.topic) if settings.topic else None
    if settings.kind != "m365" or not serve.public_url:
        return None
    url = f"{serve.public_url.rstrip('/')}/hooks/m365/{name}"
    return Hook(url=url, lifecycle_url=f"{url}/lifecycle", seal=seal_of(seal) if seal else None)


def sealing(home: Path, name: str, settings: TenantSettings) -> Certificate | None:
    """What the notices of a tenant are encrypted for; None where none are, or no key was made yet. Raises: OperatorError."""
    pem = _seal_file(home, name)
    if settings.kind != "m365" or not settings.rich_notices:
        return None
    _check_rich(name, settings)
    return read_certificate(_read(f"tenants.{name}.rich_notices", pem), str(pem)) if pem.exists() else None


def _check_rich(name: str, tenant: TenantSettings) -> None:
    if tenant.rich_notices and tenant.metadata_only:
        raise OperatorError(
            f"tenants.{name}.rich_notices: needs Mail.Read, and with metadata_only only Mail.ReadBasic.All is granted."
            " Set one of the two to false."
        )


def make_seals(settings: Settings) -> None:
    """Makes the keys for sealed notices where tenants want them and there are none. Raises: OperatorError."""
    for name, tenant in settings.tenants.items():
        if tenant.kind != "m365" or not tenant.rich_notices:
            continue
        pem = _seal_file(settings.home, name)
        try:
            make_seal(pem, f"Mailkeep {name} notices", present())
        except OSError as error:
            raise OperatorError(
                f"tenants.{name}.rich_notices: {pem} cannot be written ({error.strerror}). Give its owner write permission."
            ) from error


def _seal_file(home: Path, name: str) -> Path:
    return home / "secrets" / f"{name}.notices.pem"


def postmark_of(home: Path, name: str, settings: TenantSettings) -> Postmark | None:
    """What proves and opens the sealed notices of a tenant; None where there are none. Raises: OperatorError."""
    seal = sealing(home, name, settings)
    if seal is None:
        return None
    cloud = _cloud(name, settings)
    login = (settings.login_url or cloud.login).rstrip("/")
    return Postmark(
        tenant_id=settings.tenant_id,
        apps=frozenset(app.client_id for app in settings.apps.values()),
        issuers=(f"{cloud.issuer}/{{tenant}}/", f"{login}/{{tenant}}/v2.0"),
        keys=SigningKeys(f"{login}/common/discovery/keys"),
        certificate=seal,
    )


def ears_of(house: House, settings: Settings, nudge: Callable[[], None]) -> Ears:
    """What listens for the providers of this home."""
    base = settings.serve.public_url.rstrip("/")
    tenants = {
        name: Ear(
            kind=tenant.kind,
            push_account=tenant.push_account,
            audience=f"{base}/hooks/google/{name}",
            postmark=postmark_of(settings.home, name, tenant),
        )
        for name, tenant in settings.tenants.items()
        if tenant.kind in {"m365", "google"}
    }
    keys = SigningKeys(settings.serve.google_certs_url)
    return Ears(store=house.store, tenants=tenants, keys=keys, clock=house.clock, nudge=nudge)


def memory_of(house: House, name: str) -> Memory:
    """What a tenant's mail has taught so far, to be read or erased."""
    return Memory(house.store.shelf(name), house.tenants[name].directory)


def forget(house: House, name: str, address: str) -> int:
    """Erases what a tenant's mail has taught about one address, for good; gives how many entries were touched.

    Raises: OperatorError while another process is learning from this tenant: it would write back what it has in hand.
    """
    with alone(house.store.path, name):
        shelf = house.store.shelf(name)
        memory = Memory(shelf, house.tenants[name].directory)
        touched = memory.erase(address)
        memory.flush()
        shelf.keep()
    return touched


def the_tenant(house: House, name: str) -> str:
    """The tenant that is meant: the named one, or the only one. Raises: OperatorError listing them."""
    if name in house.tenants:
        return name
    if not name and len(house.tenants) == 1:
        return next(iter(house.tenants))
    known = ", ".join(sorted(house.tenants))
    raise OperatorError(f"{name or 'several tenants are connected'}: name one of {known}.")
