"""One connection to one IMAP mailbox: opened when needed, opened again when it broke, its troubles in the port's words."""

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from mailkeep.connect.imap_words import code_of
from mailkeep.connect.port import ConsentLost, ProviderTrouble, Refused, Throttled, Unreachable

T = TypeVar("T")

BUSY = ("LIMIT", "INUSE", "THROTTLED")
BUSY_S = 30.0
CONNECT_S, ANSWER_S = 10.0, 60.0
STARTTLS_PORT = 143


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """How to reach an IMAP server."""

    host: str
    port: int = 993
    """993 speaks TLS from the start, 143 after STARTTLS."""
    tls: bool = True
    """False only for a server on loopback."""
    user: str
    """Log-in; with `mailboxes` a master user."""
    password: str = field(repr=False)
    mailboxes: tuple[str, ...] = ()
    """Accounts reached through the master user; empty: the log-in's own."""
    master_separator: str = "*"
    """Between account and master user in a log-in: Dovecot's default."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's, in PEM form: for a server that signed its own."""

    def login(self, mailbox: str) -> str:
        """The log-in that opens this mailbox."""
        return f"{mailbox}{self.master_separator}{self.user}" if self.mailboxes else self.user


class Line:
    """A connection that may be shared by threads, one question at a time."""

    def __init__(self, account: ImapAccount, mailbox: str) -> None:
        self.account = account
        self.mailbox = mailbox
        self.used_at = 0.0
        self._client: IMAPClient | None = None
        self._lock = threading.RLock()

    @property
    def is_open(self) -> bool:
        """True while a connection is held."""
        return self._client is not None

    def ask(self, asked: str, deed: Callable[[IMAPClient], T]) -> T:
        """What the deed gives; done a second time where the connection broke under it. Raises: ProviderTrouble."""
        with self._lock:
            self.used_at = time.monotonic()
            fresh = self._client is None
            try:
                return self._once(asked, deed)
            except Broken as broken:
                if fresh:
                    raise Unreachable(str(broken)) from broken
            try:
                return self._once(asked, deed)
            except Broken as broken:
                raise Unreachable(str(broken)) from broken

    def close(self) -> None:
        """Logs out."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                with contextlib.suppress(OSError, IMAPClientError):
                    client.logout()

    def _once(self, asked: str, deed: Callable[[IMAPClient], T]) -> T:
        if self._client is None:
            self._client = connect(self.account, self.mailbox)
        try:
            return deed(self._client)
        except (OSError, IMAPClientAbortError) as error:
            client, self._client = self._client, None
            with contextlib.suppress(OSError, IMAPClientError):
                client.shutdown()
            raise Broken(
                f"{asked}: {self.account.host}:{self.account.port} broke off ({error}). It is tried again."
            ) from error
        except IMAPClientError as error:
            raise refusal(f"{asked}: {self.account.host}", str(error)) from error


class Broken(Exception):
    """The connection ended in the middle of a question."""


def connect(account: ImapAccount, mailbox: str) -> IMAPClient:
    """A logged-in client. Raises: ProviderTrouble."""
    if not account.tls and not _is_loopback(account.host):
        raise Refused(
            f"{account.host}:{account.port}: without TLS the password would cross the network in clear. Set tls = true;"
            " false is for a server on loopback."
        )
    client = _reached(account)
    login = account.login(mailbox)
    try:
        client.login(login, account.password)
    except LoginError as error:
        _hang_up(client)
        raise _not_let_in(account, login, str(error)) from error
    except (OSError, IMAPClientError) as error:
        _hang_up(client)
        raise Unreachable(f"{account.host}:{account.port} broke off while logging in as {login}: {error}.") from error
    client.normalise_times = False
    return client


def refusal(asked: str, said: str) -> ProviderTrouble:
    """What to raise for a NO or BAD."""
    code = code_of(said)
    if code in BUSY:
        return Throttled(f"{asked} asks for patience: {said}. It is tried again in {BUSY_S:.0f} s.", BUSY_S)
    if code == "OVERQUOTA":
        return Unreachable(
            f"{asked}: the mailbox is full ({said}). Raise its quota or empty its trash; it is tried again."
        )
    if code in ("UNAVAILABLE", "SERVERBUG", "CONTACTADMIN"):
        return Unreachable(f"{asked} cannot answer now: {said}. It is tried again.")
    if code == "NOPERM":
        return Refused(f"{asked} does not permit it: {said}. Give {asked.rpartition(' ')[2]}'s log-in the right to it.")
    return Refused(f"{asked} said no: {said}.")


def _reached(account: ImapAccount) -> IMAPClient:
    at = f"{account.host}:{account.port}"
    context = _trust(account)
    try:
        later = account.tls and account.port == STARTTLS_PORT
        client = IMAPClient(
            account.host,
            account.port,
            ssl=account.tls and not later,
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_S, ANSWER_S),
        )
        if later:
            client.starttls(context)
    except socket.gaierror as error:
        raise Unreachable(
            f"{at}: no such host ({error.strerror}). Check the host's name and this machine's DNS."
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(
            f"{at}: its certificate is not trusted ({error.verify_message}). Use the name it was made for; for a server that"
            " signed its own, name its certificate in ca_file."
        ) from error
    except ssl.SSLError as error:
        raise Unreachable(
            f"{at}: no TLS there ({error.reason or error}). Port 993 speaks TLS at once, 143 after STARTTLS; check the port."
        ) from error
    except ConnectionRefusedError as error:
        raise Unreachable(f"{at}: nobody listens there. Check host and port, and that the server runs.") from error
    except (OSError, IMAPClientError) as error:
        raise Unreachable(
            f"{at}: no answer of an IMAP server ({error}). Check host, port, TLS and the network."
        ) from error
    return client


def _trust(account: ImapAccount) -> ssl.SSLContext:
    """Which certificates are believed. Raises: Refused."""
    try:
        return ssl.create_default_context(cafile=str(account.ca_file) if account.ca_file else None)
    except OSError as error:
        raise Refused(
            f"ca_file: {account.ca_file} cannot be used ({error.strerror or error}). It must be readable and hold"
            " certificates in PEM form, each between BEGIN CERTIFICATE and END CERTIFICATE."
        ) from error


def _not_let_in(account: ImapAccount, login: str, said: str) -> ProviderTrouble:
    if code_of(said) in (*BUSY, "UNAVAILABLE", "SERVERBUG", "CONTACTADMIN"):
        return refusal(f"logging in as {login} at {account.host}", said)
    return ConsentLost(
        f"{account.host} does not let {login} in: {said}. Put the right password into the tenant's password_file, and see"
        " that IMAP is permitted for this log-in."
    )


def _hang_up(client: IMAPClient) -> None:
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
