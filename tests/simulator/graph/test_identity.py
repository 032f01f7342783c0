"""Managers, the tenant, and what stops an account."""

import pytest
from tests.simulator.graph.conftest import Client

ADA, GRACE = "ada@northwind.example", "grace@northwind.example"


async def test_a_manager_and_the_reports_know_each_other(client, office):
    manager = await client.get(f"/users/{ADA}/manager")
    assert manager["userPrincipalName"] == GRACE
    reports = await client.get(f"/users/{GRACE}/directReports?$select=displayName")
    assert [each["displayName"] for each in reports["value"]] == ["Ada Byron"]
    status, body = await client.ask("GET", f"/users/{GRACE}/manager")
    assert (status, body["error"]["code"]) == (404, "Request_ResourceNotFound")


async def test_the_tenant_tells_its_name_and_domains(client, office):
    (tenant,) = (await client.get("/organization"))["value"]
    assert (tenant["id"], tenant["displayName"]) == (office.tenant_id, office.name)
    assert [each["id"] for each in (await client.get("/domains"))["value"]] == ["northwind.example"]
    assert (await client.get("/domains/northwind.example"))["isDefault"] is True


async def test_an_account_is_stopped_and_the_log_has_it(client, office, simulator):
    assert (await client.ask("PATCH", f"/users/{ADA}", {"accountEnabled": False}))[0] == 204
    assert office.person(ADA).enabled is False
    status, body = await client.ask("POST", f"/users/{ADA}/revokeSignInSessions")
    assert (status, body["value"]) == (200, True)
    assert office.person(ADA).id in simulator.identity.revoked
    assert [each.activity for each in simulator.reports.audits] == [
        "Disable account",
        "Update StsRefreshTokenValidFrom Timestamp",
    ]


async def test_who_may_disable_may_change_nothing_else(simulator, session, office):
    narrow = Client(session, simulator.url)
    await narrow.sign_in(office, office.register("narrow", ["User.EnableDisableAccount.All"], secret="s"), "s")
    assert (await narrow.ask("PATCH", f"/users/{ADA}", {"accountEnabled": False}))[0] == 204
    status, body = await narrow.ask("PATCH", f"/users/{ADA}", {"jobTitle": "Chief"})
    assert status == 403
    assert "User.ReadWrite.All" in body["error"]["message"]


@pytest.mark.parametrize("body", [{"accountEnabled": "no"}, {"shoeSize": 42}])
async def test_a_change_that_cannot_be_is_refused(client, body):
    assert (await client.ask("PATCH", f"/users/{ADA}", body))[0] == 400


async def test_user_delta_tells_everybody_and_then_only_who_changed_came_or_went(client, office):
    first = await client.get("/users/delta")
    assert len(first["value"]) == 3
    assert (await client.get(first["@odata.deltaLink"]))["value"] == []
    office.person(ADA).title = "Head of Cranes"
    office.add_person("new@northwind.example", "New")
    gone = office.person("info@northwind.example").id
    office.remove_person("info@northwind.example")
    second = await client.get(first["@odata.deltaLink"])
    assert {each["id"] for each in second["value"]} == {
        office.person(ADA).id,
        office.person("new@northwind.example").id,
        gone,
    }
    assert [each["id"] for each in second["value"] if "@removed" in each] == [gone]


async def test_an_old_round_of_user_delta_is_forgotten(client):
    first = await client.get("/users/delta")
    link = first["@odata.deltaLink"]
    for _ in range(64):
        link = (await client.get(link))["@odata.deltaLink"]
    assert (await client.ask("GET", first["@odata.deltaLink"]))[0] == 410
    assert (await client.get(link))["value"] == []


async def test_user_delta_comes_in_pages_and_refuses_a_token_it_never_gave(client, office):
    for number in range(250):
        office.add_person(f"p{number}@northwind.example")
    first = await client.get("/users/delta?$select=mail")
    second = await client.get(first["@odata.nextLink"])
    assert len(first["value"]) + len(second["value"]) == 253
    assert "@odata.deltaLink" in second
    assert (await client.ask("GET", "/users/delta?$deltatoken=99"))[0] == 410
