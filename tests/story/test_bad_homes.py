"""A home that cannot be used as it is: said in one sentence, and nothing in it is changed."""

import sqlite3

import pytest

from mailkeep.flow.walk import alone

VERBS = (["verdicts"], ["scan"], ["watch", "--once"], ["doctor"], ["explain", "a"], ["campaigns"], ["people"])


def change(company, *statements):
    database = sqlite3.connect(company.home / "mailkeep.db")
    for each in statements:
        database.execute(each)
    database.commit()
    database.close()


def stamp(company):
    database = sqlite3.connect(company.home / "mailkeep.db")
    found = database.execute("SELECT count(*) FROM message").fetchone(), list(database.execute("SELECT * FROM cursor"))
    database.close()
    return found


def refused(done):
    assert done.exit_code == 2, done.exception
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_home_of_a_newer_version_is_left_alone(company, verb):
    change(company, "UPDATE alembic_version SET version_num = '9999_from_the_future'")
    before = stamp(company)
    said = refused(company.call(*verb))
    assert "written by a newer Mailkeep" in said
    assert "Install that version" in said
    assert stamp(company) == before


def test_a_damaged_database_is_named_with_what_to_do(company):
    for extra in company.home.glob("mailkeep.db-*"):
        extra.unlink()
    (company.home / "mailkeep.db").write_bytes(b"this is no database at all" * 400)
    for verb in (["verdicts"], ["scan"]):
        said = refused(company.call(*verb))
        assert "Put back a backup" in said


def test_every_fault_of_a_policy_is_told_with_its_line(company):
    policy = company.home / "policy.toml"
    policy.write_text('[[rule]]\nlabel = "evil"\nact = "quarantine"\n\n[[rule]]\nlabel = "malicious"\nact = "shred"\n')
    for verb in (["scan"], ["watch", "--once"]):
        said = refused(company.call(*verb))
        assert f"{policy}:2: " in said
        assert f"{policy}:7: " in said


def test_an_allow_list_is_refused_with_what_to_do_instead(company):
    policy = company.home / "policy.toml"
    policy.write_text('allow_list = ["x@y.example"]\n[[rule]]\nlabel = "malicious"\nact = "quarantine"\n')
    said = refused(company.call("watch", "--once"))
    assert f"{policy}:1: " in said
    assert "[[trusted_senders]]" in said


@pytest.mark.parametrize("name", ["mailkeep.toml", "policy.toml"])
def test_broken_toml_is_named_with_its_line(company, name):
    file = company.home / name
    file.write_text("dry_run = false\n[[rule\n")
    said = refused(company.call("scan"))
    assert str(file) in said
    assert "not valid TOML" in said
    assert "line 2" in said


def test_every_fault_of_the_settings_is_told_at_once(company):
    config = company.home / "mailkeep.toml"
    config.write_text('dry_run = "perhaps"\nspeling = 1\n' + config.read_text() + "colour = 3\n")
    said = refused(company.call("scan"))
    for word in ("dry_run", "speling", "tenants.corp.colour"):
        assert word in said
    assert len(said.splitlines()) == 3


def test_a_tenant_whose_folder_is_away_is_named_and_nothing_is_forgotten(company):
    before = stamp(company)
    company.mail.rename(company.folder / "elsewhere")
    said = refused(company.call("watch", "--once"))
    assert "does not exist. Mount it" in said
    assert stamp(company) == before
    assert company.call("verdicts", "--all", "--json").stdout


def test_a_second_scan_is_told_that_one_runs(company):
    with alone(company.home / "mailkeep.db", "corp"):
        for verb in (["scan"], ["watch", "--once"], ["people", "nobody@corp.example", "--erase"]):
            done = company.call(*verb)
            assert done.exit_code == 2
        assert "another mailkeep scan or watch is at work" in company.call("scan").stderr
        assert company.call("verdicts", "--all").exit_code == 0
    assert company.call("scan").exit_code in {0, 1}
