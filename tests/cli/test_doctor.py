"""The doctor's findings, in marks and objects, and the exit code they earn."""

import json
import shutil


def test_a_healthy_home_is_fine(attacked):
    done = attacked.call("doctor")
    assert done.exit_code == 0
    assert "ok    work owed: none" in done.stdout
    assert "ok    coverage corp" in done.stdout
    rows = [json.loads(line) for line in attacked.call("doctor", "--json").stdout.splitlines()]
    assert {row["standing"] for row in rows} == {"fine"}


def test_mail_nobody_read_is_remarked_on_with_the_remedy(learned, tmp_path):
    company = learned.copy(tmp_path)
    company.deliver(company.stage.live)
    done = company.call("doctor")
    assert done.exit_code == 0
    assert "look  coverage corp" in done.stdout
    assert "mailkeep watch corp --once" in done.stdout


def test_a_tenant_whose_folder_is_gone_fails_and_the_rest_is_looked_at(learned, tmp_path):
    company = learned.copy(tmp_path)
    shutil.rmtree(company.mail)
    done = company.call("doctor")
    assert done.exit_code == 1
    assert "FAIL" in done.stdout
    assert "does not exist" in done.stdout
    assert "work owed" in done.stdout
