"""A real Dovecot for the tests: private, on loopback, gone at their end."""

import grp
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MASTER, PASSWORD = "mailkeep", "master secret"
USERS = ("ada@corp.example", "ben@corp.example")
WAIT_S = 20.0

CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
instance_name = mailkeep-test-{port}
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{ssl_files}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_master_user_separator = *
auth_failure_delay = 0
mail_max_userip_connections = 200
default_internal_user = {user}
default_login_user = {login_user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{root}/now/%u
mail_plugins =
imap_idle_notify_interval = 2 min
maildir_stat_dirs = yes
imap_capability = {capability}
service imap-login {{
  chroot =
  process_min_avail = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  master = yes
  result_success = continue
  args = scheme=PLAIN {root}/masters
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {root}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
  }}
  mailbox Sent {{
    special_use = \\Sent
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server."""

    root: Path
    port: int
    tls_port: int
    certificate: Path

    def mail(self, user: str) -> Path:
        """The Maildir of this user."""
        return self.root / "now" / user

    def begin_anew(self) -> None:
        """Empty mailboxes for whoever logs in from now on."""
        fresh = Path(tempfile.mkdtemp(dir=self.root / "mail"))
        fresh.chmod(0o777)
        link = self.root / "next"
        link.symlink_to(fresh)
        link.rename(self.root / "now")


@contextmanager
def dovecot(capability: str = "") -> Iterator[Dovecot]:
    """A Dovecot with its files in a directory of its own; skips where this machine has none.

    Not in pytest's directory: that one is closed to the user that Dovecot's processes run as.
    Takes: capabilities to offer instead of all.
    """
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no dovecot on this machine: install the package dovecot-imapd to test IMAP against a real server")
    with tempfile.TemporaryDirectory(prefix="mailkeep-dovecot-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        yield from _running(program, root, capability)


def _running(program: str, root: Path, capability: str) -> Iterator[Dovecot]:
    server = Dovecot(root, _free_port(), _free_port(), root / "certificate.pem")
    _write_files(server, capability)
    process = subprocess.Popen([program, "-F", "-c", str(root / "dovecot.conf")], stderr=subprocess.PIPE)
    server.begin_anew()
    try:
        _await(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        process.stderr.close()


def _write_files(server: Dovecot, capability: str) -> None:
    root = server.root
    for inner in ("run", "state", "mail", "home"):
        (root / inner).mkdir(parents=True, exist_ok=True)
    owner = _owner()
    (root / "masters").write_text(f"{MASTER}:{PASSWORD}\n")
    (root / "users").write_text("".join(f"{user}:{PASSWORD} of {user}\n" for user in USERS))
    tls = _certificate(server)
    config = CONFIG.format(
        root=root,
        port=server.port,
        tls_port=server.tls_port if tls else 0,
        ssl="yes" if tls else "no",
        ssl_files=f"ssl_cert = <{server.certificate}\nssl_key = <{root}/key.pem" if tls else "",
        capability=capability,
        **owner,
    )
    (root / "dovecot.conf").write_text(config)
    if os.geteuid() == 0:
        for path in (root, root / "mail", root / "home"):
            shutil.chown(path, owner["user"])


def _owner() -> dict[str, object]:
    """Who the server's processes run as: for root Dovecot's own user, else ourselves."""
    if os.geteuid() != 0:
        me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        return {"user": me, "login_user": me, "group": group, "uid": os.getuid(), "gid": os.getgid()}
    try:
        entry = pwd.getpwnam("dovecot")
    except KeyError:
        pytest.skip("the user dovecot is missing, though the program is here: install the package dovecot-core whole")
    return {"user": "dovecot", "login_user": "dovenull", "group": "dovecot", "uid": entry.pw_uid, "gid": entry.pw_gid}


def _certificate(server: Dovecot) -> bool:
    """A certificate that the server signs itself; False where openssl is missing."""
    program = shutil.which("openssl")
    if program is None:
        return False
    asked = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", str(server.root / "key.pem"), "-out", str(server.certificate)]
    subprocess.run(
        [*asked, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", *files], check=True, capture_output=True
    )
    ssl.create_default_context(cafile=str(server.certificate))
    return True


def _await(server: Dovecot, process: subprocess.Popen) -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"dovecot ended: {process.stderr.read().decode(errors='replace')}")
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1) as line:
                if line.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    log = server.root / "log"
    raise RuntimeError(f"dovecot does not answer: {log.read_text()[-2000:] if log.exists() else 'no log'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
