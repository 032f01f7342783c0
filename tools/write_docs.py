"""Writes docs/reference/ from the code, or with --check tells whether it is still true."""

import ast
import importlib
import pkgutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import TypeGuard

import typer
from pydantic import BaseModel

import mailkeep.connect
from mailkeep.cli.app import VERBS
from mailkeep.connect.port import Connector
from mailkeep.decide.policy import shipped_policy_text
from mailkeep.detect.run import detectors
from mailkeep.settings import AppSettings, ServeSettings, Settings, TenantSettings

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
SECTIONS: dict[str, type[BaseModel]] = {
    "Top level": Settings,
    "`[serve]`": ServeSettings,
    "`[tenants.NAME]`": TenantSettings,
    "`[tenants.NAME.apps.TIER]`": AppSettings,
}
HEAD = "<!-- Written from the code by `make docs`. Edit the code instead. -->\n\n"


def main() -> int:
    """Writes, or with --check compares; 1 when a page is missing, stale, or a thing in the code has no words."""
    pages = {
        "detectors.md": detectors_page(),
        "settings.md": settings_page(),
        "cli.md": cli_page(),
        "connectors.md": connectors_page(),
        "policy.md": f"{HEAD}# Policy\n\nThe policy as shipped:\n\n```toml\n{shipped_policy_text()}```\n",
    }
    REFERENCE.mkdir(parents=True, exist_ok=True)
    stale = [name for name, text in pages.items() if not is_same(REFERENCE / name, text)]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/reference/{name} does not say what the code says: run `make docs` and read what changed")
        return 1 if stale else 0
    for name, text in pages.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


def is_same(path: Path, text: str) -> bool:
    """True when the file holds exactly this text."""
    return path.exists() and path.read_text(encoding="utf-8") == text


def detectors_page() -> str:
    """Every detector by family, its sentence and its whole page."""
    found = detectors()
    lines = [HEAD, f"# Detectors\n\n{len(found)} detectors; each is one file under `src/mailkeep/detect/`.\n"]
    for family in sorted({each.family.value for each in found}):
        lines.append(f"\n## {family}\n")
        for each in (d for d in found if d.family.value == family):
            rest = "\n".join(each.page.strip().splitlines()[1:]).rstrip()
            attack = f" · {each.attack.value}" if each.attack else ""
            lines.append(
                f"\n### `{each.id}`\n\n{each.sentence}. (weight {each.weight:+g}{attack})\n\n```text{rest}\n```\n"
            )
    return "".join(lines)


def settings_page() -> str:
    """Every setting with its default and the words under its field."""
    lines = [HEAD, "# Settings\n\n`HOME/mailkeep.toml`; variables named `MAILKEEP_…` override it.\n"]
    for title, model in SECTIONS.items():
        words = field_words(model)
        lines.append(f"\n## {title}\n\n| setting | default | meaning |\n|---|---|---|\n")
        for name, field in model.model_fields.items():
            if name not in words:
                raise SystemExit(f"settings.py: {model.__name__}.{name} has no words under it: say what it is for")
            default = (
                "(required)"
                if field.is_required()
                else repr(field.get_default(call_default_factory=True, validated_data={}))
            )
            lines.append(f"| `{name}` | `{default}` | {words[name]} |\n")
    return "".join(lines)


def field_words(model: type) -> dict[str, str]:
    """Field → the docstring under it, read from the source."""
    tree = ast.parse((ROOT / "src" / "mailkeep" / "settings.py").read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == model.__name__)
    found = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            found[field.target.id] = " ".join(str(ast.literal_eval(below.value)).split())
    return found


def cli_page() -> str:
    """Every verb with its options, as its --help says."""
    lines = [
        HEAD,
        "# Command line\n\nExit codes: 0 done · 1 a person is needed · 2 the operator erred · 3 a provider refused.\n",
    ]
    for verb, (module, line) in VERBS.items():
        group = typer.main.get_command(importlib.import_module(f"mailkeep.cli.{module}").app)
        command = getattr(group, "commands", {}).get(verb, group)
        lines.append(f"\n## `mailkeep {verb}`\n\n{line}.\n\n")
        commands = getattr(command, "commands", None)
        for name, inner in commands.items() if commands else [("", command)]:
            lines.append(options_table(f"{verb} {name}".strip(), inner, heading=bool(commands)))
    return "".join(lines)


def options_table(name: str, command: typer.core.TyperCommand, *, heading: bool) -> str:
    """A command's arguments and options as a table."""
    rows = [f"### `mailkeep {name}`\n\n{(command.help or '').strip()}\n\n"] if heading else []
    rows.append("| argument | meaning |\n|---|---|\n")
    for parameter in command.params:
        words = getattr(parameter, "help", "") or ""
        label = " ".join(parameter.opts) if parameter.param_type_name == "option" else (parameter.name or "").upper()
        rows.append(f"| `{label}` | {words} |\n")
    return "".join(rows) + "\n"


def connectors_page() -> str:
    """Every connector's own page: cursor, acts and their undo, limits, source."""
    lines = [HEAD, "# Connectors\n"]
    for item in pkgutil.walk_packages(mailkeep.connect.__path__, "mailkeep.connect."):
        module = importlib.import_module(item.name)
        found = [thing for thing in vars(module).values() if is_of(thing, item.name) and fits(thing)]
        page = (module.__doc__ or "").strip()
        lines.extend(f"\n## `{thing.__name__}`\n\n```text\n{page}\n```\n" for thing in found)
    return "".join(lines)


def is_of(thing: object, module: str) -> TypeGuard[type]:
    """True for a class that this module defines."""
    return isinstance(thing, type) and thing.__module__ == module


def fits(thing: type) -> bool:
    """True for a class with every verb of the connector port."""
    verbs = [name for name in vars(Connector) if not name.startswith("_")]
    return thing is not Connector and all(hasattr(thing, verb) for verb in verbs)


if __name__ == "__main__":
    sys.exit(main())
