from tests.contracts.graph import permissions
from tests.simulator.graph.desk import ANN, BOB, Desk, mail, refused

from mailkeep.simulator.graph.permissions import NEEDS, reach


def test_a_greater_permission_reaches_what_the_lesser_ones_do():
    assert reach(frozenset({"Mail.ReadWrite"})) == {"Mail.ReadWrite", "Mail.Read", "Mail.ReadBasic.All"}
    assert "User.ReadBasic.All" in reach(frozenset({"Directory.ReadWrite.All"}))
    assert reach(frozenset()) == frozenset()


async def test_a_refusal_names_what_is_missing():
    desk = Desk("User.ReadBasic.All")
    desk.office.deliver(ANN, mail())
    reply = await desk.ask("GET", f"/users/{ANN}/messages")
    assert refused(reply) == (403, "ErrorAccessDenied")
    assert "Mail.ReadBasic.All or Mail.Read" in reply.body["error"]["message"]
    desk.office.grant(desk.app, ["Mail.Read"])
    reply = await desk.ask("GET", "/users")
    assert refused(reply) == (403, "Authorization_RequestDenied")
    assert "User.ReadBasic.All" in reply.body["error"]["message"]


async def test_revoked_consent_is_felt_at_once():
    desk = Desk()
    assert (await desk.ask("GET", f"/users/{ANN}/messages")).status == 200
    desk.office.grant(desk.app, ())
    assert (await desk.ask("GET", f"/users/{ANN}/messages")).status == 403


async def test_an_exchange_assignment_opens_its_mailboxes_alone():
    desk = Desk("User.Read.All")
    desk.office.assign(desk.app, "Mail.Read", [ANN])
    assert (await desk.ask("GET", f"/users/{ANN}/messages")).status == 200
    reply = await desk.ask("GET", f"/users/{BOB}/messages")
    assert refused(reply) == (403, "ErrorAccessDenied")
    assert BOB in reply.body["error"]["message"]
    assert refused(await desk.ask("POST", f"/users/{ANN}/mailFolders", {"displayName": "x"}))[0] == 403


async def test_consent_for_the_tenant_voids_the_scope_of_an_assignment():
    desk = Desk("User.Read.All", "Mail.Read")
    desk.office.assign(desk.app, "Mail.Read", [ANN])
    assert (await desk.ask("GET", f"/users/{BOB}/messages")).status == 200


async def test_an_assignment_means_nothing_outside_mailboxes():
    desk = Desk("Mail.Read")
    desk.office.assign(desk.app, "User.Read.All", [ANN])
    assert (await desk.ask("GET", f"/users/{ANN}")).status == 403


def test_our_table_agrees_with_the_published_one():
    published = permissions()
    for (method, pattern), ours in NEEDS.items():
        path = "/".join("{id}" if part.startswith("{") else part.lower() for part in pattern.split("/"))
        allowed = published.allowed(method, path)
        if allowed:
            assert set(ours) <= allowed, (method, pattern)
