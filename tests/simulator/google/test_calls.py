"""Requests are read, refusals spelled."""

import pytest
from tests.simulator.google.desk import ADA

from mailkeep.simulator.google.calls import Call, Refusal, not_found


def call(target="/x", body=b""):
    made = Call(None, "GET", target, {}, body)
    made.read_query()
    return made


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
