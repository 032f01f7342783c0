"""Assertions, delegations, keys and the tokens that come of them."""

import time

import google.auth.jwt
import jwt
import pytest
from tests.simulator.google.desk import ADA, BEN

from mailkeep.simulator.google.keys import Key

READONLY = "gmail.readonly"


@pytest.fixture(autouse=True)
def readonly(workspace):
    workspace.grant("everything", ["gmail.readonly", "gmail.modify"])


async def refused(desk, assertion, status, error):
    answer = await desk.trade(assertion)
    assert (answer.status, answer.json["error"]) == (status, error), answer.json
    return answer.json["error_description"]


async def test_a_delegated_scope_gives_a_token_for_an_hour(desk, clock):
    token = await desk.token(ADA, READONLY)
    url, headers = f"{desk.sim.url}/gmail/v1/users/me/profile", {"Authorization": f"Bearer {token}"}
    clock.on(3590)
    async with desk.session.get(url, headers=headers) as reply:
        assert reply.status == 200
    clock.on(11)
    async with desk.session.get(url, headers=headers) as reply:
        assert reply.status == 401


async def test_a_scope_that_was_not_delegated_is_refused_whole(desk):
    says = await refused(desk, desk.assertion(ADA, "gmail.readonly gmail.settings.sharing"), 401, "unauthorized_client")
    assert "not authorized" in says


async def test_a_user_nobody_knows_is_refused(desk):
    await refused(desk, desk.assertion("nobody@northwind-harbour.example", READONLY), 400, "invalid_grant")


async def test_an_alias_speaks_for_the_same_user(desk, sim):
    await desk.gmail("GET", "/profile", subject="al@northwind-harbour.example", wanted=READONLY)
    assert sim.meter.spent(ADA, "mailkeep-sim") == 1


async def test_a_suspended_user_is_refused(desk, workspace):
    workspace.person(BEN).suspended = True
    await refused(desk, desk.assertion(BEN, READONLY), 400, "invalid_grant")


@pytest.mark.parametrize("how", [{"life": 3700}, {"begins": 1_772_452_800 - 7200}, {"begins": 1_772_452_800 + 900}])
async def test_assertions_must_be_short_and_of_the_present(desk, how):
    says = await refused(desk, desk.assertion(ADA, READONLY, **how), 400, "invalid_grant")
    assert "short-lived" in says


async def test_an_assertion_for_somebody_else_is_refused(desk):
    says = await refused(desk, desk.assertion(ADA, READONLY, aud="https://elsewhere.example"), 400, "invalid_grant")
    assert "audience" in says


async def test_an_assertion_signed_by_another_key_is_refused(desk):
    says = await refused(desk, desk.assertion(ADA, READONLY, key=Key.made()), 400, "invalid_grant")
    assert "Signature" in says


async def test_a_disabled_key_ends_tokens_and_gives_none(desk):
    await desk.token(ADA, READONLY)
    key = next(iter(desk.account.keys.values()))
    key.disabled = True
    assert (await desk.gmail("GET", "/profile", wanted=READONLY)).status == 401
    await refused(desk, desk.assertion(ADA, READONLY), 400, "invalid_grant")
    second = desk.account.new_key()
    assert (await desk.trade(desk.assertion(ADA, READONLY, key=second))).status == 200


async def test_a_deleted_account_is_not_found(desk):
    desk.account.deleted = True
    says = await refused(desk, desk.assertion(ADA, READONLY), 400, "invalid_grant")
    assert "account not found" in says


async def test_a_revoked_delegation_ends_tokens_and_gives_none(desk, workspace):
    await desk.token(ADA, READONLY)
    workspace.revoke("everything")
    assert (await desk.gmail("GET", "/profile", wanted=READONLY)).status == 401
    await refused(desk, desk.assertion(ADA, READONLY), 401, "unauthorized_client")


async def test_a_clock_that_is_off_makes_assertions_invalid(desk, workspace):
    assertion = desk.assertion(ADA, READONLY)
    workspace.skew_s = 4200
    says = await refused(desk, assertion, 400, "invalid_grant")
    assert "timeframe" in says


@pytest.mark.parametrize("assertion", ["", "a.b.c", "no jwt"])
async def test_what_is_no_assertion_is_refused(desk, assertion):
    await refused(desk, assertion, 400, "invalid_grant")


@pytest.mark.parametrize("odd", [{"iat": "noon"}, {"exp": None}, {"iss": "nobody@x"}])
async def test_claims_of_the_wrong_kind_are_refused(desk, odd):
    await refused(desk, desk.assertion(ADA, READONLY, **odd), 400, "invalid_grant")


async def test_other_grants_and_empty_scopes_are_refused(desk):
    other = await desk.trade(desk.assertion(ADA, READONLY), grant_type="password")
    assert other.json["error"] == "unsupported_grant_type"
    await refused(desk, desk.assertion(ADA, ""), 400, "invalid_scope")


async def test_an_unknown_token_and_none_at_all_are_told_apart(sim, session):
    url = f"{sim.url}/gmail/v1/users/me/profile"
    async with session.get(url) as none, session.get(url, headers={"Authorization": "Bearer made-up"}) as unknown:
        assert (none.status, (await none.json())["error"]["errors"][0]["reason"]) == (401, "required")
        assert (unknown.status, (await unknown.json())["error"]["errors"][0]["reason"]) == (401, "authError")


async def test_a_missing_scope_is_named(desk):
    denied = await desk.gmail("POST", "/messages/batchModify", {}, wanted=READONLY)
    assert (denied.status, denied.reason) == (403, "insufficientPermissions")
    assert denied.json["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert "auth/gmail.modify" in denied.headers["WWW-Authenticate"]


async def test_an_account_may_speak_for_itself_without_delegation(desk):
    answer = await desk.trade(desk.assertion(None, "pubsub"))
    assert answer.status == 200


async def test_what_google_signs_can_be_checked_with_either_document(workspace, sim, session, clock):
    clock.now = time.time()
    token = workspace.keyring.signed_by_google({"aud": "https://us.example/hook", "email": "push@x"})
    async with session.get(f"{sim.url}/oauth2/v3/certs") as reply:
        (jwk,) = (await reply.json())["keys"]
    claims = jwt.decode(token, jwt.PyJWK(jwk).key, algorithms=["RS256"], audience="https://us.example/hook")
    assert claims["iss"] == "https://accounts.google.com"
    async with session.get(f"{sim.url}/oauth2/v1/certs") as reply:
        certificates = await reply.json()
    assert google.auth.jwt.decode(token, certificates, audience="https://us.example/hook")["email"] == "push@x"
