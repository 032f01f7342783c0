"""The logs."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.simulator.google.desk import ADA, BEN, ROOT


@pytest.fixture
def ask(desk):
    async def asked(app="login", user="all", **query):
        path = f"/admin/reports/v1/activity/users/{user}/applications/{app}"
        return await desk.ask("GET", path, subject=ROOT, query=query)

    return asked


def stamp(clock, **before):
    return (datetime.fromtimestamp(clock.now, UTC) - timedelta(**before)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def log(workspace, clock):
    for number, (who, name) in enumerate([(ADA, "login_success"), (BEN, "login_failure"), (ADA, "login_success")]):
        workspace.audit.note("login", who, name, "login", ip=f"25.1.1.{number}", at=clock.now - 300 + number * 100,
                             login_type="google_password", is_suspicious=bool(number == 1), tries=number, kinds=["a"])  # fmt: skip


def ips(answer):
    return [each["ipAddress"] for each in answer.json.get("items", [])]


async def test_events_come_newest_first_with_their_parameters(ask, log):
    answer = await ask()
    assert ips(answer) == ["25.1.1.2", "25.1.1.1", "25.1.1.0"]
    parameters = {each["name"]: each for each in answer.json["items"][1]["events"][0]["parameters"]}
    assert parameters["is_suspicious"] == {"name": "is_suspicious", "boolValue": True}
    assert parameters["tries"]["intValue"] == "1"
    assert parameters["kinds"]["multiValue"] == ["a"]


async def test_pages_go_on_though_new_events_arrive(ask, log, workspace):
    first = await ask(maxResults=2)
    workspace.audit.note("login", BEN, "logout", ip="25.9.9.9")
    rest = await ask(maxResults=2, pageToken=first.json["nextPageToken"])
    assert ips(first) + ips(rest) == ["25.1.1.2", "25.1.1.1", "25.1.1.0"]
    assert (await ask(pageToken="odd")).status == 400


async def test_users_times_names_and_parameters_choose(ask, log, clock):
    assert ips(await ask(user=BEN)) == ["25.1.1.1"]
    assert ips(await ask(user="al@northwind-harbour.example")) == ["25.1.1.2", "25.1.1.0"]
    assert ips(await ask(startTime=stamp(clock, seconds=150))) == ["25.1.1.2"]
    assert ips(await ask(endTime=stamp(clock, seconds=250))) == ["25.1.1.0"]
    assert ips(await ask(eventName="login_failure")) == ["25.1.1.1"]
    assert ips(await ask(filters="is_suspicious==true")) == ["25.1.1.1"]
    assert ips(await ask(filters="is_suspicious<>true,tries==2")) == ["25.1.1.2"]
    assert ips(await ask(actorIpAddress="25.1.1.0")) == ["25.1.1.0"]
    assert (await ask(startTime="yesterday")).status == 400
    assert (await ask(app="weather")).status == 400


async def test_events_can_be_late_and_grow_too_old(ask, log, workspace, clock):
    workspace.audit.late_s = 150
    assert len(ips(await ask())) == 2
    clock.on(181 * 86_400)
    assert ips(await ask()) == []


async def test_gmail_wants_a_span_of_at_most_thirty_days(ask, clock):
    end = stamp(clock, days=0)
    assert (await ask(app="gmail")).status == 400
    assert (await ask(app="gmail", startTime=stamp(clock, days=31), endTime=end)).status == 400
    assert (await ask(app="gmail", startTime=stamp(clock, days=29), endTime=end)).status == 200
