from tests.flow.company import START, letter
from tests.store.kept import a_deed

from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.jobs import Done, Job
from mailkeep.flow.notice import Step
from mailkeep.store.ledger import ACT_LANE


def owed(house, post, heard):
    ref = post.post("ada", letter(1))
    action = a_deed(ref)
    house.store.ledger.intend([action], "corp", START)
    return action, Deeds(house=house, tenant="corp", connector=post, notice=heard.append, of=1)


async def test_an_owed_deed_is_done_step_by_step_and_counted(house, post, heard):
    action, deeds = owed(house, post, heard)
    assert await act_worker(house, "corp", deeds).drain(ACT_LANE) == 1
    assert [note.step for note in heard] == [Step.CLAIMED, Step.UNDO_KEPT, Step.ACTED, Step.RECEIPT]
    assert (heard[-1].mails, heard[-1].of, heard[-1].receipt.action) == (1, 1, action.id)
    assert deeds.ended == {"done": 1}
    assert house.store.ledger.receipt(action.id) == heard[-1].receipt


async def test_a_job_given_twice_is_done_once(house, post, heard):
    action, deeds = owed(house, post, heard)
    job = Job(lane=ACT_LANE, tenant="corp", key="ada", refs=(action.id, "unheard of"))
    assert [await deeds.handle(job), await deeds.handle(job)] == [Done(), Done()]
    assert deeds.ended == {"done": 1}
    assert len(post.deeds) == 1
