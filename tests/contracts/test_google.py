"""The checker itself: it knows a right answer from a wrong one."""

import json

import pytest
from tests.contracts.google import Checked, faults_of, find_method

MAIL = "/gmail/v1/users/me/messages/18f0000000000001"


def faults(body, verb="GET", path=MAIL, status=200):
    return faults_of(verb, path, status, json.dumps(body).encode())


def test_a_true_message_has_no_faults():
    assert faults({"id": "1", "threadId": "1", "labelIds": ["INBOX"], "historyId": "18446744073709551615"}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"historyId": 7},
        {"historyId": "900000000000000000001"},
        {"internalDate": "soon"},
        {"labelIds": "INBOX"},
        {"raw": "not base64!"},
        {"sizeEstimate": 1 << 31},
        {"subject": "unknown to the document"},
        {"payload": {"headers": [{"name": "From", "text": "?"}]}},
    ],
)
def test_a_wrong_message_is_named(wrong):
    (fault,) = faults(wrong)
    assert MAIL in fault


def test_a_value_outside_the_listed_ones_is_named():
    path = "/gmail/v1/users/me/settings/autoForwarding"
    assert faults({"enabled": True, "disposition": "markRead"}, path=path) == []
    assert faults({"enabled": True, "disposition": "burn"}, path=path)


def test_a_method_that_answers_nothing_may_not_answer_anything():
    assert faults_of("DELETE", MAIL, 204, b"") == []
    assert faults({}, verb="DELETE", status=204)


def test_a_path_nobody_knows_is_a_fault():
    assert faults({}, path="/gmail/v1/users/me/quarantine")


def test_errors_have_their_own_shape():
    assert faults({"error": {"code": 404, "message": "gone", "status": "NOT_FOUND"}}, status=404) == []
    assert faults({"error": "gone"}, status=404)


def test_paths_of_every_api_are_known():
    assert find_method("POST", "/v1/projects/p/subscriptions/s:pull")[1]["id"] == "pubsub.projects.subscriptions.pull"
    assert find_method("GET", "/admin/directory/v1/users/a@b.example")[1]["id"] == "directory.users.get"
    assert find_method("POST", "/gmail/v1/users/me/messages/import")[1]["id"] == "gmail.users.messages.import"
    path = "/admin/reports/v1/activity/users/all/applications/login"
    assert find_method("GET", path)[1]["id"] == "reports.activities.list"


def test_an_observer_gathers_faults_and_methods():
    checked = Checked()
    checked("GET", MAIL, 200, b'{"id": "1"}')
    checked("GET", MAIL, 200, b'{"id": 1}')
    checked("POST", "/token", 400, b'{"error": "invalid_grant"}')
    assert len(checked.faults) == 1
    assert checked.methods == {"gmail.users.messages.get"}
