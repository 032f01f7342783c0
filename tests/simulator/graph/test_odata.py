import pytest
from tests.simulator.graph.desk import ANN, READER, Desk, refused

from mailkeep.simulator.graph.odata import Term, moment, terms, unix
from mailkeep.simulator.graph.routes import GraphError


def test_a_filter_is_comparisons_joined_by_and():
    assert terms(
        "internetMessageId eq '<a''b c@x>' and receivedDateTime ge 2026-11-20T00:00:00Z and isRead eq true"
    ) == (
        Term("internetMessageId", "eq", "<a'b c@x>"),
        Term("receivedDateTime", "ge", "2026-11-20T00:00:00Z"),
        Term("isRead", "eq", True),
    )
    assert terms("startswith(displayName, 'An') and accountEnabled ne false")[0] == Term(
        "displayName", "startswith", "An"
    )
    assert terms("") == ()


@pytest.mark.parametrize("spelled", ["id", "a eq", "a eq 'b' or c eq 'd'", "a eq 'b' c eq 'd'", "not a eq 'b'"])
def test_a_filter_that_cannot_be_read_is_refused(spelled):
    with pytest.raises(GraphError, match="filter"):
        terms(spelled)


def test_comparisons_of_text_are_case_blind():
    assert Term("mail", "eq", "A@x").holds("a@X")
    assert Term("mail", "ne", "A@x").holds("b@X")
    assert Term("isRead", "eq", True).holds(True)
    assert not Term("isRead", "eq", True).holds(None)
    assert Term("displayName", "startswith", "an").holds("Ann")


def test_moments_are_utc_whole_seconds():
    assert moment(1_790_000_000.7) == "2026-09-21T14:13:20Z"
    assert unix("2026-09-21T14:13:20Z") == 1_790_000_000
    assert unix("2026-09-21T16:13:20+02:00") == 1_790_000_000
    with pytest.raises(GraphError):
        unix("yesterday")


@pytest.mark.parametrize("query", ["$top=0", "$top=x", "$top=1001", "$select=nonsense", "$skip=-1"])
async def test_an_option_out_of_bounds_is_refused(query):
    desk = Desk(*READER)
    assert refused(await desk.ask("GET", f"/users/{ANN}/messages?{query}"))[0] == 400
