"""Mailing lists, domains, units."""

import pytest
from tests.simulator.google.desk import ADA, BEN, ROOT

AT = "/admin/directory/v1"


@pytest.fixture
def ask(desk):
    async def asked(method, path, **query):
        return await desk.ask(method, f"{AT}{path}", subject=ROOT, query=query)

    return asked


async def test_groups_members_domains_and_units(ask, workspace):
    group = workspace.add_group("all@northwind-harbour.example", [ADA, "out@elsewhere.example"])
    workspace.person(ADA).unit = "/engineering"
    assert (await ask("GET", "/groups", customer="my_customer")).json["groups"][0]["directMembersCount"] == "2"
    assert (await ask("GET", "/groups", userKey=BEN)).json == {"kind": "admin#directory#groups", "etag": '"groups"'}
    assert (await ask("GET", f"/groups/{group.id}")).json["email"] == group.address
    members = (await ask("GET", f"/groups/{group.address}/members")).json["members"]
    assert [(each["email"], each["type"]) for each in members] == [(ADA, "USER"), ("out@elsewhere.example", "EXTERNAL")]
    assert (await ask("GET", "/groups/none@x")).status == 404
    assert (await ask("GET", "/customer/my_customer/domains")).json["domains"][0]["isPrimary"]
    units = (await ask("GET", "/customer/my_customer/orgunits")).json["organizationUnits"]
    assert [each["orgUnitPath"] for each in units] == ["/engineering"]
