"""A takeover staged from another process."""

ADA = "ada@northwind.example"


async def happen(client, **said):
    async with client.session.post(f"{client.url}/_sim/events", json=said) as answer:
        return answer.status, await answer.json()


async def test_a_takeover_is_staged_and_read_back(client, office):
    status, made = await happen(
        client,
        sign_ins=[{"person": ADA, "ip": "198.51.100.7", "place": {"city": "Lagos", "country": "NG"}}],
        risks=[{"person": ADA, "kind": "unlikelyTravel"}],
        audits=[{"activity": "Update user", "by": ADA}],
        rules=[{"address": ADA, "name": ".", "actions": {"delete": True}}],
        consents=[{"app": "Evil", "scope": "Mail.Read", "address": ADA}, {"app": "Evil", "scope": "Files.Read"}],
    )
    assert status == 200
    assert (await client.get("/auditLogs/signIns"))["value"][0]["location"]["city"] == "Lagos"
    assert (await client.get("/identityProtection/riskDetections"))["value"][0]["riskEventType"] == "unlikelyTravel"
    rules = await client.get(f"/users/{ADA}/mailFolders/inbox/messageRules")
    assert [each["id"] for each in rules["value"]] == made["rules"]
    grants = (await client.get(f"/users/{ADA}/oauth2PermissionGrants"))["value"]
    assert [each["id"] for each in grants] == made["consents"][:1]
    assert len([app for app in office.apps.values() if app.name == "Evil"]) == 1


async def test_an_event_that_makes_no_sense_is_refused(client):
    assert (await happen(client, sign_ins=[{"person": ADA}]))[0] == 400
    assert (await happen(client, rules=[{"address": "nobody@x", "name": "x", "actions": {}}]))[0] in {400, 404}
