from tests.flow.company import START, letter
from tests.store.kept import a_deed

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import State
from mailkeep.decide.nouns import Act
from mailkeep.flow.deeds import Deeds, act_worker, former_state, is_moved
from mailkeep.flow.jobs import Done, Job, Parked, Struck
from mailkeep.flow.notice import Step
from mailkeep.store.ledger import ACT_LANE
from mailkeep.store.switches import SwitchedOff


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
    job = Job(lane=ACT_LANE, tenant="corp", key="ada", refs=(action.id,), name=action.id)
    assert [await deeds.handle(job), await deeds.handle(job)] == [Struck(), Done()]
    assert deeds.ended == {"done": 1}
    assert len(post.deeds) == 1


async def test_what_is_switched_off_stays_owed_is_told_once_and_is_done_when_switched_on(house, post, heard, clock):
    action, deeds = owed(house, post, heard)
    flagged = a_deed(action.ref, Act.FLAG)
    house.store.ledger.intend([flagged], "corp", START)
    off = SwitchedOff(tenant="corp", tier=Tier.REMEDIATE, by="ann", at=START, why="an audit")
    house.store.switches.off(off)
    worker = act_worker(house, "corp", deeds)
    await worker.drain(ACT_LANE)
    assert post.deeds == [("flag", action.ref.id)]
    assert house.store.due.waiting(ACT_LANE, "corp")[0] == 1
    (trouble,) = house.store.troubles()
    assert (trouble.kind, trouble.about, trouble.says) == ("switched-off", "remediate", str(off))
    for _ in range(9):  # however often it is looked at, it is never given up
        worker.resume()
        await worker.drain(ACT_LANE)
    assert house.store.dead_letters() == []
    house.store.switches.on("corp", Tier.REMEDIATE)
    worker.resume()
    await act_worker(house, "corp", Deeds(house=house, tenant="corp", connector=post, notice=heard.append)).drain(
        ACT_LANE
    )
    assert post.deeds[1:] == [("quarantine", action.ref.id)]


async def test_bringing_back_needs_the_tier_of_what_is_undone(house, post, heard):
    moved, marked = post.post("ada", letter(1)), post.post("ada", letter(2))
    deeds = Deeds(house=house, tenant="corp", connector=post, notice=heard.append)
    done = [a_deed(moved), a_deed(marked, Act.FLAG)]
    house.store.ledger.intend(done, "corp", START)
    await act_worker(house, "corp", deeds).drain(ACT_LANE)
    house.store.switches.off(SwitchedOff(tenant="corp", tier=Tier.REMEDIATE, by="ann", at=START, why=""))
    deeds = Deeds(house=house, tenant="corp", connector=post, notice=heard.append)
    back = [a_deed(ref, Act.RESTORE, turn="1", undo=State(folder="INBOX")) for ref in (moved, marked)]
    jobs = [Job(lane=ACT_LANE, tenant="corp", key="ada", refs=(each.id,), name=each.id) for each in back]
    house.store.ledger.intend(back, "corp", START)
    assert [type(await deeds.handle(job)) for job in jobs] == [Parked, Struck]


def test_what_stands_is_what_was_done_since_it_was_last_brought_back(post):
    ref = post.post("ada", letter(1))

    def deed(act, turn, ended=Ended.DONE, folder="INBOX"):
        action = a_deed(ref, act, turn=turn, undo=State(folder=folder))
        return action, Receipt(action=action.id, ended=ended, at=START) if ended else None

    flag, pull = deed(Act.FLAG, "1"), deed(Act.QUARANTINE, "2", folder="Projects")
    assert former_state([flag, pull]) == State(folder="INBOX")
    assert is_moved([flag, pull])
    assert not is_moved([flag, deed(Act.QUARANTINE, "3", Ended.GONE), deed(Act.DELETE, "4", None)])
    back = deed(Act.RESTORE, "5")
    assert (former_state([flag, pull, back]), is_moved([flag, pull, back])) == (None, False)
    assert former_state([flag, back, pull]) == State(folder="Projects")
