"""People, and what they let in."""

import pytest
from tests.simulator.google.desk import ADA, BEN, ROOT

from mailkeep.simulator.google.workspace import AppToken

AT = "/admin/directory/v1"


@pytest.fixture
def ask(desk):
    async def asked(method, path, body=None, **query):
        return await desk.ask(method, f"{AT}{path}", body, subject=ROOT, query=query)

    return asked


async def test_users_come_in_pages_by_address(ask, workspace):
    first = (await ask("GET", "/users", customer="my_customer", maxResults=2)).json
    rest = (await ask("GET", "/users", customer="my_customer", pageToken=first["nextPageToken"])).json
    assert [each["primaryEmail"] for each in (*first["users"], *rest["users"])] == [ADA, BEN, ROOT]
    ada = first["users"][0]
    assert ada["aliases"] == ["al@northwind-harbour.example"]
    assert ada["relations"] == [{"type": "manager", "value": ROOT}]
    assert ada["organizations"][0]["title"] == "Engineer"
    assert (await ask("GET", "/users")).status == 400
    assert (await ask("GET", "/users", customer="my_customer", pageToken="x")).status == 400


async def test_only_administrators_may_ask(desk):
    denied = await desk.ask("GET", f"{AT}/users", subject=ADA, query={"customer": "my_customer"})
    assert (denied.status, denied.reason) == (403, "forbidden")


async def test_a_user_is_found_by_alias_and_id(ask, workspace):
    for key in ("al@northwind-harbour.example", workspace.person(ADA).id):
        assert (await ask("GET", f"/users/{key}")).json["primaryEmail"] == ADA
    assert (await ask("GET", "/users/nobody@x")).status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_suspended_user_is_cut_off_and_noted(ask, desk, workspace, method):
    await desk.gmail("GET", "/profile", subject=BEN)
    suspended = await ask(method, f"/users/{BEN}", {"suspended": True})
    assert (suspended.json["suspended"], suspended.json["suspensionReason"]) == (True, "ADMIN")
    assert (await desk.gmail("GET", "/profile", subject=BEN)).status == 400
    assert [each["primaryEmail"] for each in
            (await ask("GET", "/users", customer="c", query="isSuspended=true")).json["users"]] == [BEN]  # fmt: skip
    await ask(method, f"/users/{BEN}", {"suspended": False})
    names = [event.name for event in workspace.audit.newest_first("admin")]
    assert sorted(names) == ["SUSPEND_USER", "UNSUSPEND_USER"]


async def test_signing_out_ends_sessions(ask, workspace):
    assert (await ask("POST", f"/users/{BEN}/signOut")).status == 204
    assert workspace.person(BEN).signed_out == 1


async def test_applications_are_listed_and_shut_out(ask, workspace):
    workspace.person(BEN).apps["99.apps"] = AppToken("99.apps", "Mail Merge", ("https://mail.google.com/",))
    listed = (await ask("GET", f"/users/{BEN}/tokens")).json["items"]
    assert listed == [(await ask("GET", f"/users/{BEN}/tokens/99.apps")).json]
    assert listed[0]["scopes"] == ["https://mail.google.com/"]
    assert (await ask("DELETE", f"/users/{BEN}/tokens/99.apps")).status == 204
    assert "items" not in (await ask("GET", f"/users/{BEN}/tokens")).json
    assert (await ask("DELETE", f"/users/{BEN}/tokens/99.apps")).status == 404
    assert workspace.audit.newest_first("token")[0].name == "revoke"
