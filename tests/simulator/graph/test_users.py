from tests.simulator.graph.desk import ANN, BOB, READER, Desk, refused


async def test_users_come_in_pages():
    desk = Desk()
    for number in range(7):
        desk.office.add_person(f"p{number}@corp.example")
    desk.office.remove_person("p3@corp.example")
    rows, _ = await desk.pages("/users?$top=3&$select=mail")
    assert [row["mail"] for row in rows] == [ANN, BOB, *(f"p{n}@corp.example" for n in (0, 1, 2, 4, 5, 6))]
    assert set(rows[0]) == {"id", "mail"}


async def test_a_user_shows_names_and_whether_the_account_is_open():
    desk = Desk()
    body = await desk.get(
        f"/users/{ANN}?$select=id,proxyAddresses,accountEnabled,assignedPlans,jobTitle,givenName,surname"
    )
    assert body["proxyAddresses"] == [f"SMTP:{ANN}", "smtp:a.archer@corp.example"]
    assert body["accountEnabled"] is True
    assert (body["givenName"], body["surname"], body["jobTitle"]) == ("Ann", "Archer", "Clerk")
    assert body["assignedPlans"][0]["service"] == "exchange"


async def test_without_select_a_user_has_the_default_properties():
    body = await Desk().get(f"/users/{BOB}")
    assert body["userPrincipalName"] == BOB
    assert "accountEnabled" not in body


async def test_users_are_filtered():
    desk = Desk()
    desk.office.person(BOB).enabled = False
    for spelled, found in (
        ("accountEnabled eq true", [ANN]),
        (f"mail eq '{BOB.upper()}'", [BOB]),
        ("startswith(displayName,'bo')", [BOB]),
        ("startswith(displayName,'bo') and accountEnabled eq true", []),
    ):
        body = await desk.get(f"/users?$filter={spelled}")
        assert [row["mail"] for row in body["value"]] == found
    assert refused(await desk.ask("GET", "/users?$filter=mail gt 'a'")) == (400, "Request_UnsupportedQuery")


async def test_a_shared_mailbox_says_that_it_is_one():
    desk = Desk(*READER)
    desk.office.add_person("desk@corp.example", purpose="shared")
    assert (await desk.get("/users/desk@corp.example/mailboxSettings"))["userPurpose"] == "shared"
    assert (await desk.get("/users/desk@corp.example/mailboxSettings/userPurpose"))["value"] == "shared"


async def test_categories_are_made_once_and_removed():
    desk = Desk()
    path = f"/users/{ANN}/outlook/masterCategories"
    made = await desk.ask("POST", path, {"displayName": "Suspicious", "color": "preset0"})
    assert (made.status, made.body["displayName"]) == (201, "Suspicious")
    assert refused(await desk.ask("POST", path, {"displayName": "suspicious"}))[0] == 409
    assert refused(await desk.ask("POST", path, {}))[0] == 400
    assert [row["displayName"] for row in (await desk.get(path))["value"]] == ["Suspicious"]
    assert (await desk.ask("DELETE", f"{path}/{made.body['id']}")).status == 204
    assert refused(await desk.ask("DELETE", f"{path}/{made.body['id']}"))[0] == 404
