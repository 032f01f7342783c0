"""Grants that users gave to apps, and what apps hold, with the end of their credentials."""

from urllib.parse import quote

from mailkeep.simulator.graph.consents import GRAPH_APP

ADA = "ada@northwind.example"


async def test_a_consent_is_listed_found_by_app_and_removed(client, office, simulator):
    evil = office.register("Evil Reader")
    kept = simulator.consents.consent(office.register("Calendar Helper"), "Calendars.Read")
    given = simulator.consents.consent(evil, "Mail.Read offline_access", ADA)
    assert len((await client.get("/oauth2PermissionGrants"))["value"]) == 2
    asked = quote(f"clientId eq '{evil.object_id}'")
    (found,) = (await client.get(f"/oauth2PermissionGrants?$filter={asked}"))["value"]
    assert found["principalId"] == office.person(ADA).id
    assert found["consentType"] == "Principal"
    assert (await client.ask("DELETE", f"/oauth2PermissionGrants/{given.id}"))[0] == 204
    assert (await client.ask("DELETE", f"/oauth2PermissionGrants/{given.id}"))[0] == 404
    assert [each["id"] for each in (await client.get("/oauth2PermissionGrants"))["value"]] == [kept.id]
    assert "Consent to application" in [each.activity for each in simulator.reports.audits]


async def test_what_an_app_holds_is_read_by_the_names_of_its_roles(client, office, app):
    (principal,) = (await client.get(f"/servicePrincipals?$filter={quote('appId eq ')}'{app.client_id}'"))["value"]
    (graph,) = (await client.get(f"/servicePrincipals?$filter={quote('appId eq ')}'{GRAPH_APP}'"))["value"]
    names = {role["id"]: role["value"] for role in graph["appRoles"]}
    held = await client.get(f"/servicePrincipals/{principal['id']}/appRoleAssignments")
    assert {names[each["appRoleId"]] for each in held["value"]} == app.permissions
    assert (await client.ask("GET", "/servicePrincipals/nobody/appRoleAssignments"))[0] == 404


async def test_an_application_tells_when_its_secret_ends_and_never_the_secret(client, office, app):
    (found,) = (await client.get(f"/applications?$filter={quote('appId eq ')}'{app.client_id}'"))["value"]
    (credential,) = found["passwordCredentials"]
    assert credential["endDateTime"] == f"{app.secrets[0].expires:%Y-%m-%dT%H:%M:%SZ}"
    assert credential["secretText"] is None
