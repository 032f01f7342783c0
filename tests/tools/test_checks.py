"""Each check of `make check` refuses a deliberate wrong: a check that never failed has not been shown to work."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent


@pytest.fixture
def copy(tmp_path):
    """A copy of the project's source, to be spoiled."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignore)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(where, *command):
    environment = {"PYTHONPATH": str(where / "src"), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def spoil(where, path, text):
    file = where / "src" / "mailkeep" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text() if file.exists() else '"""Spoiled."""\n') + text)


def lint_imports(where):
    return run(where, str(BIN / "lint-imports"), "--no-cache")


def test_the_import_contracts_hold_as_they_are(copy):
    code, said = lint_imports(copy)
    assert code == 0, said


@pytest.mark.parametrize(
    ("path", "text", "contract"),
    [
        ("mail/parse.py", "import mailkeep.store.store\n", "Look back, never ahead BROKEN"),
        ("kit/domains.py", "import socket\n", "The quiet middle does no I/O BROKEN"),
        (
            "detect/rules/bare_ip_link.py",
            "import mailkeep.connect.port\n",
            "The quiet middle reaches no noisy room BROKEN",
        ),
        ("console/page.py", "import mailkeep.act.nouns\n", "The console reaches no connector and no act BROKEN"),
    ],
)
def test_a_wrong_import_breaks_its_contract(copy, path, text, contract):
    spoil(copy, path, text)
    code, said = lint_imports(copy)
    assert code != 0
    assert contract in said


def test_a_room_without_a_place_is_refused(copy):
    spoil(copy, "utils/__init__.py", "")
    code, said = lint_imports(copy)
    assert code != 0
    assert "mailkeep.utils" in said


def test_an_untyped_function_is_refused(copy):
    spoil(copy, "kit/spoiled.py", "\ndef loose(value):\n    return value\n")
    code, said = run(copy, str(BIN / "mypy"), "--strict", "src/mailkeep/kit/spoiled.py")
    assert code != 0
    assert "no-untyped-def" in said


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("\ndef undocumented() -> None:\n    return\n", "D103"),
        ("import os\n\nHOME = os.environ\n", "TID251"),
        ('\ndef late() -> None:\n    """Nothing."""\n    import json\n', "PLC0415"),
    ],
)
def test_a_house_rule_is_kept_by_the_linter(copy, text, rule):
    spoil(copy, "kit/spoiled.py", text)
    code, said = run(copy, str(BIN / "ruff"), "check", "--no-cache", "src/mailkeep/kit/spoiled.py")
    assert code != 0
    assert rule in said


def test_a_module_without_its_test_file_is_named(copy):
    (copy / "tests").mkdir()
    code, said = run(copy, sys.executable, "tools/check_mirrors.py")
    assert code == 1
    assert "missing: tests/kit/test_domains.py" in said


def test_a_test_file_without_its_module_is_named(copy):
    orphan = copy / "tests" / "kit" / "test_nothing_of_ours.py"
    orphan.parent.mkdir(parents=True)
    orphan.write_text("")
    code, said = run(copy, sys.executable, "tools/check_mirrors.py")
    assert code == 1
    assert "orphan: tests/kit/test_nothing_of_ours.py" in said


def test_a_stale_reference_page_is_named(copy):
    code, said = run(copy, sys.executable, "tools/write_docs.py", "--check")
    assert code == 1
    assert "docs/reference/detectors.md does not say what the code says" in said
    assert run(copy, sys.executable, "tools/write_docs.py")[0] == 0
    assert run(copy, sys.executable, "tools/write_docs.py", "--check")[0] == 0


def test_a_setting_without_words_is_refused(copy):
    spoil(
        copy,
        "settings.py",
        "\n\nclass Extra(Settings):\n    silent: int = 0\n\n\nSettings = Extra  # type: ignore[misc]\n",
    )
    code, said = run(copy, sys.executable, "tools/write_docs.py", "--check")
    assert code != 0
    assert said


def test_a_binding_licence_is_refused():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import check_licences
    finally:
        sys.path.pop(0)
    refused = check_licences.REFUSED
    assert refused.search("GPL-3.0-only")
    assert refused.search("GNU General Public License v3 (GPLv3)")
    assert refused.search("AGPL-3.0")
    assert not refused.search("LGPL-3.0-only")
    assert not refused.search("Apache-2.0 MIT BSD License MPL-2.0")
    assert check_licences.main() == 0
