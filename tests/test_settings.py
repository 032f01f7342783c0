"""The operator's settings are read, and every fault is named."""

from pathlib import Path

import pytest

from mailkeep.settings import SettingsError, home_dir, read_settings


def write(home, text):
    (home / "mailkeep.toml").write_text(text)
    return home


def test_a_home_without_a_file_has_defaults(tmp_path):
    settings = read_settings(tmp_path)
    assert settings.tenants == {}
    assert settings.database == tmp_path / "mailkeep.db"


def test_a_tenant_is_read(tmp_path):
    home = write(tmp_path, '[tenants.corp]\nkind = "maildir"\npath = "/srv/mail"\nown_domains = ["corp.example"]\n')
    tenant = read_settings(home).tenants["corp"]
    assert (tenant.kind, tenant.path, tenant.own_domains) == ("maildir", Path("/srv/mail"), ("corp.example",))


def test_the_environment_overrides_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("MAILKEEP_DRY_RUN", "true")
    assert read_settings(write(tmp_path, "dry_run = false\n")).dry_run


def test_a_tenant_is_not_made_of_the_shells_own_variables(tmp_path, monkeypatch):
    for name in ("PATH", "HOST", "PORT", "USER"):
        monkeypatch.setenv(name, "99")
    home = write(tmp_path, '[tenants.corp]\nkind = "imap"\n')
    tenant = read_settings(home).tenants["corp"]
    assert (tenant.path, tenant.host, tenant.port, tenant.user) == (None, "", 993, "")


def test_every_fault_is_named_at_once(tmp_path):
    home = write(tmp_path, 'dry_run = "perhaps"\nspelled_wrong = 1\n')
    with pytest.raises(SettingsError) as caught:
        read_settings(home)
    assert "dry_run" in str(caught.value)
    assert "spelled_wrong" in str(caught.value)
    assert str(home) in str(caught.value)


def test_broken_toml_is_named_with_its_file(tmp_path):
    with pytest.raises(SettingsError, match="not valid TOML"):
        read_settings(write(tmp_path, "[tenants\n"))


def test_a_file_that_is_no_text_and_a_home_that_is_a_file_are_named(tmp_path):
    (tmp_path / "mailkeep.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        read_settings(tmp_path)
    with pytest.raises(SettingsError, match="is a file, and a home is a folder"):
        read_settings(tmp_path / "mailkeep.toml")


def test_the_home_is_the_given_one_then_the_environments_then_the_users(tmp_path, monkeypatch):
    monkeypatch.setenv("MAILKEEP_HOME", str(tmp_path / "env"))
    assert home_dir(tmp_path / "given") == tmp_path / "given"
    assert home_dir(None) == tmp_path / "env"
    monkeypatch.delenv("MAILKEEP_HOME")
    assert home_dir(None) == Path.home() / ".mailkeep"
