import asyncio

import pytest
from tests.flow.company import START, letter
from tests.store.kept import a_deed

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.connect.port import State
from mailkeep.flow.scribe import Scribe
from mailkeep.store.trouble import StoreError

INBOX = State(folder="INBOX")


class Slips:
    """A ledger that notes what it is given to write, and may break."""

    def __init__(self, broken=None):
        self.written, self.broken = [], broken

    def write(self, undos, closings):
        if self.broken:
            raise self.broken
        self.written.append((len(undos), len(closings)))


def closing(action="a"):
    return Closing(receipt=Receipt(action=action, ended=Ended.DONE, at=START))


async def test_what_many_deeds_hand_in_at_a_time_is_one_transaction():
    slips = Slips()
    scribe = Scribe(slips)
    await asyncio.gather(*(scribe.keep_undo(f"{n}", INBOX) for n in range(50)), scribe.close(closing()))
    assert slips.written == [(50, 1)]


async def test_a_deed_goes_on_only_once_its_words_are_kept(house, post):
    action = a_deed(post.post("ada", letter(1)))
    house.store.ledger.intend([action], "corp", START)
    scribe = Scribe(house.store.ledger)
    await scribe.keep_undo(action.id, INBOX)
    assert house.store.ledger.action(action.id).undo == INBOX
    await scribe.keep_undo(action.id, State(folder="Elsewhere"))
    assert house.store.ledger.action(action.id).undo == INBOX
    await scribe.close(closing(action.id))
    assert house.store.ledger.receipt(action.id).ended is Ended.DONE
    assert house.store.due.waiting("act", "corp") == (0, None)


async def test_a_store_that_cannot_write_is_told_to_everyone_who_waits():
    scribe = Scribe(Slips(StoreError("the disk is full")))
    ended = await asyncio.gather(scribe.close(closing()), scribe.keep_undo("a", INBOX), return_exceptions=True)
    assert [str(each) for each in ended] == ["the disk is full"] * 2


async def test_one_who_gives_up_waiting_takes_nobodys_words_along():
    slips = Slips()
    scribe = Scribe(slips)
    leaving = asyncio.create_task(scribe.close(closing("a")))
    staying = asyncio.create_task(scribe.close(closing("b")))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert slips.written == [(0, 2)]
