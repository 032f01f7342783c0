import pytest
from tests.simulator.graph.desk import ANN, Desk, mail, refused

from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.odata import terms
from mailkeep.simulator.graph.routes import GraphError
from mailkeep.simulator.graph.sifting import Sieve
from mailkeep.simulator.graph.tree import Item

MESSAGES = f"/users/{ANN}/messages"


def with_mail(number=1):
    """A desk whose Ann has so many mails, a second apart."""
    desk = Desk()
    return desk, [desk.office.deliver(ANN, mail(n), at=desk.clock.at + n) for n in range(number)]


async def test_copies_are_found_by_message_id():
    desk, ids = with_mail(number=3)
    item = desk.office.mailbox(ANN).item(ids[1])
    desk.office.mailbox(ANN).copy(item, desk.office.mailbox(ANN).folder_at("archive"))
    path = f"{MESSAGES}?$filter=internetMessageId%20eq%20'%3Cm1%40else.example%3E'&$select=id,parentFolderId"
    rows = (await desk.get(path))["value"]
    assert len({row["parentFolderId"] for row in rows}) == 2
    assert (await desk.get(f"{MESSAGES}?$filter=internetMessageId eq 'm1@else.example'"))["value"] == []


async def test_a_filter_by_time_gives_what_was_received_since():
    desk, _ = with_mail(number=10)
    path = f"{MESSAGES}?$filter=receivedDateTime%20{{}}%202026-09-21T14:13:25Z&$select=id&$top=50"
    for op, count in (("ge", 5), ("gt", 4), ("le", 6), ("lt", 5)):
        assert len((await desk.get(path.format(op)))["value"]) == count, op
    inbox = path.replace("/messages", "/mailFolders/inbox/messages")
    assert len((await desk.get(inbox.format("ge")))["value"]) == 5


async def test_filters_join_and_name_state():
    desk, ids = with_mail(number=4)
    desk.office.mark(ANN, ids[0], read=True)
    assert len((await desk.get(f"{MESSAGES}?$filter=isRead eq true"))["value"]) == 1
    asked = "receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq false and from/emailAddress/address eq 'carl@else.example'"
    assert len((await desk.get(f"{MESSAGES}?$filter={asked}&$orderby=receivedDateTime desc"))["value"]) == 3


async def test_queries_that_exchange_will_not_run_are_refused():
    desk, _ = with_mail()
    asked = f"{MESSAGES}?$filter=isRead eq true&$orderby=receivedDateTime"
    assert refused(await desk.ask("GET", asked)) == (400, "InefficientFilter")
    assert refused(await desk.ask("GET", f"{MESSAGES}?$filter=body eq 'x' or isRead eq true"))[0] == 400
    assert refused(await desk.ask("GET", f"{MESSAGES}?$orderby=subject"))[0] == 400
    assert refused(await desk.ask("GET", f"{MESSAGES}?$search=x"))[0] == 400


@pytest.mark.parametrize(
    ("spelled", "holds"),
    [
        ("subject eq 'mail 1'", True),
        ("subject ne 'Mail 1'", False),
        ("startswith(subject, 'Mail')", True),
        ("internetMessageId eq '<m1@else.example>' and isRead eq false", True),
        ("internetMessageId eq '<m2@else.example>'", False),
        ("receivedDateTime lt 2026-09-21T14:13:20Z", False),
        ("receivedDateTime le 2026-09-21T14:13:20Z", True),
        ("receivedDateTime gt 2026-09-21T14:13:20Z", False),
    ],
)
def test_a_message_passes_when_all_terms_hold(spelled, holds):
    assert Sieve(terms(spelled)).holds(Item(1, Letter(mail(1)), 2, 1_790_000_000.7)) is holds


def test_an_unknown_property_cannot_be_filtered_by():
    for spelled in ("parentFolderId eq 'x'", "subject gt 'a'"):
        with pytest.raises(GraphError):
            Sieve(terms(spelled))
