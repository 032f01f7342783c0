"""Routes are found, requests read, refusals spelled."""

import pytest
from tests.contracts.google import discoveries
from tests.simulator.google.desk import ADA

from mailkeep.simulator.google.calls import Call, Refusal, Routes, answer, not_found
from mailkeep.simulator.google.server import TABLES

SERVED = [route for table in TABLES for route in table.ROUTES.all if not route.id.startswith("sim.")]


def call(target="/x", body=b""):
    made = Call(None, "GET", target, {}, body)
    made.read_query()
    return made


@pytest.mark.parametrize("route", SERVED, ids=lambda route: route.id)
def test_every_route_has_the_path_and_the_scopes_of_its_discovery_document(route):
    method = next(found.methods[route.id] for found in discoveries() if route.id in found.methods)
    assert method["httpMethod"] == route.method
    assert set(method["scopes"]) == route.scopes
    placeholders = route.path.count("{")
    assert method.get("flatPath", method["path"]).count("{") == placeholders


def test_fixed_steps_go_before_placeholders():
    routes = Routes()
    for path in ("/m/{id}", "/m/import", "/m/{id}/trash", "/s/{name}:pull", "/s/{name}"):
        routes.add("GET", path, path)(lambda _: answer({}))
    assert routes.find("GET", "/m/import")[0].id == "/m/import"
    assert routes.find("GET", "/m/imports")[1] == {"id": "imports"}
    assert routes.find("GET", "/m/import/trash")[1] == {"id": "import"}
    assert routes.find("GET", "/s/news:pull") == (routes.find("GET", "/s/other:pull")[0], {"name": "news"})
    assert routes.find("GET", "/s/news")[0].id == "/s/{name}"


def test_nothing_is_found_for_other_methods_and_paths():
    routes = Routes()
    routes.add("GET", "/m/{id}", "one")(lambda _: answer({}))
    assert routes.find("POST", "/m/1") is None
    assert routes.find("GET", "/m") is None
    assert routes.find("GET", "/m/") is None
    assert routes.find("GET", "/m/1/2") is None


def test_placeholders_are_unquoted():
    routes = Routes()
    routes.add("GET", "/u/{key}", "one")(lambda _: answer({}))
    assert routes.find("GET", "/u/ada%40corp.example")[1] == {"key": "ada@corp.example"}


def test_query_words_are_read():
    asked = call("/x?maxResults=900&labelIds=A&labelIds=B&yes=true&q=a%20b")
    assert asked.number("maxResults", 100, 500) == 500
    assert asked.words("labelIds") == ["A", "B"]
    assert asked.yes("yes")
    assert asked.word("q") == "a b"
    assert asked.number("missing", 7, 500) == 7


@pytest.mark.parametrize("value", ["0", "-1", "ten", "٣"])
def test_a_count_that_is_none_is_refused(value):
    with pytest.raises(Refusal):
        call(f"/x?maxResults={value}").number("maxResults", 100, 500)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_refused(body):
    with pytest.raises(Refusal) as no:
        call(body=body).json()
    assert no.value.reason == "parseError"


def test_a_refusal_is_spelled_as_google_spells_it():
    reply = not_found().reply()
    assert reply.status == 404
    assert b'"reason":"notFound"' in reply.body
    assert b'"domain":"usageLimits"' in Refusal(429, "rateLimitExceeded", "slow").reply().body
    assert b'"location":"Authorization"' in Refusal(401, "authError", "who").reply().body


async def test_me_the_own_address_and_an_alias_are_the_same_mailbox(desk):
    for key in ("me", ADA, "AL@northwind-harbour.example"):
        profile = await desk.ask("GET", f"/gmail/v1/users/{key}/profile")
        assert profile.json["emailAddress"] == ADA


async def test_another_users_mailbox_is_denied(desk):
    denied = await desk.ask("GET", "/gmail/v1/users/ben@northwind-harbour.example/profile")
    assert (denied.status, denied.reason) == (403, "forbidden")


async def test_a_user_without_gmail_has_no_mail_service(desk, workspace):
    workspace.person(ADA).gmail = False
    refused = await desk.gmail("GET", "/profile")
    assert (refused.status, refused.json["error"]["status"]) == (400, "FAILED_PRECONDITION")


async def test_a_service_account_has_no_mailbox_of_its_own(desk):
    refused = await desk.gmail("GET", "/profile", subject=desk.account.email)
    assert refused.status == 400
