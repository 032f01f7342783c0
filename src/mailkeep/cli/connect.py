"""`mailkeep connect KIND NAME`: add a tenant, prove that it can be reached, and say what to grant."""

import asyncio
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailkeep.cli.app import DONE, NEEDS_A_PERSON
from mailkeep.cli.configuring import check_name, check_shape, reach, write_tenant
from mailkeep.cli.frame import HomeOption, home_of, say
from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.settings import TenantSettings

app = typer.Typer()

API_KINDS = ("m365", "google")
"""Kinds that are consented to at the provider, tier by tier."""

CONSENT = {
    "maildir": "Mailkeep needs to read, rename and create files below {path}: run it as the mail server's user or group.",
    "mbox": "Mailkeep needs to read and rewrite the .mbox files in {path}: run it as their owner.",
    "imap": "Mailkeep logs in to {host} as {user}. For a whole company use a Dovecot master user and name the\n"
    "mailboxes with --mailbox. It needs no more than the rights lrwstiek (RFC 4314) on each of them.",
}
"""Kind → what the operator must grant, least privilege first."""

SHAPES = {
    "maildir": "A maildir tenant is a folder with one Maildir per mailbox, named by its address: FOLDER/ada@corp.example/cur.",
    "mbox": "An mbox tenant is a folder with one file per mailbox, named by its address: FOLDER/ada@corp.example.mbox.",
}
"""Kind → what its folder looks like."""


@app.command()
def connect(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="maildir, mbox, imap, m365 or google")],
    name: Annotated[str, typer.Argument(help="Your name for this tenant")],
    place: Annotated[Path | None, typer.Argument(help="Folder of a maildir or mbox tenant; the same as --path")] = None,
    *,
    home: HomeOption = None,
    path: Annotated[Path | None, typer.Option(help="Folder of a maildir or mbox tenant")] = None,
    host: Annotated[str, typer.Option(help="IMAP server")] = "",
    port: Annotated[int, typer.Option(help="IMAP port")] = 993,
    user: Annotated[str, typer.Option(help="IMAP log-in, or master user")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password alone; asked for if missing")
    ] = None,
    mailbox: Annotated[
        list[str] | None,
        typer.Option(
            help="IMAP: account reached through the master user; m365, google: only this one; repeat for more"
        ),
    ] = None,
    own_domain: Annotated[
        list[str] | None, typer.Option(help="A domain of yours; inferred from the mail when missing")
    ] = None,
    authserv: Annotated[str, typer.Option(help="authserv-id of your mail host, whose verdicts are believed")] = "",
    trusted_host: Annotated[list[str] | None, typer.Option(help="Name or IP prefix of a relay of yours")] = None,
    ca_file: Annotated[
        Path | None, typer.Option(help="PEM file with the certificate of an IMAP server that signed its own")
    ] = None,
    no_tls: Annotated[bool, typer.Option("--no-tls", help="Plain IMAP, for a server on this machine only")] = False,
    tier: Annotated[Tier, typer.Option(help="m365, google: how far this registration reaches")] = Tier.OBSERVE,
    tenant_id: Annotated[str, typer.Option(help="m365: directory (tenant) id, or a domain of yours")] = "",
    client_id: Annotated[
        str, typer.Option(help="m365: application (client) id; without it the steps are printed")
    ] = "",
    cloud: Annotated[str, typer.Option(help="m365: global, gcc-high, dod or china")] = "global",
    certificate_file: Annotated[Path | None, typer.Option(help="m365: PEM with key and certificate of yours")] = None,
    secret_file: Annotated[Path | None, typer.Option(help="m365: file with a client secret, if it must be")] = None,
    scope_group: Annotated[str, typer.Option(help="m365: group that Exchange limits the registrations to")] = "",
    admin: Annotated[str, typer.Option(help="google: administrator whose view of the directory is used")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help="google: service account key; without it the steps are printed")
    ] = None,
    metadata_only: Annotated[bool, typer.Option("--metadata-only", help="m365, google: read no content")] = False,
    rich_notices: Annotated[
        bool, typer.Option("--rich-notices", help="m365: notices that Microsoft signs and that tell drafts from mail")
    ] = False,
    api_url: Annotated[str, typer.Option(help="m365, google: another address of the API, for a simulator")] = "",
    login_url: Annotated[str, typer.Option(help="m365, google: another address of the token endpoint")] = "",
) -> None:
    """Adds a tenant to HOME/mailkeep.toml after reaching it once.

    For m365 and google it prints the exact consent steps first, and exits 1 until a person has followed them.
    """
    from mailkeep.settings import TenantSettings

    where = home_of(ctx, home)
    check_shape(name)
    if kind not in {*CONSENT, *API_KINDS}:
        raise OperatorError(f"connect {kind}: not a kind of tenant. Known kinds: {', '.join((*CONSENT, *API_KINDS))}.")
    if kind == "imap" and not (host and user):
        raise OperatorError("connect imap: name the server and the log-in: --host HOST --user USER.")
    settings = TenantSettings(
        kind=kind,
        path=absolute(path or place),
        host=host,
        port=port,
        tls=not no_tls,
        ca_file=absolute(ca_file),
        user=user,
        password_file=absolute(password_file),
        mailboxes=tuple(each.lower() if kind in API_KINDS else each for each in mailbox or ()),
        own_domains=tuple(domain.lower() for domain in own_domain or ()),
        authserv=authserv.lower(),
        trusted_hosts=tuple(trusted_host or ()),
        tenant_id=tenant_id,
        cloud=cloud,
        admin=admin.lower(),
        scope_group=scope_group,
        metadata_only=metadata_only,
        rich_notices=rich_notices,
        api_url=api_url,
        login_url=login_url,
    )
    if kind not in API_KINDS:
        add(where, name, settings)
        return
    from mailkeep.cli.connect_api import Registration, connect_api

    asked = Registration(
        name=name,
        tier=tier,
        client_id=client_id,
        certificate_file=absolute(certificate_file),
        secret_file=absolute(secret_file),
        key_file=absolute(key_file),
        tenant=settings,
    )
    raise typer.Exit(DONE if connect_api(where, asked) else NEEDS_A_PERSON)


def absolute(path: Path | None) -> Path | None:
    """The path as it is written down: good from wherever Mailkeep is started."""
    return path.expanduser().absolute() if path else None


def add(home: Path, name: str, settings: "TenantSettings") -> None:
    """Reaches the tenant once, keeps it, and says what to grant and what comes next. Raises: ProviderTrouble, OperatorError."""
    kind, folder = settings.kind, settings.path
    check_name(home, name)
    if kind == "imap" and settings.password_file is None:
        settings = settings.model_copy(update={"password_file": keep_password(home, name)})
    found = asyncio.run(reach(name, settings))
    if not found and folder and any(folder.iterdir()):
        raise OperatorError(f"{folder}: holds no mailbox. {SHAPES[kind]}")
    write_tenant(home, name, settings)
    say(CONSENT[kind].format(path=folder, host=settings.host, user=settings.user))
    if not found:
        say(f"{name}: there is no mailbox yet. {SHAPES.get(kind, '')}")
    say(f"{name}: reached, {found} mailboxes. Kept in {home / 'mailkeep.toml'}.")
    say(f"Next: mailkeep scan {name}   (learns the past; touches nothing)")


def keep_password(home: Path, name: str) -> Path:
    """Asks for the password (or reads one line from a pipe) and keeps it readable by the owner alone."""
    password = getpass.getpass("IMAP password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise OperatorError("No password was given. Pass --password-file FILE, or pipe it in: connect … < FILE.")
    secrets = home / "secrets"
    secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = secrets / f"{name}.password"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(password)
    return file
