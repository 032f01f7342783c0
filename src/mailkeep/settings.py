"""What the operator set: one frozen tree, read from HOME/mailkeep.toml and MAILKEEP_* variables."""

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError

CONFIG_NAME = "mailkeep.toml"


class SettingsError(OperatorError):
    """The operator erred; the message lists every fault with its file and remedy."""


class AppSettings(BaseModel):
    """One registration at a provider: `[tenants.NAME.apps.TIER]`. Each tier has its own, with its own credential."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str = ""
    """Microsoft 365: application (client) id of the app registration."""
    certificate_file: Path | None = None
    """Microsoft 365: PEM file with the private key and the certificate that was uploaded to the registration."""
    secret_file: Path | None = None
    """Microsoft 365: file with a client secret alone, where a certificate cannot be had."""
    secret_expires: date | None = None
    """Day on which the client secret ends, as the portal shows it; a warning comes 30, 14, 7 and 1 days before."""
    key_file: Path | None = None
    """Google: JSON key file of the service account."""


class TenantSettings(BaseModel):
    """One connected tenant: `[tenants.NAME]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    """Connector: maildir, mbox, imap, m365, google."""
    path: Path | None = None
    """Folder of a maildir or mbox tenant."""
    host: str = ""
    """IMAP server."""
    port: int = 993
    """IMAP port; 993 speaks TLS from the start."""
    tls: bool = True
    """False only for a server on loopback."""
    ca_file: Path | None = None
    """PEM file of the certificates to trust instead of the system's, for an IMAP server that signed its own."""
    user: str = ""
    """IMAP log-in; with `mailboxes` a master user."""
    password_file: Path | None = None
    """File that holds the IMAP password alone; readable by the owner only."""
    mailboxes: tuple[str, ...] = ()
    """IMAP: accounts reached through the master user. Microsoft 365, Google: only these. Empty: the log-in's own, or all."""
    master_separator: str = "*"
    """Between account and master user in an IMAP log-in (Dovecot's default)."""
    tenant_id: str = ""
    """Microsoft 365: directory (tenant) id or a verified domain."""
    cloud: str = "global"
    """Microsoft 365: global, gcc-high, dod or china."""
    apps: dict[Tier, AppSettings] = Field(default_factory=dict)
    """Registrations by tier: observe, flag, remediate, contain. A tier without one is not done."""
    rich_notices: bool = False
    """Microsoft 365: True: notices prove by Microsoft's signature who sent them, and tell drafts from mail before any fetch.

    They carry two properties, encrypted for a key that `mailkeep serve` makes in HOME/secrets/NAME.notices.pem, and are renewed
    daily instead of weekly. Needs Mail.Read, so not with `metadata_only`."""
    scope_group: str = ""
    """Microsoft 365: the group that RBAC for Applications limits the registrations to, for the check that it holds."""
    metadata_only: bool = False
    """True: the observe tier reads no content (Mail.ReadBasic.All, gmail.metadata), and is judged with that much less."""
    banner: bool = False
    """True: a flag also writes a warning into the mail; Microsoft 365 asks Mail-Advanced.ReadWrite.All for it."""
    admin: str = ""
    """Google: an administrator whose view of the directory is used."""
    topic: str = ""
    """Google: Pub/Sub topic that Gmail publishes to, projects/P/topics/T."""
    pull_subscription: str = ""
    """Google: Pub/Sub subscription to pull from, projects/P/subscriptions/S; nothing of ours need be public then."""
    push_account: str = ""
    """Google: service account that signs pushed notices, where they are pushed and not pulled."""
    quota: str = "2026"
    """Google: quota table of the Cloud project: 2026 (made since May 2026) or older."""
    api_url: str = ""
    """Microsoft 365, Google: base address of the API in place of the provider's own, for a simulator or a proxy."""
    login_url: str = ""
    """The same for the token endpoint."""
    canary: str = ""
    """Mailbox that mails itself a canary every few minutes to prove the loop; needs the permission to send."""
    approve_above: int = 100
    """A claw-back of more mails than this waits for a second person."""
    own_domains: tuple[str, ...] = ()
    """Domains of ours; empty: inferred from the mail."""
    authserv: str = ""
    """authserv-id of our own mail host; only its Authentication-Results are believed."""
    trusted_hosts: tuple[str, ...] = ()
    """Names or IP prefixes of our own relays."""
    addresses: dict[str, str] = Field(default_factory=dict)
    """Mailbox → its address, where a mailbox folder is not named by one."""
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Mailbox groups that the policy may name: group → addresses."""
    vips: tuple[str, ...] = ()
    """Addresses of people whose names are worth forging."""


class ServeSettings(BaseModel):
    """What `mailkeep serve` listens on: `[serve]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on; put a TLS proxy before anything but loopback."""
    port: int = 8025
    """TCP port."""
    metrics_port: int = 0
    """TCP port on 127.0.0.1 for Prometheus metrics; 0: none."""
    public_url: str = ""
    """https address under which providers reach this server; empty: no pushed notices, mail is found by looking."""
    google_certs_url: str = "https://www.googleapis.com/oauth2/v3/certs"
    """Where Google's signing keys for pushed notices are had."""


class Settings(BaseSettings):
    """The whole tree. Environment variables override the file: MAILKEEP_DRY_RUN=true."""

    model_config = SettingsConfigDict(env_prefix="MAILKEEP_", env_nested_delimiter="__", extra="forbid", frozen=True)

    home: Path
    """Place of config and data."""
    dry_run: bool = False
    """True: every intent is recorded as what would have been done, and nothing is touched."""
    policy_file: Path | None = None
    """TOML policy; default HOME/policy.toml, and the built-in policy where that is missing."""
    serve: ServeSettings = Field(default_factory=ServeSettings)
    """The server for notices, metrics and the console."""
    tenants: dict[str, TenantSettings] = Field(default_factory=dict)
    """Connected tenants by name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - signature is pydantic-settings'
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        home = Path(init_settings().get("home", "."))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=home / CONFIG_NAME)

    @property
    def database(self) -> Path:
        """The embedded store."""
        return self.home / "mailkeep.db"

    @property
    def policy_path(self) -> Path:
        """Where the policy is looked for."""
        return self.policy_file or self.home / "policy.toml"


def home_dir(given: Path | None) -> Path:
    """The place of config and data: what was given, else MAILKEEP_HOME, else ~/.mailkeep."""
    chosen = given or Path(os.environ.get("MAILKEEP_HOME", "") or Path.home() / ".mailkeep")  # noqa: TID251 - the one place
    return chosen.expanduser().absolute()


def read_settings(home: Path) -> Settings:
    """The operator's settings. Raises: SettingsError with every fault at once."""
    config = home / CONFIG_NAME
    if home.exists() and not home.is_dir():
        raise SettingsError(f"{home}: is a file, and a home is a folder. Name another place with --home.")
    try:
        return Settings(home=home)
    except OSError as error:
        raise SettingsError(
            f"{config}: cannot be read ({error.strerror}). Give this user read permission, or name another --home."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{config}: is not UTF-8 text ({error.reason} at byte {error.start}). Save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{config}: not valid TOML: {error}. Mend that line, or move the file away to start anew."
        ) from error
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(config, fault) for fault in error.errors())) from error


def _sentence(config: Path, fault: Any) -> str:  # noqa: ANN401 - pydantic's own loose mapping
    key = ".".join(str(step) for step in fault["loc"])
    return f"{config}: {key}: {fault['msg']}. See docs/settings.md for the meaning of each setting."
