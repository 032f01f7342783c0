"""What the operator set: one frozen tree, read from HOME/mailkeep.toml and MAILKEEP_* variables."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from mailkeep.kit.trouble import OperatorError

CONFIG_NAME = "mailkeep.toml"


class SettingsError(OperatorError):
    """The operator erred; the message lists every fault with its file and remedy."""


class TenantSettings(BaseModel):
    """One connected tenant: `[tenants.NAME]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    """Connector: maildir, mbox, imap."""
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
    """IMAP: accounts reached through the master user; empty: the log-in's own."""
    master_separator: str = "*"
    """Between account and master user in an IMAP log-in (Dovecot's default)."""
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


class Settings(BaseSettings):
    """The whole tree. Environment variables override the file: MAILKEEP_DRY_RUN=true."""

    model_config = SettingsConfigDict(env_prefix="MAILKEEP_", env_nested_delimiter="__", extra="forbid", frozen=True)

    home: Path
    """Place of config and data."""
    dry_run: bool = False
    """True: every intent is recorded as what would have been done, and nothing is touched."""
    policy_file: Path | None = None
    """TOML policy; default HOME/policy.toml, and the built-in policy where that is missing."""
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
