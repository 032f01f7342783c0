import tomllib
from pathlib import Path

import pytest

from mailkeep.cli.configuring import check_name, check_shape, toml, write_serve, write_tenant, write_tier
from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import AppSettings, ServeSettings, TenantSettings, read_settings


@pytest.mark.parametrize("value", ['a"b\\c\n€', 7, True, ["x", "y"], {"a@b": ["c", "d"], 'q"': "v"}])
def test_a_value_is_written_so_that_toml_reads_it_back(value):
    assert tomllib.loads(f"key = {toml(value)}")["key"] == value


def test_a_tenant_its_tiers_and_the_server_come_back_from_the_file(tmp_path):
    observe, flag = AppSettings(client_id="a"), AppSettings(client_id="b", secret_file=Path("/secret"))
    tenant = TenantSettings(kind="m365", tenant_id="t", apps={Tier.OBSERVE: observe}, addresses={"x": "y@z.example"})
    write_tenant(tmp_path, "corp", tenant)
    write_serve(tmp_path, ServeSettings(port=1234))
    write_tier(tmp_path, "corp", "flag", flag)
    settings = read_settings(tmp_path)
    assert settings.tenants["corp"] == tenant.model_copy(update={"apps": {Tier.OBSERVE: observe, Tier.FLAG: flag}})
    assert settings.serve.port == 1234


def test_a_name_is_taken_once_and_must_be_a_key(tmp_path):
    write_tenant(tmp_path, "corp", TenantSettings(kind="maildir"))
    with pytest.raises(OperatorError, match="is there already"):
        check_name(tmp_path, "corp")
    for odd in ("", "a b", "a.b", "../x", 'a"'):
        with pytest.raises(OperatorError, match="letters, digits"):
            check_shape(odd)
