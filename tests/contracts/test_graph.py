"""The checker itself: it accepts what Graph says and names each thing Graph would not say."""

import pytest
from tests.contracts.graph import Contract, Permissions, Watchman, contract, permissions

MESSAGE = {
    "@odata.etag": 'W/"CQAAABYAAAC"',
    "id": "AAMkAD",
    "subject": "Berth 4",
    "isRead": False,
    "importance": "normal",
    "receivedDateTime": "2026-11-22T08:00:00Z",
    "flag": {"flagStatus": "notFlagged"},
    "categories": [],
    "from": {"emailAddress": {"name": "Ada", "address": "ada@northwind.example"}},
    "body": {"contentType": "html", "content": "<p>hello</p>"},
}


@pytest.fixture
def graph() -> Contract:
    return contract()


@pytest.fixture
def allowed() -> Permissions:
    return permissions()


def test_a_true_message_has_no_errors(graph: Contract) -> None:
    assert graph.answer_errors("GET", "/users/ada/messages/AAMkAD", 200, MESSAGE) == []
    assert graph.answer_errors("GET", "/users/ada/messages", 200, {"@odata.nextLink": "x", "value": [MESSAGE]}) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"importance": "urgent"}, "urgent"),
        ({"isRead": "no"}, "Edm.Boolean"),
        ({"receivedDateTime": "22 Nov 2026"}, "Edm.DateTimeOffset"),
        ({"flag": {"flagStatus": "red"}}, "red"),
        ({"folder": "inbox"}, "not a property"),
        ({"categories": "one"}, "instead of a list"),
        ({"from": "ada@northwind.example"}, "instead of an object"),
    ],
)
def test_each_wrong_value_is_named(graph: Contract, change: dict[str, object], says: str) -> None:
    wrong = graph.answer_errors("GET", "/users/ada/messages/AAMkAD", 200, MESSAGE | change)
    assert len(wrong) == 1
    assert says in wrong[0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/users", "Collection(microsoft.graph.user)"),
        ("/users/ada/messages/1/move", "microsoft.graph.message"),
        ("/users/ada/mailFolders/inbox/messages/delta()", "Collection(microsoft.graph.message)"),
        ("/users/ada/mailFolders('inbox')/messages", "Collection(microsoft.graph.message)"),
        ("/users/ada/mailFolders/inbox/messageRules/1", "microsoft.graph.messageRule"),
        ("/users/delta", "Collection(microsoft.graph.user)"),
        ("/users/ada/revokeSignInSessions", "Edm.Boolean"),
        ("/users/ada/messages/1/permanentDelete", ""),
        ("/auditLogs/signIns", "Collection(microsoft.graph.signIn)"),
    ],
)
def test_a_path_is_followed_to_the_type_it_answers_with(graph: Contract, path: str, kind: str) -> None:
    assert graph.kind_of(path) == kind


def test_an_unknown_path_is_no_route(graph: Contract) -> None:
    with pytest.raises(LookupError, match="letters"):
        graph.kind_of("/users/ada/letters")


def test_a_person_in_a_list_of_directory_objects_must_say_so(graph: Contract) -> None:
    page = {"value": [{"@odata.type": "#microsoft.graph.user", "id": "1", "jobTitle": "Clerk"}]}
    assert graph.answer_errors("GET", "/users/ada/directReports", 200, page) == []
    del page["value"][0]["@odata.type"]
    assert graph.answer_errors("GET", "/users/ada/directReports", 200, page)


def test_a_move_or_a_delete_answers_as_published(graph: Contract) -> None:
    assert graph.answer_errors("POST", "/users/ada/messages/1/move", 201, MESSAGE) == []
    assert graph.answer_errors("DELETE", "/users/ada/messages/1", 204, None) == []
    assert graph.answer_errors("DELETE", "/users/ada/messages/1", 204, {"done": True})
    assert graph.answer_errors("POST", "/users/ada/revokeSignInSessions", 200, {"value": True}) == []


def test_an_error_has_a_code_and_a_message(graph: Contract) -> None:
    assert graph.answer_errors("GET", "/users", 403, {"error": {"code": "x", "message": "y", "innerError": {}}}) == []
    assert graph.answer_errors("GET", "/users", 403, {"message": "no"})


def test_notices_are_a_published_type_too(graph: Contract) -> None:
    notice = {
        "subscriptionId": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
        "subscriptionExpirationDateTime": "2026-11-22T08:00:00Z",
        "tenantId": "84bd8158-6d4d-4958-8b9f-9d6445542f95",
        "changeType": "created",
        "resource": "Users/1/Messages/2",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "2"},
    }
    kind = "microsoft.graph.changeNotificationCollection"
    assert graph.errors({"value": [notice]}, kind) == []
    assert graph.errors({"value": [notice | {"subscriptionId": "seven"}]}, kind)
    assert graph.errors({"value": [notice | {"lifecycleEvent": "gone"}]}, kind)


def test_a_watchman_remembers_each_answer_that_breaks_the_contract(graph: Contract) -> None:
    seen = Watchman(graph)
    seen("GET", "/users/ada/messages/1?$select=id", 200, MESSAGE)
    seen("GET", "/users/ada/messages/1/$value", 200, b"From: bo")
    assert (seen.seen, seen.wrong) == (2, [])
    seen("GET", "/users/ada/messages/1", 200, MESSAGE | {"isRead": "no"})
    seen("GET", "/users/ada/letters", 200, {"value": []})
    assert len(seen.wrong) == 2


def test_the_published_permissions_are_read(allowed: Permissions) -> None:
    assert {"Mail.Read", "Mail.ReadBasic.All", "Mail.ReadWrite"} <= allowed.allowed("GET", "/users/{id}/messages")
    assert "Mail.Read" not in allowed.allowed("POST", "/users/{id}/messages/{id}/move")
    assert allowed.allowed("GET", "/users/{id}/nothing") == frozenset()
