"""Settings become a house; every mistake is a sentence, and reading verbs change nothing."""

import asyncio

import pytest
from tests.flow.company import letter, phish

from mailkeep.connect.graph.rich import seal_of
from mailkeep.connect.imap import ImapTenant
from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.mbox import MboxTenant
from mailkeep.decide.nouns import Label
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import ServeSettings, TenantSettings, read_settings
from mailkeep.wiring import (
    connector_of,
    ears_of,
    judge_alone,
    make_seals,
    open_home,
    open_house,
    policy_of,
    tenant_of,
    the_tenant,
)


def home_with(folder, extra="", tenants=("corp",)):
    (folder / "mail").mkdir()
    lines = [extra, *(f'[tenants.{name}]\nkind = "maildir"\npath = "{folder / "mail"}"' for name in tenants)]
    (folder / "mailkeep.toml").write_text("\n".join(lines))
    return folder


def test_every_kind_has_its_connector(tmp_path):
    (tmp_path / "password").write_text("secret\n")
    imap = TenantSettings(kind="imap", host="h", user="u", password_file=tmp_path / "password")
    assert isinstance(connector_of("c", imap), ImapTenant)
    trusting = connector_of("c", imap.model_copy(update={"ca_file": tmp_path / "password"}))
    assert isinstance(trusting, ImapTenant)
    assert trusting.account.ca_file == tmp_path / "password"
    assert isinstance(connector_of("c", TenantSettings(kind="maildir", path=tmp_path)), MaildirTenant)
    assert isinstance(connector_of("c", TenantSettings(kind="mbox", path=tmp_path)), MboxTenant)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "pigeon"}, "tenants.c.kind: 'pigeon' is not a kind"),
        ({"kind": "maildir"}, "tenants.c.path: a maildir tenant needs the folder"),
        ({"kind": "mbox", "path": "/nowhere/at/all"}, "does not exist"),
        ({"kind": "imap", "host": "h"}, "needs host, user and password_file"),
        (
            {"kind": "imap", "host": "h", "user": "u", "password_file": "/nowhere"},
            "password_file: /nowhere cannot be read",
        ),
        ({"kind": "imap", "host": "h", "user": "u", "password_file": "/dev/null"}, "is empty"),
        (
            {"kind": "imap", "host": "h", "user": "u", "password_file": "/dev/null", "ca_file": "/nowhere"},
            "tenants.c.ca_file: /nowhere is not a file",
        ),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(fields, says):
    with pytest.raises(OperatorError) as caught:
        connector_of("c", TenantSettings(**fields))
    assert says in str(caught.value)


def test_a_maildir_tenant_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="is a file"):
        connector_of("c", TenantSettings(kind="maildir", path=tmp_path / "file"))


def test_a_house_is_opened_with_its_tenants_and_made_for_its_owner_alone(tmp_path):
    with open_house(home_with(tmp_path)) as house:
        assert set(house.tenants) == {"corp"}
        assert not house.dry_run
    assert (tmp_path / "mailkeep.db").stat().st_mode & 0o077 == 0


def test_a_dry_run_may_be_ordered_by_settings_or_policy(tmp_path):
    home = home_with(tmp_path)
    (home / "policy.toml").write_text('dry_run = true\n[[rule]]\nlabel = "malicious"\nact = "delete"\n')
    with open_house(home) as house:
        assert house.dry_run


def test_a_home_without_tenants_or_data_says_how_to_begin(tmp_path):
    with pytest.raises(OperatorError, match="mailkeep connect"), open_house(tmp_path):
        pass
    with pytest.raises(OperatorError, match="mailkeep scan"), open_home(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_policy_file_that_was_named_must_be_there(tmp_path):
    shipped = policy_of(read_settings(home_with(tmp_path)))
    assert shipped.rules
    (tmp_path / "mailkeep.toml").write_text(f'policy_file = "{tmp_path / "mine.toml"}"\n')
    with pytest.raises(OperatorError, match="the policy cannot be read"):
        policy_of(read_settings(tmp_path))
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(OperatorError, match="not UTF-8"):
        policy_of(read_settings(tmp_path))


SEALED_HOME = """
[serve]
public_url = "https://keep.corp.example"
[tenants.corp]
kind = "m365"
tenant_id = "corp.example"
rich_notices = true
[tenants.corp.apps.observe]
client_id = "app"
"""


def test_rich_notices_are_sealed_for_a_key_that_is_made_once(tmp_path):
    (tmp_path / "mailkeep.toml").write_text(SEALED_HOME)
    settings = read_settings(tmp_path)
    with open_house(tmp_path) as house:
        assert house.tenants["corp"].hook.seal is None
    assert not (tmp_path / "secrets").exists()
    make_seals(settings)
    before = (tmp_path / "secrets" / "corp.notices.pem").read_bytes()
    make_seals(settings)
    assert (tmp_path / "secrets" / "corp.notices.pem").read_bytes() == before
    with open_house(tmp_path) as house:
        postmark = ears_of(house, settings, lambda: None).tenants["corp"].postmark
        assert postmark.apps == {"app"}
        assert postmark.issuers[1] == "https://login.microsoftonline.com/{tenant}/v2.0"
        assert house.tenants["corp"].hook.seal == seal_of(postmark.certificate)


def test_notices_that_carry_content_need_the_right_to_read_it(tmp_path):
    (tmp_path / "mailkeep.toml").write_text(SEALED_HOME.replace("rich_notices", "metadata_only = true\nrich_notices"))
    with pytest.raises(OperatorError, match="Set one of the two to false"), open_house(tmp_path):
        pass


def test_a_key_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "mailkeep.toml").write_text(SEALED_HOME)
    (tmp_path / "secrets").touch()
    with pytest.raises(OperatorError, match=r"rich_notices: .*cannot be written"):
        make_seals(read_settings(tmp_path))


def test_the_only_tenant_needs_no_name_and_several_do(tmp_path):
    home = home_with(tmp_path, tenants=("one", "two"))
    with open_house(home) as house:
        assert the_tenant(house, "two") == "two"
        with pytest.raises(OperatorError, match="name one of one, two"):
            the_tenant(house, "")


def test_what_the_operator_stated_reaches_the_tenant():
    settings = TenantSettings(
        kind="maildir",
        own_domains=("corp.example",),
        vips=("Boss@corp.example",),
        groups={"finance": ("Ben@corp.example",)},
    )
    tenant = tenant_of("corp", settings, ServeSettings())
    assert tenant.directory.own_domains == {"corp.example"}
    assert not tenant.directory.inferred
    assert [person.vip for person in tenant.directory.people] == [True]
    assert tenant.groups == {"ben@corp.example": "finance"}


def test_a_mailbox_bears_the_address_that_the_operator_gave_it(tmp_path):
    for sub in ("cur", "new", "tmp"):
        (tmp_path / "lay-k" / sub).mkdir(parents=True)
    settings = TenantSettings(kind="maildir", path=tmp_path, addresses={"lay-k": "Ken@corp.example"})
    (mailbox,) = asyncio.run(connector_of("corp", settings).mailboxes())
    assert mailbox.address == "ken@corp.example"


def test_a_judge_without_a_tenant_knows_an_attack_from_a_letter():
    judge = judge_alone("")
    assert judge(phish(1))[1].verdict.label is Label.MALICIOUS
    assert judge(letter(1))[1].verdict.label is Label.CLEAN
