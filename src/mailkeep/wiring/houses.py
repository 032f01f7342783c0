"""Settings of one home become a house that runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from mailkeep.connect.assertions import Certificate
from mailkeep.decide.judgement import Bench
from mailkeep.decide.policy import Policy, read_policy, shipped_policy
from mailkeep.detect.scene import Scene
from mailkeep.detect.weights import SHIPPED
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.flow.house import House, Tenant
from mailkeep.flow.judging import Judge
from mailkeep.flow.walk import alone
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Directory, Person
from mailkeep.profile.memory import Memory
from mailkeep.profile.normal import normal
from mailkeep.profile.shelf import DictShelf
from mailkeep.settings import CONFIG_NAME, ServeSettings, Settings, TenantSettings, read_settings
from mailkeep.store.store import Store, open_store
from mailkeep.wiring.clock import Clock, present
from mailkeep.wiring.connectors import connector_of
from mailkeep.wiring.notices import hook_of, sealing

STAMPS = {"google": "mx.google.com"}
"""Kind of tenant → the authserv-id with which its provider signs authentication results. Exchange Online gives none: there the
topmost results count, which no sender can put there."""


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
        boundary=Boundary(
            authserv=settings.authserv or STAMPS.get(settings.kind, ""), trusted_hosts=settings.trusted_hosts
        ),
        directory=Directory(
            own_domains=frozenset(settings.own_domains), people=people, inferred=not settings.own_domains
        ),
        hook=hook_of(name, settings, serve, seal),
        canary=settings.canary.lower(),
        groups={address.lower(): group for group, addresses in settings.groups.items() for address in addresses},
        approve_above=settings.approve_above,
    )


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
