import pytest
from tests.flow.company import letter, phish

from mailkeep.decide.nouns import Label
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import ServeSettings, TenantSettings, read_settings
from mailkeep.wiring import (
    judge_alone,
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


def test_a_judge_without_a_tenant_knows_an_attack_from_a_letter():
    judge = judge_alone("")
    assert judge(phish(1))[1].verdict.label is Label.MALICIOUS
    assert judge(letter(1))[1].verdict.label is Label.CLEAN
