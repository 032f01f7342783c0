"""A tier is switched off for everybody, at once, and on again."""

import json


def a_verdict(company):
    return json.loads(company.call("verdicts", "--all", "--json").stdout.splitlines()[-1])["id"]


def test_what_is_switched_off_is_not_done_and_is_done_once_it_is_on_again(company):
    verdict = a_verdict(company)
    off = company.call("switch", "corp", "flag", "off", "--why", "an audit")
    assert (off.exit_code, "(an audit)" in off.stdout) == (0, True)
    tried = company.call("flag", verdict)
    assert tried.exit_code == 1
    assert "switched off by" in tried.stdout
    on = company.call("switch", "corp", "flag", "on")
    assert "flag is on. 1 deeds are owed" in on.stdout
    assert json.loads(company.call("flag", verdict, "--json").stdout)["ended"] == "done"
    assert "as it was" in company.call("switch", "corp", "flag", "on").stdout


def test_reading_has_no_switch(company):
    done = company.call("switch", "corp", "observe", "off")
    assert done.exit_code == 2
    assert "mailkeep watch" in done.stderr
