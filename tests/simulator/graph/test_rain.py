import time
from datetime import UTC, datetime
from random import Random

import msgspec
import pytest

from mailkeep.simulator.company import make_company
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.rain import Rain, dated, mark, truth
from mailkeep.simulator.graph.staging import office_of


@pytest.fixture
def office():
    return office_of(make_company(Random(1), size=12))


async def rained(office, **order):
    rain = Rain(office)
    await rain.follow({"per_s": 1e9, **order})
    await rain.ended()
    return await rain.follow({})


async def test_exactly_so_many_deliveries_fall_each_a_mail_of_its_own(office):
    arrived = []
    office.listeners.append(lambda change: arrived.append(change.item.letter))
    now = await rained(office, deliveries=300)
    assert (now["wanted"], now["delivered"], truth(office, {})["messages"]) == (300, 300, 300)
    assert len({letter.message_id for letter in arrived}) > 100
    assert all(".rain@" in letter.message_id for letter in arrived)
    assert all(abs(letter.date.timestamp() - time.time()) < 60 for letter in arrived)


def test_a_letter_of_another_day_is_written_and_carried_now():
    raw = (
        b"Received: from a by b; Tue, 17 Nov 2026 08:24:57 +0000\r\nDate: Tue, 17 Nov 2026 16:24:54 +0800\r\n\r\n"
        b"We met on Tue, 17 Nov 2026 08:24:57 +0000.\r\n"
    )
    fresh = dated(raw, datetime(2026, 12, 1, 20, 30, tzinfo=UTC))
    head, _, body = fresh.partition(b"\r\n\r\n")
    assert head.splitlines() == [
        b"Received: from a by b; Tue, 01 Dec 2026 20:30:00 +0000",
        b"Date: Wed, 02 Dec 2026 04:30:00 +0800",
    ]
    assert body == raw.partition(b"\r\n\r\n")[2]


async def test_a_share_of_them_are_attacks(office):
    assert (await rained(office, deliveries=200, attacks=0.0))["attacks"] == 0
    assert 20 <= (await rained(office, deliveries=200, attacks=0.5))["attacks"] <= 150


async def test_the_truth_tells_which_messages_lie_there_and_how_often_each_was_moved(office):
    await rained(office, deliveries=50)
    told = truth(office, {})
    assert told["moves"] == {0: 50}
    person = next(person for person in office.people.values() if office.lying(person.address, "inbox"))
    mailbox = office.mailbox(person)
    item = office.lying(person.address, "inbox")[0]
    office.move(person.address, mailbox.item_id(item, immutable=True), "deleteditems")
    after = truth(office, {})
    assert after["moves"] == {0: 49, 1: 1}
    assert after["digest"] == told["digest"]
    office.remove(person.address, mailbox.item_id(item, immutable=True))
    lost = mark(person.id, mailbox.item_id(item, immutable=True))
    assert int(told["digest"], 16) == (int(truth(office, {})["digest"], 16) + lost) % 2**64


async def test_a_tenant_of_other_people_is_refused_in_words():
    office = Office()
    office.add_person("ada@elsewhere.example")
    with pytest.raises(msgspec.ValidationError, match="company's own people"):
        await Rain(office).follow({"deliveries": 5})
