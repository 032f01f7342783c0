"""A home's configuration written: one table for each tenant and each of its tiers, after it was reached."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.settings import AppSettings, ServeSettings, TenantSettings


def check_shape(name: str) -> None:
    """Raises: OperatorError for a name that could not be a TOML key or a file name."""
    if not name or not all(c.isalnum() or c in "-_" for c in name):
        raise OperatorError(f"tenant name {name!r}: use letters, digits, hyphen and underscore only.")


def check_name(home: Path, name: str) -> None:
    """Raises: OperatorError for a name that is taken."""
    from mailkeep.settings import CONFIG_NAME, read_settings

    if name in read_settings(home).tenants:
        raise OperatorError(
            f"{home / CONFIG_NAME}: a tenant {name!r} is there already. Choose another name, or edit that table."
        )


async def reach(name: str, settings: "TenantSettings") -> int:
    """How many mailboxes the tenant shows. Raises: ProviderTrouble; OperatorError when a path is no such tenant."""
    from mailkeep.connect.port import Refused
    from mailkeep.wiring import connector_of

    connector = connector_of(name, settings)
    try:
        return len(await connector.mailboxes())
    except Refused as refused:
        if settings.path is None:
            raise
        raise OperatorError(str(refused)) from refused
    finally:
        await connector.close()


def toml(value: object) -> str:
    """A value in TOML. Takes: strings, numbers, booleans, lists of them, and mappings from strings to them."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(key))} = {toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def table(name: str, values: dict[str, object]) -> list[str]:
    """The lines of one TOML table."""
    return [f"\n[{name}]", *(f"{key} = {toml(value)}" for key, value in values.items())]


def write_tenant(home: Path, name: str, settings: "TenantSettings") -> None:
    """Appends `[tenants.NAME]` to the home's configuration. Raises: OperatorError when the name is taken."""
    check_name(home, name)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    dump = settings.model_dump(mode="json", exclude_defaults=True)
    apps = dump.pop("apps", {})
    lines = table(f"tenants.{name}", dump)
    for tier, app in apps.items():
        lines += table(f"tenants.{name}.apps.{tier}", app)
    _append(home, lines)


def write_serve(home: Path, settings: "ServeSettings") -> None:
    """Appends `[serve]` to the home's configuration, which has none yet."""
    _append(home, table("serve", settings.model_dump(mode="json", exclude_defaults=True)))


def write_tier(home: Path, name: str, tier: str, app: "AppSettings") -> None:
    """Appends `[tenants.NAME.apps.TIER]` to the home's configuration."""
    _append(home, table(f"tenants.{name}.apps.{tier}", app.model_dump(mode="json", exclude_defaults=True)))


def _append(home: Path, lines: list[str]) -> None:
    from mailkeep.settings import CONFIG_NAME

    with (home / CONFIG_NAME).open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
