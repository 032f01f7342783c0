import base64

import msgspec
import pytest
from tests.simulator.graph.desk import ANN, BOB, Desk, mail

from mailkeep.simulator.graph.hands import Hands


def test_a_mail_is_delivered_to_many_and_found_where_it_lies():
    desk = Desk()
    hands = Hands(desk.office, desk.service)
    order = {"addresses": [ANN, BOB], "raw": base64.b64encode(mail(1)).decode()}
    ann, _ = hands.deliver(order)["ids"]
    hands.deliver({**order, "folder": "archive", "at": 5.0, "addresses": [BOB]})
    desk.office.move(ANN, ann, "deleteditems")
    assert hands.where({"message_id": "<m1@else.example>"}) == {
        "folders": {"Deleted Items": 1, "Inbox": 1, "Archive": 1}
    }


async def test_what_was_served_and_refused_is_counted():
    desk = Desk("User.Read.All", "Mail.Read")
    await desk.ask("GET", f"/users/{ANN}/messages")
    await desk.ask("GET", "/users/nobody")
    counts = Hands(desk.office, desk.service).counts({})
    assert counts == {
        "tokens": 1,
        "served": {"GET /users/{user}/messages": 1},
        "refused": 0,
        "impatient": 0,
        "fullest": 1,
        "busiest": 1,
    }


def test_an_order_that_is_misspelled_is_refused():
    desk = Desk()
    with pytest.raises(msgspec.ValidationError):
        Hands(desk.office, desk.service).deliver({"address": ANN})
