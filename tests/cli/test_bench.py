"""The benchmark's figures on a handful of mails: what is measured and how it is told, never how fast this machine is."""

import os

import pytest
from tests import northwind
from tests.flow.company import letter

from mailkeep.cli.bench import Measured, given, resident_mib, scan_all, seconds, show
from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.bench import measure


def test_mail_is_taken_from_the_paths_up_to_the_limit(tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.eml").write_bytes(letter(number))
    assert len(given([str(tmp_path)], 3)) == 3
    assert given([], 3) == []
    with pytest.raises(OperatorError, match="no mail was found"):
        given([str(tmp_path / "nowhere")], 3)


async def test_a_whole_scan_of_a_tenant_is_timed(plain, tmp_path):
    from mailkeep.cli.configuring import write_tenant
    from mailkeep.settings import TenantSettings

    write_tenant(tmp_path, "bench", TenantSettings(kind="maildir", path=plain.mail))
    found = await scan_all(tmp_path)
    assert found.mails == sum(1 for path in plain.mail.rglob("cur/*"))
    assert found.seconds > 0


def test_memory_and_time_are_those_of_a_process():
    assert resident_mib(os.getpid()) > 5
    assert resident_mib(2**22 + 1) == 0
    assert seconds(["true"]) > 0


def test_every_figure_is_told_beside_its_goal(capsys):
    engine = measure([letter(n) for n in range(3)], len)
    show(Measured(engine=engine, scan_mails_per_s=250.0, scan_ratio=4.0, version_s=0.21, watch_mib=140))
    told = capsys.readouterr().out
    for words in ("3 mails of", "p99", "250 mails/s, 1/4.0 of plain parsing", "0.21 s (goal: 0.3)", "140 MiB"):
        assert words in told


def test_a_path_without_mail_is_the_operators_mistake(tmp_path):
    done = northwind.call("bench", "--mail", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "no mail was found" in done.stderr
