"""A made-up company: its people, suppliers, newsletters and services, all from one seed."""

from random import Random

import msgspec

from mailkeep.facts.vantage import Boundary
from mailkeep.people.directory import Directory, Person
from mailkeep.simulator.phrases import book

NETS = ("25", "26", "28", "29", "30", "33")
"""First octets the made-up internet uses: public by registry, yet not seen on the open internet, so nobody's mail host."""
DOMAIN = "northwind-harbour.example"


class Client(msgspec.Struct, frozen=True, gc=False):
    """A mail program: the header it signs with and the form of its Message-IDs."""

    header: str
    value: str
    id_form: str
    """ "uuid", "UUID" or "dollar"."""


CLIENTS = (
    Client("X-Mailer", "Microsoft Outlook 16.0", "dollar"),
    Client("X-Mailer", "Apple Mail (2.3826.400.131.1.6)", "UUID"),
    Client("User-Agent", "Mozilla Thunderbird", "uuid"),
    Client("X-Mailer", "iPhone Mail (22F76)", "UUID"),
    Client("User-Agent", "Roundcube Webmail/1.6.9", "uuid"),
)


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who writes mail: a colleague, a supplier's clerk, a stranger."""

    name: str
    address: str
    client: Client = CLIENTS[0]
    ip: str = ""
    """Where they write from."""
    zone: int = 0
    """Minutes east of UTC."""
    opens: int = 8
    """First hour of the day they write in, on their own clock."""
    closes: int = 18

    @property
    def first(self) -> str:
        """First name."""
        return self.name.split()[0]

    @property
    def domain(self) -> str:
        """Right side of the address."""
        return self.address.rpartition("@")[2]


class Employee(Party, frozen=True, kw_only=True):
    """A colleague."""

    title: str
    department: str
    manager: str = ""
    """Address; empty for the head."""
    vip: bool = False


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier."""

    name: str
    domain: str
    ip: str
    """Its mail host."""
    iban: str
    terms: int
    """Days to pay."""
    contacts: tuple[Party, ...]


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A machine that writes: a newsletter, a task board, a file share."""

    name: str
    kind: str
    """ "news", "task", "account", "share"."""
    address: str
    ip: str
    link_host: str

    @property
    def domain(self) -> str:
        """Right side of the address."""
        return self.address.rpartition("@")[2]


class Company(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The whole made-up company."""

    name: str
    domain: str
    employees: tuple[Employee, ...]
    vendors: tuple[Vendor, ...]
    services: tuple[Service, ...]
    office_ip: str

    @property
    def mx(self) -> str:
        """The boundary host, which is also the authserv-id of its results."""
        return f"mx1.{self.domain}"

    @property
    def boundary(self) -> Boundary:
        """What the product must be told to believe."""
        return Boundary(authserv=self.mx, trusted_hosts=(self.domain,))

    def directory(self) -> Directory:
        """The company as an identity provider would state it."""
        people = tuple(
            Person(
                id=each.address,
                name=each.name,
                addresses=(each.address,),
                title=each.title,
                department=each.department,
                manager=each.manager,
                vip=each.vip,
            )
            for each in self.employees
        )
        return Directory(own_domains=frozenset({self.domain}), people=people, inferred=False)

    def in_department(self, *departments: str) -> tuple[Employee, ...]:
        """Everybody of these departments."""
        return tuple(each for each in self.employees if each.department in departments)


STAFF = (
    ("board", "Managing Director", True),
    ("finance", "Chief Financial Officer", True),
    ("operations", "Harbour Master", True),
    ("people", "Head of People", False),
    ("finance", "Accounts Payable Clerk", False),
    ("finance", "Bookkeeper", False),
    ("people", "Payroll Officer", False),
    ("operations", "Berth Planner", False),
    ("operations", "Yard Foreman", False),
    ("engineering", "Head of Engineering", False),
    ("engineering", "Crane Engineer", False),
    ("engineering", "Surveyor", False),
    ("sales", "Head of Sales", True),
    ("sales", "Account Manager", False),
    ("it", "System Administrator", False),
    ("board", "Executive Assistant", False),
)
"""(department, title, vip) of the first people; the rest repeat the desks."""
_SERVICES = (
    ("Boardwalk", "task", "notify@boardwalk-tasks.example", "app.boardwalk-tasks.example"),
    ("Filelocker", "share", "no-reply@filelocker.example", "share.filelocker.example"),
    ("Payroll Portal", "account", "account@payroll-portal.example", "my.payroll-portal.example"),
    ("Tidewise Cloud", "account", "no-reply@tidewise-cloud.example", "console.tidewise-cloud.example"),
    ("Quay Weekly", "news", "editors@quay-weekly.example", "www.quay-weekly.example"),
    ("Port Finance Digest", "news", "digest@portfinance.example", "read.portfinance.example"),
    ("Crane & Yard", "news", "hello@crane-and-yard.example", "go.crane-and-yard.example"),
)


def make_company(rng: Random, *, size: int = 25, domain: str = DOMAIN, vendors: int = 10) -> Company:
    """A company of that many people. The same generator state gives the same company."""
    names = _names(rng, size + vendors * 3)
    office = fresh_ip(rng)
    employees = tuple(_employees(rng, names[:size], domain, office))
    return Company(
        name="Northwind Harbour",
        domain=domain,
        employees=employees,
        vendors=tuple(_vendors(rng, names[size:], vendors)),
        services=tuple(
            Service(name=name, kind=kind, address=address, ip=fresh_ip(rng), link_host=host)
            for name, kind, address, host in _SERVICES
        ),
        office_ip=office,
    )


def fresh_ip(rng: Random) -> str:
    """An address of the made-up internet."""
    return f"{rng.choice(NETS)}.{rng.randrange(1, 255)}.{rng.randrange(1, 255)}.{rng.randrange(2, 250)}"


def iban(rng: Random, country: str = "DE") -> str:
    """An account number whose checksum holds (ISO 13616) and that no bank gave out: its bank code is made up."""
    account = "".join(rng.choices("0123456789", k=18))
    letters = "".join(str(ord(letter) - 55) for letter in country)
    check = 98 - int(f"{account}{letters}00") % 97
    return f"{country}{check:02d}{account}"


def local_part(name: str) -> str:
    """The name as a local part: Ada Lovelace → ada.lovelace."""
    return ".".join("".join(letter for letter in word if letter.isalnum()) for word in name.lower().split())


def _names(rng: Random, number: int) -> list[str]:
    words = book("words")
    every = [f"{first} {last}" for first in words.words("first") for last in words.words("last")]
    return rng.sample(every, number)


def _employees(rng: Random, names: list[str], domain: str, office: str) -> list[Employee]:
    head = f"{local_part(names[0])}@{domain}"
    chiefs: dict[str, str] = {}
    found = []
    for at, name in enumerate(names):
        department, title, vip = STAFF[at] if at < len(STAFF) else STAFF[4 + (at - len(STAFF)) % (len(STAFF) - 5)]
        address = f"{local_part(name)}@{domain}"
        remote = rng.random() < 0.3
        found.append(
            Employee(
                name=name,
                address=address,
                client=rng.choice(CLIENTS[:3]),
                ip=fresh_ip(rng) if remote else office,
                zone=rng.choice((0, 60, 60, 60, 120)),
                opens=rng.choice((7, 8, 8, 9)),
                closes=rng.choice((16, 17, 18, 19)),
                title=title,
                department=department,
                manager="" if address == head else chiefs.get(department, head),
                vip=vip,
            )
        )
        chiefs.setdefault(department, address)
    return found


def _vendors(rng: Random, names: list[str], number: int) -> list[Vendor]:
    words = book("words")
    houses, trades = rng.sample(words.words("house"), number), rng.sample(words.words("trade"), number)
    found = []
    for at, (house, trade) in enumerate(zip(houses, trades, strict=True)):
        domain = f"{_slug(house)}-{_slug(trade).split('-')[0]}.example"
        ip, zone, client = fresh_ip(rng), rng.choice((0, 60, 60, 120)), rng.choice(CLIENTS[:3])
        contacts = tuple(
            Party(name=name, address=f"{local_part(name)}@{domain}", client=client, ip=ip, zone=zone)
            for name in names[at * 3 : at * 3 + rng.choice((1, 2, 3))]
        )
        terms = rng.choice((14, 30, 30, 45))
        found.append(
            Vendor(name=f"{house} {trade}", domain=domain, ip=ip, iban=iban(rng), terms=terms, contacts=contacts)
        )
    return found


def _slug(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
