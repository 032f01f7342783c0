"""Files are judged without a tenant: every form, the promised keys, the promised exit code."""

import gzip
import json

import pytest
from tests import northwind
from tests.flow.company import letter, phish

PROMISED = ["id", "message_id", "mailbox", "path", "label", "attack", "score", "signals", "actions", "elapsed_ms"]


@pytest.fixture
def mails(tmp_path):
    (tmp_path / "good.eml").write_bytes(letter(1))
    (tmp_path / "bad.eml").write_bytes(phish(2))
    return tmp_path


def objects(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_attack_is_found_and_makes_the_exit_code_one(mails):
    done = northwind.call("inspect", mails / "bad.eml")
    assert done.exit_code == 1
    assert "MALICIOUS" in done.stdout
    assert "Why" in done.stdout


def test_honest_mail_alone_is_done(mails):
    done = northwind.call("inspect", mails / "good.eml", "--json")
    assert done.exit_code == 0
    assert objects(done)[0]["label"] == "clean"


def test_an_object_a_mail_has_exactly_the_promised_keys_first(mails):
    done = northwind.call("inspect", mails, "--json")
    found = objects(done)
    assert {each["path"] for each in found} == {str(mails / "good.eml"), str(mails / "bad.eml")}
    for each in found:
        assert list(each)[: len(PROMISED)] == PROMISED
        assert each["label"] in {"malicious", "suspicious", "graymail", "clean"}
        assert 0 <= each["score"] <= 1
        assert each["actions"] == []
        assert each["elapsed_ms"] > 0
    bad = next(each for each in found if each["path"].endswith("bad.eml"))
    assert bad["attack"] == "credential_phishing"
    for signal in bad["signals"]:
        assert {"id", "family", "weight", "evidence"} <= set(signal)
        assert all({"place", "says"} <= set(evidence) for evidence in signal["evidence"])


def test_the_same_bytes_give_the_same_verdict(mails):
    def verdict():
        found = objects(northwind.call("inspect", mails / "bad.eml", "--json"))[0]
        return {key: found[key] for key in ("id", "label", "score", "signals")}

    assert verdict() == verdict()


def test_standard_input_is_one_mail_or_an_mbox():
    done = northwind.call("inspect", "-", "--json", input=phish(3))
    assert done.exit_code == 1
    assert [each["path"] for each in objects(done)] == ["-"]
    two = b"".join(b"From a@b.example Mon Mar  2 10:00:00 2026\n" + letter(n) + b"\n" for n in (1, 2))
    assert [each["path"] for each in objects(northwind.call("inspect", "-", "--json", input=two))] == ["-#1", "-#2"]


def test_nothing_on_standard_input_is_the_operators_mistake():
    done = northwind.call("inspect", "-", input=b"")
    assert done.exit_code == 2
    assert "standard input: is empty" in done.stderr


def test_a_path_that_is_not_mail_is_named_and_the_rest_goes_on(mails):
    (mails / "cat.jpg").write_bytes(b"\xff\xd8\xff" + bytes(50))
    done = northwind.call("inspect", mails / "nowhere", mails / "cat.jpg", mails / "bad.eml", "--json")
    assert done.exit_code == 2
    assert "no such file" in done.stderr
    assert "is not mail" in done.stderr
    assert [each["path"] for each in objects(done)] == [str(mails / "bad.eml")]


def test_a_stray_file_in_a_folder_of_mail_is_named_but_is_nobodys_mistake(mails):
    (mails / "notes.md").write_text("just words")
    done = northwind.call("inspect", mails, "--json")
    assert done.exit_code == 1
    assert "notes.md: is not mail" in done.stderr
    assert len(objects(done)) == 2


def test_a_compressed_mbox_is_read_through(tmp_path):
    box = tmp_path / "box.mbox.gz"
    box.write_bytes(
        gzip.compress(b"".join(b"From a@b.example Mon Mar  2 10:00:00 2026\n" + letter(n) + b"\n" for n in range(3)))
    )
    assert len(objects(northwind.call("inspect", box, "--json"))) == 3


def test_results_of_another_host_than_the_named_one_are_not_believed(tmp_path):
    mail = tmp_path / "one.eml"
    mail.write_bytes(phish(4))

    def fired(*words):
        found = objects(northwind.call("inspect", mail, "--json", *words))[0]
        return {signal["id"] for signal in found["signals"]}

    assert "dmarc-failed" in fired()
    assert "dmarc-failed" in fired("--authserv", "MX.corp.example")
    assert "dmarc-failed" not in fired("--authserv", "mx.other.example")


def test_the_learned_past_of_a_home_is_used_and_left_as_it_is(attacked, tmp_path):
    company = attacked.copy(tmp_path)
    before = company.call("verdicts", "--all", "--json").stdout
    mail = next(path for path in company.mail.rglob("cur/*") if path.is_file())
    done = company.call("inspect", mail, "--json")
    assert done.exit_code in {0, 1}
    assert company.call("verdicts", "--all", "--json").stdout == before


def test_the_whole_page_is_shown_for_every_mail_when_asked(mails):
    done = northwind.call("inspect", mails, "--why")
    assert done.stdout.count("What was done") == 2
