"""The tenant's logs over the API: filtered, paged, late, and limited."""

from urllib.parse import quote

import pytest
from tests.simulator.graph.conftest import Client

from mailkeep.simulator.graph.odata import moment
from mailkeep.simulator.graph.records import Audit, Place, Risk, SignIn
from mailkeep.simulator.graph.throttle import Limits

ADA, GRACE = "ada@northwind.example", "grace@northwind.example"


@pytest.fixture
async def simulator(serve, office, faults):
    """Without the limits of reports, which have a test of their own."""
    return await serve(office, faults=faults, limits=Limits(reports=1000, risk_window_s=0))


async def test_sign_ins_come_newest_first_filtered_and_page_by_page(client, simulator, office):
    now = office.clock() - 100
    for second in range(25):
        who = ADA if second % 5 else GRACE
        simulator.reports.sign_ins.append(SignIn(person=who, ip=f"203.0.113.{second}", at=now + second))
    first = await client.get("/auditLogs/signIns?$top=10")
    assert first["value"][0]["ipAddress"] == "203.0.113.24"
    seen, link = [], "/auditLogs/signIns?$top=10"
    while link:
        page = await client.get(link)
        seen += [each["ipAddress"] for each in page["value"]]
        link = page.get("@odata.nextLink")
        simulator.reports.sign_ins.append(SignIn(person=ADA, ip="198.51.100.1", at=now))
    assert len(seen) == len(set(seen)) == 25
    asked = quote(f"createdDateTime ge {moment(now + 20)} and userPrincipalName eq '{GRACE}'")
    found = await client.get(f"/auditLogs/signIns?$filter={asked}")
    assert [each["ipAddress"] for each in found["value"]] == ["203.0.113.20"]


async def test_a_sign_in_tells_place_device_risk_and_outcome(client, simulator, office):
    where = Place(city="Lagos", country="NG", latitude=6.5, longitude=3.4)
    simulator.reports.sign_ins.append(
        SignIn(
            person=ADA,
            ip="198.51.100.7",
            at=office.clock() - 1,
            place=where,
            risk="high",
            risk_types=("unfamiliarFeatures",),
            error=50126,
        )
    )
    (told,) = (await client.get("/auditLogs/signIns"))["value"]
    assert told["location"]["city"] == "Lagos"
    assert told["status"]["errorCode"] == 50126
    assert told["riskLevelDuringSignIn"] == "high"
    assert (await client.get(f"/auditLogs/signIns/{told['id']}"))["userPrincipalName"] == ADA


async def test_a_tenant_without_a_premium_licence_shows_audits_alone(client, simulator):
    simulator.reports.premium = False
    for path in ("/auditLogs/signIns", "/identityProtection/riskDetections"):
        status, body = await client.ask("GET", path)
        assert status == 403
        assert "premium license" in body["error"]["message"]
    assert (await client.ask("GET", "/auditLogs/directoryAudits"))[0] == 200


async def test_a_late_record_is_not_readable_before_its_time(client, simulator, office):
    start = office.clock()
    simulator.reports.sign_ins.append(SignIn(person=ADA, ip="198.51.100.7", at=start, late_s=300))
    assert (await client.get("/auditLogs/signIns"))["value"] == []
    office.clock = lambda: start + 301
    assert len((await client.get("/auditLogs/signIns"))["value"]) == 1


async def test_a_record_of_somebody_who_left_stays_readable(client, simulator, office):
    simulator.reports.sign_ins.append(SignIn(person=ADA, ip="198.51.100.7", at=office.clock() - 1))
    simulator.reports.audits.append(Audit(activity="Update user", by=ADA, at=office.clock() - 1))
    office.remove_person(ADA)
    assert (await client.get("/auditLogs/signIns"))["value"][0]["userPrincipalName"] == ADA
    assert len((await client.get("/auditLogs/directoryAudits"))["value"]) == 1


async def test_audits_are_filtered_by_what_was_done(client, simulator, office):
    at = office.clock() - 5
    changed = (("ConsentAction.Permissions", "", "Mail.Read"),)
    simulator.reports.audits += [
        Audit(activity="Update user", by=GRACE, at=at, target=ADA),
        Audit(
            activity="Consent to application",
            by=ADA,
            at=at,
            target="Evil",
            target_kind="ServicePrincipal",
            changes=changed,
        ),
        Audit(activity="Update user", by="Sync", at=at, target=ADA),
    ]
    found = await client.get(
        f"/auditLogs/directoryAudits?$filter={quote('activityDisplayName eq ')}'Consent to application'"
    )
    assert [each["initiatedBy"]["user"]["userPrincipalName"] for each in found["value"]] == [ADA]
    assert (await client.ask("GET", f"/auditLogs/directoryAudits?$filter={quote('colour eq ')}'red'"))[0] == 400


async def test_risks_make_risky_users_who_can_be_confirmed(client, simulator, office):
    simulator.reports.risks.append(Risk(person=ADA, kind="anonymizedIPAddress", at=office.clock() - 1, level="medium"))
    (risk,) = (await client.get("/identityProtection/riskDetections"))["value"]
    assert risk["riskEventType"] == "anonymizedIPAddress"
    (user,) = (await client.get("/identityProtection/riskyUsers"))["value"]
    assert (user["riskState"], user["riskLevel"]) == ("atRisk", "medium")
    confirmed = {"userIds": [user["id"]]}
    assert (await client.ask("POST", "/identityProtection/riskyUsers/confirmCompromised", confirmed))[0] == 204
    again = await client.get(f"/identityProtection/riskyUsers/{user['id']}")
    assert (again["riskState"], again["riskLevel"]) == ("confirmedCompromised", "high")


async def test_reports_are_five_in_ten_seconds_and_identity_protection_one_a_second(serve, session, office, app):
    now = office.clock()
    office.clock = lambda: now
    simulator = await serve(office)
    client = Client(session, simulator.url)
    await client.sign_in(office, app)
    statuses = [(await client.ask("GET", "/auditLogs/signIns"))[0] for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    async with session.get(f"{simulator.url}/v1.0/auditLogs/signIns", headers=client.headers) as refused:
        assert int(refused.headers["Retry-After"]) > 0
    assert (await client.ask("GET", "/identityProtection/riskDetections"))[0] == 200
    async with session.get(f"{simulator.url}/v1.0/identityProtection/riskyUsers", headers=client.headers) as refused:
        assert refused.status == 429
        assert "Retry-After" not in refused.headers
