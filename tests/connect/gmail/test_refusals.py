"""Refusals in the port's words, with what a person has to do."""

from datetime import UTC, datetime

import msgspec
import pytest

from mailkeep.connect.answers import Answer
from mailkeep.connect.assertions import GoogleGrant, ServiceAccountKey
from mailkeep.connect.gmail.refusals import (
    BadRequest,
    DaySpent,
    StaleLabel,
    read_fault,
    refusal,
    retry_moment,
    worded,
)
from mailkeep.connect.port import ConsentLost, Gone, Refused, Throttled, Unreachable

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
GRANT = GoogleGrant(
    account=ServiceAccountKey(client_email="watcher@project.example", private_key=""),
    user="ada@corp.example",
    scopes=("https://www.googleapis.com/auth/gmail.readonly",),
)


def answered(status, message="", reason="", **headers):
    """An answer as Google words it."""
    error = {"code": status, "message": message, "errors": [{"reason": reason}] if reason else []}
    return Answer(status=status, headers=headers, body=msgspec.json.encode({"error": error}))


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (answered(400, "Invalid id value"), Gone, "no mail of this id"),
        (answered(400, "Invalid label: Label_7"), StaleLabel, "Label_7"),
        (answered(400, "Mail service not enabled", "failedPrecondition"), Refused, "licence with Gmail"),
        (answered(400, "Invalid startHistoryId"), BadRequest, "status 400"),
        (answered(403, "Daily Limit Exceeded", "dailyLimitExceeded"), DaySpent, "a higher quota"),
        (answered(403, "Gmail API has not been used", "accessNotConfigured"), ConsentLost, "Library"),
        (answered(403, "Insufficient Permission", "insufficientPermissions"), ConsentLost, "gmail.readonly"),
        (answered(403, "Blocked", "domainPolicy"), ConsentLost, "API controls"),
        (answered(403, "Delegation denied for ada@corp.example", "forbidden"), ConsentLost, "doctor"),
        (answered(404, "Requested entity was not found.", "notFound"), Gone, "not found"),
        (answered(401, "Invalid Credentials", "authError"), ConsentLost, "401"),
        (answered(429, "Too many concurrent requests for user."), Throttled, "429"),
        (answered(500, "Backend Error", "backendError"), Unreachable, "500"),
        (answered(503, "Backend Error", "backendError", **{"retry-after": "9"}), Throttled, "503"),
    ],
)
def test_each_refusal_says_what_was_asked_what_came_back_and_what_to_do(answer, kind, says):
    trouble = refusal(answer, "reading mail 7", GRANT)
    assert type(trouble) is kind
    assert str(trouble).startswith("reading mail 7: ")
    assert says in str(trouble)


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("body", [b"", b"<html>No such page</html>", b"[]", b"{}"])
def test_what_google_did_not_say_is_no_refusal(status, body):
    trouble = refusal(Answer(status=status, body=body), "reading mail 7", GRANT)
    assert type(trouble) is Unreachable
    assert "not Google" in str(trouble)


def test_too_many_is_429_with_a_time_to_wait_in_whatever_way_google_says_it():
    told = [
        answered(429, "User-rate limit exceeded.  Retry after 2026-03-02T12:00:15.000Z", "rateLimitExceeded"),
        answered(403, "User Rate Limit Exceeded", "userRateLimitExceeded"),
        answered(403, "Rate Limit Exceeded", "rateLimitExceeded", **{"retry-after": "40"}),
    ]
    assert [(worded(each, NOON).status, worded(each, NOON).retry_after_s) for each in told] == [
        (429, 15.0),
        (429, 2.0),
        (429, 40.0),
    ]
    for other in (answered(403, "No.", "forbidden"), answered(200), answered(503)):
        assert worded(other, NOON) is other


def test_faults_are_read_in_both_of_googles_shapes():
    body = b"""{"error":{"code":403,"message":"No.","errors":[{"reason":"insufficientPermissions","domain":"global"}],
    "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"""
    fault = read_fault(body)
    assert fault.reasons == {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
    assert fault.message == "No."
    for garbage in (b"", b"<html>", b"[]", b'{"error":"invalid_grant"}'):
        assert read_fault(garbage).reasons == frozenset()


def test_the_moment_in_googles_sentence_is_understood():
    assert retry_moment("User-rate limit exceeded.  Retry after 2026-03-02T12:00:15.250Z", NOON) == 15.25
    assert retry_moment("Retry after 2026-03-02T11:00:00.000Z (Mail sending)", NOON) == 0
    for other in ("Rate Limit Exceeded", "Retry after a while", "Retry after "):
        assert retry_moment(other, NOON) is None
