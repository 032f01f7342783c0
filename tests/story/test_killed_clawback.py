"""A claw-back in a real process over a real Maildir tenant, really killed, goes on and ends with the exact count."""

import asyncio
import os
import signal
from datetime import UTC, datetime

import pytest
from tests.flow.company import house_of, phish
from tests.flow.killing import BOXES, FORK, Logged, Scene

from mailkeep.act.nouns import Ended
from mailkeep.connect.port import QUARANTINE_FOLDER
from mailkeep.flow.clawback import clawback, undo


class Deadly(Logged):
    """A tenant in which the process is killed at the n-th question to the provider."""

    def __init__(self, root, log, kill_at):
        super().__init__(root, log)
        self.left = kill_at

    def _count(self):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def find(self, mailbox, message_id):
        self._count()
        return await super().find(mailbox, message_id)

    async def again(self, ref):
        self._count()
        return await super().again(ref)

    async def state(self, ref):
        self._count()
        return await super().state(ref)

    async def quarantine(self, ref):
        outcome = await super().quarantine(ref)
        self._count()
        return outcome


def a_house(scene, kill_at=0):
    connect = lambda: Deadly(scene.root, scene.log, kill_at)  # noqa: E731 - a connector of the test's own
    return house_of(scene.folder / "home", connect, clock=lambda: datetime.now(UTC))


def pull(scene, kill_at):
    house = a_house(scene, kill_at)
    asyncio.run(clawback(house, house.store.campaigns()[0].id, by="ann"))
    house.store.close()


@pytest.fixture
def scene(tmp_path):
    """A campaign that was found and brought back, and a copy of it that nobody has read."""
    made = Scene(tmp_path)
    assert made.walk() == 0
    house = a_house(made)
    asyncio.run(undo(house, house.store.campaigns()[0].id, by="ann"))
    house.store.close()
    made.put(BOXES[1], "77", phish(0, to="ada"))
    made.log.write_text("")
    return made


@pytest.mark.parametrize("kill_at", [1, 2, 4, 5, 7, 9, 10])
def test_killed_at_any_question_it_goes_on_and_the_count_is_exact(scene, kill_at):
    child = FORK.Process(target=pull, args=(scene, kill_at))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    house = a_house(scene)
    campaign = house.store.campaigns()[0].id
    pulled = asyncio.run(clawback(house, campaign, by="ann"))
    assert len(pulled.receipts) == 3
    assert {receipt.ended for receipt in pulled.receipts} <= {Ended.DONE, Ended.ALREADY}
    assert len(scene.pulled()) == 3
    assert len(scene.deeds()) == len(set(scene.deeds()))
    back = asyncio.run(undo(house, campaign, by="ann"))
    house.store.close()
    assert [receipt.ended for receipt in back] == [Ended.DONE] * 3
    assert not any(QUARANTINE_FOLDER in str(path) for path in scene.files())
