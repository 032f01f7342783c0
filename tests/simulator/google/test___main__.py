"""The simulator as a process of its own."""

import json
import signal
import subprocess
import sys
from urllib.request import urlopen


def started(*arguments):
    command = [sys.executable, "-m", "mailkeep.simulator.google", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_it_says_where_it_is_and_stops_when_told():
    with started("--people", "50", "--quota", "none") as process:
        said = json.loads(process.stdout.readline())
        with urlopen(f"{said['url']}/_sim/counts") as reply:
            counts = json.load(reply)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert counts["people"] == 50
    assert set(said["credentials"]) == {"observe", "flag", "remediate", "contain"}
    assert said["admin"].startswith("user00000@")


def test_the_company_with_its_past_is_there():
    with started("--days", "3") as process:
        said = json.loads(process.stdout.readline())
        with urlopen(f"{said['url']}/_sim/counts") as reply:
            counts = json.load(reply)
        process.terminate()
        assert process.wait(10) == 0
    assert counts["mails"] > 20
    assert said["admin"].endswith(said["domain"])
