"""A tenant is reached before it is written down, and what stands in the way is said."""

import pytest
from tests import northwind
from tests.connect import dovecot

from mailkeep.settings import read_settings


def test_a_maildir_tenant_is_reached_and_kept(plain, tmp_path):
    done = northwind.call("--home", tmp_path, "connect", "maildir", "corp", plain.mail, "--own-domain", "Corp.Example")
    assert done.exit_code == 0
    assert "corp: reached, 6 mailboxes" in done.stderr
    assert "Next: mailkeep scan corp" in done.stderr
    tenant = read_settings(tmp_path).tenants["corp"]
    assert (tenant.kind, tenant.path, tenant.own_domains) == ("maildir", plain.mail, ("corp.example",))


def test_an_mbox_tenant_is_reached_and_kept(tmp_path):
    folder = tmp_path / "boxes"
    folder.mkdir()
    (folder / "ada@corp.example.mbox").write_bytes(
        b"From a@b.example Mon Mar  2 10:00:00 2026\nSubject: One\n\nHello.\n\n"
    )
    done = northwind.call("connect", "mbox", "boxes", "--path", folder, "--home", tmp_path / "home")
    assert done.exit_code == 0
    assert "boxes: reached, 1 mailboxes" in done.stderr


def test_every_option_comes_back_from_the_file(plain, tmp_path):
    words = ["--trusted-host", "mx.corp.example", "--trusted-host", "10.0.0.", "--authserv", "MX.Corp.Example"]
    assert northwind.call("connect", "maildir", "c", plain.mail, *words, "--home", tmp_path).exit_code == 0
    tenant = read_settings(tmp_path).tenants["c"]
    assert tenant.trusted_hosts == ("mx.corp.example", "10.0.0.")
    assert tenant.authserv == "mx.corp.example"


def test_a_second_tenant_stands_beside_the_first_and_a_name_is_taken_once(plain, tmp_path):
    for name in ("one", "two"):
        assert northwind.call("connect", "maildir", name, plain.mail, "--home", tmp_path).exit_code == 0
    assert set(read_settings(tmp_path).tenants) == {"one", "two"}
    again = northwind.call("connect", "maildir", "one", plain.mail, "--home", tmp_path)
    assert again.exit_code == 2
    assert "'one' is there already" in again.stderr


def test_a_name_that_is_taken_keeps_its_password(plain, tmp_path):
    assert northwind.call("connect", "maildir", "c", plain.mail, "--home", tmp_path).exit_code == 0
    done = northwind.call("connect", "imap", "c", "--host", "h", "--user", "u", "--home", tmp_path, input="secret\n")
    assert done.exit_code == 2
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pigeon", "c"], "not a kind of tenant. Known kinds: maildir, mbox, imap"),
        (["maildir", "a b", "/tmp"], "use letters, digits, hyphen and underscore only"),
        (["maildir", "c"], "needs the folder its mail lies in"),
        (["maildir", "c", "/nowhere/at/all"], "does not exist"),
        (["imap", "c"], "--host HOST --user USER"),
        (["imap", "c", "--host", "h", "--user", "u", "--password-file", "/nowhere/at/all"], "cannot be read"),
        (
            ["imap", "c", "--host", "h", "--user", "u", "--password-file", "/dev/null", "--ca-file", "/nowhere/at/all"],
            "/nowhere/at/all is not a file",
        ),
        (["imap", "c", "--host", "h", "--user", "u"], "No password was given"),
    ],
)
def test_a_mistake_is_said_with_its_remedy_and_nothing_is_written(tmp_path, words, says):
    done = northwind.call("connect", *words, "--home", tmp_path / "home")
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "home" / "mailkeep.toml").exists()


def test_an_empty_folder_may_become_a_tenant_but_is_remarked_on(tmp_path):
    (tmp_path / "mail").mkdir()
    done = northwind.call("connect", "maildir", "c", tmp_path / "mail", "--home", tmp_path / "home")
    assert done.exit_code == 0
    assert "there is no mailbox yet" in done.stderr


def test_an_imap_server_that_does_not_answer_is_the_providers_refusal(tmp_path):
    words = ["--host", "127.0.0.1", "--port", "1", "--no-tls", "--user", "u", "--home", tmp_path]
    done = northwind.call("connect", "imap", "c", *words, input="secret\n")
    assert done.exit_code == 3
    assert "127.0.0.1" in done.stderr
    assert "secret" not in done.stderr
    kept = tmp_path / "secrets" / "c.password"
    assert kept.read_text() == "secret"
    assert kept.stat().st_mode & 0o077 == 0


def test_an_imap_server_that_signed_its_own_certificate_is_trusted_by_name(tmp_path):
    user = dovecot.USERS[0]
    with dovecot.dovecot() as server:
        if not server.certificate.exists():
            pytest.skip("no openssl on this machine to make a certificate with")
        words = ["--host", "localhost", "--port", server.tls_port, "--user", user, "--home", tmp_path]
        password = f"{dovecot.PASSWORD} of {user}\n"
        wary = northwind.call("connect", "imap", "c", *words, input=password)
        assert wary.exit_code == 3
        assert "ca_file" in wary.stderr
        done = northwind.call("connect", "imap", "c", *words, "--ca-file", server.certificate, input=password)
        assert done.exit_code == 0, done.stderr
        assert read_settings(tmp_path).tenants["c"].ca_file == server.certificate
