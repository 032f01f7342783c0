"""Pages of records; test_reports shows them over HTTP."""

import pytest
from tests.simulator.graph.desk import Desk

from mailkeep.simulator.graph.listing import listed, one
from mailkeep.simulator.graph.routes import GraphError, Request, Route

ROWS = [{"id": str(n), "at": f"2026-11-22T08:00:{n:02}Z", "kind": "even" if n % 2 == 0 else "odd"} for n in range(10)]


def asked(**query):
    desk = Desk()
    return Request(
        method="GET",
        path="/things",
        query={f"${name}": value for name, value in query.items()},
        headers={},
        raw=b"",
        office=desk.office,
        base="http://graph.invalid/v1.0",
        app=desk.app,
        route=Route("GET", "/things/{thing}", lambda _: None),
        params={"thing": query.get("id", "3")},
    )


def ids(reply):
    return [each["id"] for each in reply.body["value"]]


def test_the_newest_comes_first_unless_asked_otherwise():
    assert ids(listed(asked(top="3"), ROWS, newest="at")) == ["9", "8", "7"]
    assert ids(listed(asked(top="3", orderby="at asc"), ROWS, newest="at")) == ["0", "1", "2"]
    assert ids(listed(asked(top="3"), ROWS)) == ["0", "1", "2"]


def test_filters_compare_moments_and_words():
    assert ids(listed(asked(filter="at ge 2026-11-22T08:00:07Z and kind eq 'odd'"), ROWS)) == ["7", "9"]
    assert ids(listed(asked(filter="startswith(kind,'ev') and at lt 2026-11-22T08:00:03Z"), ROWS)) == ["0", "2"]


def test_only_what_is_selected_is_shown_with_the_id():
    assert listed(asked(select="kind", top="1"), ROWS).body["value"] == [{"id": "0", "kind": "even"}]


def test_a_next_page_is_of_what_was_there_at_the_first():
    first = listed(asked(top="6"), ROWS, newest="at")
    token = first.body["@odata.nextLink"].partition("skiptoken=")[2]
    later = [*ROWS, {"id": "10", "at": "2026-11-22T09:00:00Z", "kind": "even"}]
    assert ids(listed(asked(top="6", skiptoken=token), later, newest="at")) == ["3", "2", "1", "0"]


@pytest.mark.parametrize("query", [{"filter": "colour eq 'red'"}, {"skiptoken": "x"}, {"orderby": "kind"}])
def test_what_cannot_be_answered_is_refused(query):
    with pytest.raises(GraphError):
        listed(asked(**query), ROWS, newest="at")


def test_one_is_found_by_its_id():
    assert one(asked(), ROWS, "thing").body["id"] == "3"
    with pytest.raises(GraphError):
        one(asked(id="99"), ROWS, "thing")
