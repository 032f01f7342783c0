"""What is new is judged and acted on; a second drain finds nothing."""

import json

from tests.cli.serving import ADA, Home, stopped, until
from tests.flow.company import phish

from mailkeep.cli.watch import exit_code
from mailkeep.flow.summaries import WatchSummary
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator


def summary(**changes):
    fields = {"tenant": "c", "mailboxes": 1, "mails": 1, "labels": {}, "acted": {}, "waiting": 0, "seconds": 1.0}
    return WatchSummary(**{**fields, **changes})


def test_new_mail_is_judged_acted_on_and_printed_an_object_a_line(learned, tmp_path):
    company = learned.copy(tmp_path)
    company.deliver(company.stage.live)
    done = company.call("watch", "--once", "--json")
    assert done.exit_code == 1
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"malicious"} <= {each["label"] for each in found}
    assert all(each["label"] != "clean" for each in found)
    ids = {post.message_id for post in company.stage.attacks}
    assert {each["message_id"] for each in found} & ids
    assert list(company.mail.rglob("*Quarantine/cur/*"))
    again = company.call("watch", "--once")
    assert again.exit_code == 0
    assert "0 new mails" in again.stderr
    assert "nothing new; acts: none" in again.stderr


def test_a_verdict_and_its_receipt_are_shown_as_they_fall(learned, tmp_path):
    company = learned.copy(tmp_path)
    company.deliver(company.stage.attacks)
    done = company.call("watch", "corp", "--once")
    assert "malicious" in done.stdout
    assert "done" in done.stdout


def test_a_dry_run_touches_nothing_and_says_what_it_would_have_done(learned, tmp_path):
    company = learned.copy(tmp_path)
    company.deliver(company.stage.attacks)
    config = company.home / "mailkeep.toml"
    config.write_text("dry_run = true\n" + config.read_text())
    before = sorted(company.mail.rglob("*.store1*"))
    assert company.call("watch", "--once").exit_code == 1
    assert sorted(company.mail.rglob("*.store1*")) == before
    acts = [a for line in company.call("verdicts", "--json").stdout.splitlines() for a in json.loads(line)["actions"]]
    assert acts
    assert {each["outcome"] for each in acts} == {"dry"}


def test_the_exit_code_tells_trouble_from_findings_from_peace():
    assert exit_code(summary()) == 0
    assert exit_code(summary(skipped=(("a file", "it is cut off"),))) == 1
    assert exit_code(summary(labels={"malicious": 1})) == 1
    assert exit_code(summary(troubles=(("ada", "gone"),))) == 3


async def test_a_watch_goes_on_with_every_duty_until_it_is_told_to_stop(tmp_path):
    office = Office(byte_true=True)
    office.add_person(ADA)
    async with GraphSimulator(office) as simulator:
        home = Home(tmp_path / "home", simulator)
        async with home.running("serve", "--role", "web"), home.running("watch", "--json") as watching:
            await until(home.subscribed)
            with home.store() as store:
                await until(lambda: store.caught_up("corp"))
                office.deliver(ADA, phish(1))
                await until(lambda: list(store.reports(tenant="corp")))
                await until(lambda: not store.summary().due)
            code, out, err = await stopped(watching)
    assert code == 0
    assert [json.loads(line)["label"] for line in out.splitlines()] == ["malicious"]
    assert err.startswith("Watching corp.\n")
