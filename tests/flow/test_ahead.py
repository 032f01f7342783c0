import os
import signal
from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.connect.port import Delivery, Ref, State
from mailkeep.facts.vantage import Vantage
from mailkeep.flow.ahead import WORTHWHILE, Readers, read, readers_for

VANTAGES = {False: Vantage(), True: Vantage(sent_folder=True)}


def deliveries(count):
    return [
        Delivery(
            ref=Ref(mailbox="ada", id=str(number)),
            state=State(folder="INBOX"),
            received_at=START + timedelta(hours=number),
            raw=phish(number) if number % 7 == 0 else letter(number),
            sent=number % 3 == 0,
        )
        for number in range(count)
    ]


@pytest.fixture
def readers():
    made = readers_for(WORTHWHILE)
    if made.pool is None:
        pytest.skip("this machine has one processor: nothing reads ahead")
    yield made
    made.close()


async def test_other_processes_read_exactly_what_this_one_reads_in_order(readers):
    mails = deliveries(60)
    found = await readers.read(mails, VANTAGES)
    assert list(found) == [read(each.raw, VANTAGES[each.sent], each.received_at) for each in mails]


async def test_a_killed_reader_costs_nothing_but_its_help(readers):
    await readers.read(deliveries(1), VANTAGES)
    for process in list(readers.pool._processes):
        os.kill(process, signal.SIGKILL)
    assert await readers.read(deliveries(3), VANTAGES) == [None, None, None]
    assert readers.pool is None


async def test_little_work_is_not_worth_a_process():
    assert readers_for(WORTHWHILE - 1).pool is None
    assert await Readers().read(deliveries(2), VANTAGES) == [None, None]
