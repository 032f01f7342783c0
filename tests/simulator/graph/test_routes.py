import pytest

from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route, Routes, error_reply, options, segments


def nothing(_: Request) -> Reply:
    return Reply(204)


TABLE = Routes(
    Route(method, pattern, nothing)
    for method, pattern in (
        ("GET", "/users/{user}/mailFolders/{folder}/messages/delta"),
        ("GET", "/users/{user}/mailFolders/{folder}/messages/{message}"),
        ("PATCH", "/users/{user}/mailFolders/{folder}/messages/{message}"),
        ("GET", "/users/{user}"),
    )
)


def test_both_spellings_of_a_key_lead_to_one_route():
    plain = TABLE.find("GET", "/users/ann%40corp.example/mailFolders/inbox/messages/delta")
    bracketed = TABLE.find("GET", "/Users('ann@corp.example')/mailfolders('inbox')/messages/delta()")
    assert plain == bracketed
    assert plain[1] == {"user": "ann@corp.example", "folder": "inbox"}


def test_a_name_in_a_path_is_taken_as_it_is_spelled():
    route, params = TABLE.find("GET", "/users/X/mailFolders/AbC=/messages/AAMk%3D")
    assert route.pattern.endswith("{message}")
    assert params == {"user": "X", "folder": "AbC=", "message": "AAMk="}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/users/x/nothing", 400), ("DELETE", "/users/x", 405), ("GET", "/users/x/mailFolders", 404)],
)
def test_a_path_or_method_that_is_not_there_is_refused(method, path, status):
    with pytest.raises(GraphError) as refusal:
        TABLE.find(method, path)
    assert refusal.value.reply().status == status


def test_what_lies_in_a_mailbox_is_told_from_the_directory():
    assert TABLE.all[0].in_mailbox
    assert not TABLE.all[-1].in_mailbox


def test_options_are_read_with_their_dollar_or_without():
    assert options([("Top", "3"), ("$SELECT", "id"), ("includeHiddenFolders", "true")]) == {
        "$top": "3",
        "$select": "id",
        "includehiddenfolders": "true",
    }


def test_a_path_falls_into_decoded_parts():
    assert segments("/users/a%2Fb/messages('x')/$value") == ["users", "a/b", "messages", "x", "$value"]


def test_an_error_has_graphs_form():
    reply = error_reply(404, "ErrorItemNotFound", "Gone.", {"Retry-After": "1"})
    assert (reply.status, reply.headers) == (404, {"Retry-After": "1"})
    assert reply.body["error"]["code"] == "ErrorItemNotFound"
