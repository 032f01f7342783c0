"""Tenants at an API are consented to tier by tier, checked at the provider, and kept only when all is well."""

import asyncio
import json
import shlex

import pytest
from cryptography.x509 import load_der_x509_certificate
from tests import northwind
from tests.connect.graph.yard import pem
from tests.flow.company import letter, phish

from mailkeep.connect.grants import Tier
from mailkeep.health.needs import Wish, needs
from mailkeep.settings import read_settings
from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.google.workspace import Workspace
from mailkeep.simulator.graph.apps import GLOBAL_ADMINISTRATOR, Certificate
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator

ADA, BEN, ROOT = "ada@corp.example", "ben@corp.example", "root@corp.example"


def least(kind, tier, **wish):
    return [need.permission for need in needs(kind, tier, Wish(**wish))]


class Administrator:
    """Who sits at the provider, with Mailkeep's command line beside."""

    def __init__(self, home, url):
        self.home = home
        self.urls = ("--api-url", url, "--login-url", url)

    async def call(self, *words):
        """The command line, while the provider goes on answering."""
        return await asyncio.to_thread(northwind.call, *words, "--home", self.home)

    @property
    def kept(self):
        tenants = read_settings(self.home).tenants
        return tenants.get("corp")


class Microsoft(Administrator):
    """At Entra."""

    def __init__(self, home, simulator):
        super().__init__(home, simulator.url)
        self.simulator = simulator
        self.office = simulator.office
        both, self.public = pem()
        self.pem = home.parent / "own.pem"
        self.pem.write_bytes(both)

    def register(self, tier=Tier.OBSERVE, permissions=None, **wish):
        """A registration with the test's certificate; gives the words that name it."""
        app = self.office.register(
            f"Mailkeep {tier.value}",
            least("m365", tier, **wish) if permissions is None else permissions,
            certificate=self.public,
        )
        return app, ("--tier", tier.value, "--client-id", app.client_id, "--certificate-file", self.pem)

    async def connect(self, *words, tenant_id="corp.example"):
        return await self.call("connect", "m365", "corp", "--tenant-id", tenant_id, *self.urls, *words)


class Google(Administrator):
    """At the Admin console."""

    def __init__(self, home, simulator):
        super().__init__(home, simulator.url)
        self.workspace = simulator.workspace

    def delegate(self, tier=Tier.OBSERVE, scopes=None, **wish):
        """A service account with these scopes; gives the words that name it."""
        account = self.workspace.grant(tier.value, least("google", tier, **wish) if scopes is None else scopes)
        file = self.home.parent / f"{tier.value}.json"
        file.write_text(json.dumps(account.key_file(self.urls[1])))
        return account, ("--tier", tier.value, "--key-file", file)

    async def connect(self, *words, admin=ROOT):
        return await self.call("connect", "google", "corp", "--admin", admin, *self.urls, *words)


@pytest.fixture
async def microsoft(tmp_path):
    office = Office(byte_true=True)
    for address in (ADA, BEN):
        office.add_person(address)
    async with GraphSimulator(office) as simulator:
        yield Microsoft(tmp_path / "home", simulator)


@pytest.fixture
async def google(tmp_path):
    workspace = Workspace("corp.example")
    workspace.add_person(ROOT, gmail=False, admin=True)
    for address in (ADA, BEN):
        workspace.add_person(address)
    async with GoogleSimulator(workspace) as simulator:
        yield Google(tmp_path / "home", simulator)


async def test_microsoft_365_step_by_step_as_the_printed_words_say(microsoft):
    first = await microsoft.connect("--own-domain", "corp.example")
    assert first.exit_code == 1
    cer = microsoft.home / "secrets" / "corp.observe.cer"
    assert f"Upload certificate: {cer}" in first.stdout
    assert microsoft.kept is None
    app = microsoft.office.register("Mailkeep observe", least("m365", Tier.OBSERVE))
    app.certificates.append(Certificate(load_der_x509_certificate(cer.read_bytes())))
    printed = first.stdout.splitlines()[-1].strip()
    assert printed.endswith(" --client-id ID")
    words = shlex.split(printed.replace(" ID", f" {app.client_id}"))
    second = await asyncio.to_thread(northwind.call, *words[1:])
    assert second.exit_code == 0, second.stderr
    assert "ok    permissions corp: observe: as needed and no more" in second.stdout
    assert "corp: reached, 2 mailboxes; tier observe is kept" in second.stderr
    assert "Next: mailkeep scan corp" in second.stderr
    assert microsoft.kept.own_domains == ("corp.example",)
    assert microsoft.kept.apps[Tier.OBSERVE].certificate_file == cer.with_suffix(".pem")


async def test_further_tiers_are_tables_of_their_own(microsoft):
    for tier in (Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE):
        app, words = microsoft.register(tier)
        done = await microsoft.connect(*words)
        assert done.exit_code == 0, done.stderr
        assert microsoft.kept.apps[tier].client_id == app.client_id
    assert "[tenants.corp.apps.remediate]" in (microsoft.home / "mailkeep.toml").read_text()
    assert len({app.client_id for app in microsoft.kept.apps.values()}) == 3
    twice = await microsoft.connect(*words)
    assert twice.exit_code == 2
    assert "tenants.corp.apps.remediate: is there already" in twice.stderr
    steps = await microsoft.call("connect", "m365", "corp", "--tier", "contain")
    assert steps.exit_code == 1
    assert "User.RevokeSessions.All" in steps.stdout
    assert "mailkeep connect m365 corp --tier contain --home" in steps.stdout


async def test_the_doctor_tells_of_a_tenants_tiers(microsoft):
    _, words = microsoft.register()
    await microsoft.connect(*words)
    done = await microsoft.call("doctor")
    assert done.exit_code == 0, done.stdout
    assert "ok    permissions corp: observe: as needed and no more" in done.stdout
    assert "permissions corp remediate: no registration for this tier: nothing is moved" in done.stdout
    microsoft.office.grant(next(iter(microsoft.office.apps.values())), ["User.Read.All"])
    lost = await microsoft.call("doctor")
    assert lost.exit_code == 1
    assert "FAIL  permissions corp observe: Mail.Read is not granted" in lost.stdout


async def test_a_tier_before_observe_is_refused(microsoft):
    _, words = microsoft.register(Tier.FLAG)
    done = await microsoft.connect(*words)
    assert done.exit_code == 2
    assert "begin with --tier observe" in done.stderr
    assert microsoft.kept is None


async def test_what_is_of_the_whole_tenant_is_not_changed_by_a_tier(microsoft):
    await microsoft.connect(*microsoft.register()[1])
    done = await microsoft.connect(*microsoft.register(Tier.FLAG)[1], "--scope-group", "pilot")
    assert done.exit_code == 2
    assert "--scope-group is of the whole tenant" in done.stderr
    assert Tier.FLAG not in microsoft.kept.apps
    other = await microsoft.call("connect", "google", "corp", "--tier", "flag")
    assert (other.exit_code, "is connected as m365 already" in other.stderr) == (2, True)


async def test_a_client_id_before_any_certificate_leads_to_the_steps(microsoft):
    done = await microsoft.connect("--client-id", "1234")
    assert done.exit_code == 1
    assert "Upload certificate" in done.stdout
    assert done.stdout.rstrip().endswith("--client-id 1234")


REFUSED_BY_ENTRA = {
    "wrong tenant": "No such tenant: correct tenant_id",
    "unknown app": "not consented to in this tenant",
    "disabled app": "enable the enterprise application",
    "certificate taken away": "upload the one in certificate_file",
    "nobody there": "127.0.0.1",
}


@pytest.mark.parametrize("what", REFUSED_BY_ENTRA)
async def test_what_entra_refuses_is_said_with_its_remedy_and_nothing_is_kept(microsoft, what):
    app, words = microsoft.register()
    given = {}
    if what == "wrong tenant":
        given = {"tenant_id": "other.example"}
    elif what == "unknown app":
        app.present = False
    elif what == "disabled app":
        app.enabled = False
    elif what == "certificate taken away":
        app.certificates.clear()
    else:
        await microsoft.simulator.down()
    done = await microsoft.connect(*words, **given)
    assert done.exit_code == 3
    assert REFUSED_BY_ENTRA[what] in done.stderr
    assert (
        f"corp: not kept, for it could not be checked at the provider. The certificate that was used is in {microsoft.pem}"
        in done.stderr
    )
    assert microsoft.kept is None


@pytest.mark.parametrize(
    ("permissions", "says"),
    [
        ((), "FAIL  permissions corp observe: Mail.Read is not granted to"),
        (("Mail.Read",), "User.Read.All is not granted to"),
        ((*least("m365", Tier.OBSERVE), "Directory.ReadWrite.All"), "it can rewrite the directory"),
    ],
)
async def test_grants_that_are_amiss_are_named_and_nothing_is_kept(microsoft, permissions, says):
    done = await microsoft.connect(*microsoft.register(permissions=permissions)[1])
    assert done.exit_code == 1
    assert says in done.stdout
    assert "corp: not kept. Mend what is marked FAIL" in done.stderr
    assert microsoft.kept is None


async def test_a_global_administrator_is_not_let_in(microsoft):
    app, words = microsoft.register()
    app.roles.add(GLOBAL_ADMINISTRATOR)
    done = await microsoft.connect(*words)
    assert done.exit_code == 1
    assert "holds the directory role Global Administrator, which no tier needs" in done.stdout
    assert microsoft.kept is None


async def test_a_scope_that_entra_makes_void_is_named(microsoft):
    done = await microsoft.connect(*microsoft.register()[1], "--scope-group", "pilot")
    assert done.exit_code == 1
    assert "the scope pilot of" in done.stdout
    assert "is void: Entra grants it Mail.Read, MailboxSettings.Read on every mailbox" in done.stdout
    assert microsoft.kept is None


async def test_a_scope_that_holds_is_kept(microsoft):
    scoped = [need.permission for need in needs("m365", Tier.OBSERVE, Wish()) if not need.scoped]
    app, words = microsoft.register(permissions=scoped)
    microsoft.office.assign(app, "Mail.Read", [ADA])
    done = await microsoft.connect(*words, "--scope-group", "pilot", "--mailbox", ADA)
    assert done.exit_code == 0, done.stderr
    assert "come from Exchange, limited to pilot" in done.stdout
    assert microsoft.kept.scope_group == "pilot"


async def test_what_is_too_much_is_remarked_on_and_kept_all_the_same(microsoft):
    permissions = [*least("m365", Tier.OBSERVE), "Files.Read.All"]
    done = await microsoft.connect(*microsoft.register(permissions=permissions)[1])
    assert done.exit_code == 0
    assert "look  permissions corp observe: Files.Read.All is granted to" in done.stdout
    assert microsoft.kept is not None


async def test_one_registration_for_two_tiers_is_remarked_on(microsoft):
    _, words = microsoft.register(permissions=[*least("m365", Tier.OBSERVE), "Mail.ReadWrite"])
    await microsoft.connect(*words)
    done = await microsoft.connect("--tier", "flag", *words[2:])
    assert done.exit_code == 0, done.stdout
    assert "serves flag and observe: one stolen key reaches all of them" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--certificate-file", "/nowhere/own.pem"), "certificate_file: /nowhere/own.pem cannot be read"),
        (("--certificate-file", "/dev/null"), "/dev/null: is no PEM file"),
        (("--secret-file", "/nowhere/secret"), "secret_file: /nowhere/secret cannot be read"),
        (("--secret-file", "/dev/null", "--cloud", "moon"), "'moon' is no cloud. Clouds: global"),
        (("--secret-file", "/dev/null", "--tenant-id", ""), "--tenant-id ID, its directory id"),
    ],
)
async def test_the_operators_mistakes_are_said_before_anybody_is_asked(microsoft, words, says):
    done = await microsoft.connect("--client-id", "1234", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert microsoft.kept is None


async def test_mail_is_judged_by_its_head_alone_where_no_more_was_granted(microsoft):
    office = microsoft.office
    for number in range(4):
        office.deliver(ADA, letter(number))
    office.deliver(ADA, phish(9))
    done = await microsoft.connect(*microsoft.register(metadata_only=True)[1], "--metadata-only")
    assert done.exit_code == 0, done.stdout
    assert "metadata only, as set: senders, recipients, moments and headers are judged" in done.stdout
    assert microsoft.kept.metadata_only
    scanned = await microsoft.call("scan", "corp")
    assert scanned.exit_code in {0, 1}, scanned.stderr
    assert "5 mails" in scanned.stderr
    doctor = await microsoft.call("doctor")
    assert "their detectors are silent" in doctor.stdout
    assert "5 mails judged here, 5 listed by the provider" in doctor.stdout


async def test_google_step_by_step(google):
    first = await google.connect()
    assert first.exit_code == 1
    assert first.stdout.rstrip().endswith(" --key-file FILE.json")
    assert f"--admin {ROOT}" in first.stdout.splitlines()[-1]
    assert ",".join(least("google", Tier.OBSERVE)) in first.stdout.splitlines()
    for tier in (Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE):
        _, words = google.delegate(tier)
        done = await google.connect(*words)
        assert done.exit_code == 0, done.stderr
        assert f"corp: reached, 2 mailboxes; tier {tier.value} is kept" in done.stderr
    assert google.kept.admin == ROOT
    assert google.kept.apps.keys() == {Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE}
    doctor = await google.call("doctor")
    assert "ok    permissions corp: flag, observe, remediate: as needed and no more" in doctor.stdout


@pytest.mark.parametrize(
    ("scopes", "code", "says"),
    [
        ((), 1, "gmail.readonly is not granted to observe@"),
        (least("google", Tier.OBSERVE)[:1], 1, "admin.directory.user.readonly is not granted to"),
        ((*least("google", Tier.OBSERVE), "cloud-platform"), 1, "it administers the whole Cloud project"),
        ((*least("google", Tier.OBSERVE), "mail"), 0, "which is too much: gmail"),
    ],
)
async def test_scopes_that_are_amiss_are_named(google, scopes, code, says):
    done = await google.connect(*google.delegate(scopes=scopes)[1])
    assert done.exit_code == code, done.stderr
    assert says in done.stdout.replace("https://www.googleapis.com/auth/", "")
    assert (google.kept is None) is (code == 1)


async def test_a_key_that_google_does_not_take_any_more(google):
    account, words = google.delegate()
    next(iter(account.keys.values())).disabled = True
    done = await google.connect(*words)
    assert done.exit_code == 3
    assert "make a new key" in done.stderr
    assert google.kept is None


async def test_an_administrator_who_is_not_there(google):
    done = await google.connect(*google.delegate()[1], admin="nobody@corp.example")
    assert done.exit_code == 3
    assert "observe@" in done.stderr
    assert google.kept is None


@pytest.mark.parametrize(
    ("content", "admin", "says"),
    [
        (None, ROOT, "key_file: "),
        ("not json", ROOT, "is not the JSON key of a service account"),
        ('{"type": "authorized_user"}', ROOT, "is not the JSON key of a service account"),
        (None, "", "--admin ADDRESS; or the mailboxes"),
    ],
)
async def test_a_wrong_key_file_is_named(google, tmp_path, content, admin, says):
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content)
    done = await google.connect("--key-file", file, admin=admin)
    assert done.exit_code == 2
    assert says in done.stderr
    assert google.kept is None


async def test_gmail_by_its_heads_alone(google):
    for number in range(4):
        google.workspace.deliver(ADA, letter(number))
    done = await google.connect(*google.delegate(metadata_only=True)[1], "--metadata-only")
    assert done.exit_code == 0, done.stdout
    assert "metadata only, as set" in done.stdout
    scanned = await google.call("scan", "corp")
    assert "4 mails" in scanned.stderr
