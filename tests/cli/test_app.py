"""The verbs are there, load lazily, and trouble becomes a sentence and the promised exit code."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from mailkeep import __version__
from mailkeep.cli.app import VERBS, app


def call(*arguments, **given):
    return CliRunner().invoke(app, [str(each) for each in arguments], **given)


def test_the_version_is_printed():
    done = call("--version")
    assert done.exit_code == 0
    assert done.stdout == f"mailkeep {__version__}\n"


def test_help_lists_every_verb_without_loading_any():
    done = call("--help")
    assert done.exit_code == 0
    for verb in VERBS:
        assert f"  {verb} " in done.stdout


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "lab"])
def test_every_verb_tells_what_it_does(verb):
    done = call(verb, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_an_unknown_verb_is_the_operators_mistake():
    assert call("frobnicate").exit_code == 2


def test_a_home_without_tenants_says_how_to_begin(tmp_path):
    done = call("--home", tmp_path, "watch", "--once")
    assert done.exit_code == 2
    assert "mailkeep connect" in done.stderr


def test_a_home_without_data_says_how_to_begin(tmp_path):
    done = call("verdicts", "--home", tmp_path)
    assert done.exit_code == 2
    assert "mailkeep scan" in done.stderr


def test_the_version_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from mailkeep.cli.app import app\n"
        "CliRunner().invoke(app, ['--version'])\n"
        "print([m for m in ('numpy', 'sqlalchemy', 'imapclient', 'selectolax', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
