from datetime import timedelta

import pytest
from tests.flow.company import letter, phish

from mailkeep.act.nouns import Ended
from mailkeep.connect.port import ConsentLost, State, Throttled
from mailkeep.decide.nouns import Act
from mailkeep.flow.hands import by_hand
from mailkeep.flow.watch import watch
from mailkeep.store.trouble import NoSuchId


@pytest.fixture
async def judged(post, house):
    """Two copies of one attack and a letter, watched."""
    post.post("ada", phish(1), flags={"seen", "flagged"})
    post.post("ben", phish(1, to="ben"), folder="Projects")
    post.post("ada", letter(2))
    await watch(house, "corp", once=True)
    return {report.path.rpartition("/")[2]: report.id for report in house.store.reports()}


def ended(receipts):
    return [receipt.ended for receipt in receipts]


async def test_a_restore_brings_back_folder_and_flags_exactly(judged, house, post):
    assert ended(await by_hand(house, [judged["ada-0"]], Act.RESTORE, by="ann")) == [Ended.DONE]
    assert post.mails["ada"][0].state == State(folder="INBOX", flags=frozenset({"seen", "flagged"}))
    assert ended(await by_hand(house, [judged["ada-0"]], Act.RESTORE, by="ann")) == [Ended.ALREADY]


async def test_several_deeds_are_all_undone_to_the_state_before_the_first(judged, house, post):
    letter_id = judged["ada-1"]
    await by_hand(house, [letter_id], Act.FLAG, by="ann")
    await by_hand(house, [letter_id], Act.QUARANTINE, by="ann")
    await by_hand(house, [letter_id], Act.RESTORE, by="ann")
    assert post.mails["ada"][1].state == State(folder="INBOX")
    await by_hand(house, [letter_id], Act.DELETE, by="ann")
    assert post.mails["ada"][1].state.folder == "Trash"
    report = house.store.report(letter_id)
    assert [action.act for action in report.actions] == [Act.FLAG, Act.QUARANTINE, Act.RESTORE, Act.DELETE]
    assert len(report.receipts) == 4
    assert {action.by for action in report.actions} == {"ann"}


async def test_a_mail_nothing_was_done_to_needs_no_restoring(judged, house):
    (receipt,) = await by_hand(house, [judged["ada-1"]], Act.RESTORE, by="ann")
    assert (receipt.ended, receipt.why) == (Ended.ALREADY, "nothing was done to this mail")


async def test_an_unknown_id_is_refused_before_anything_is_done(judged, house, post):
    before = list(post.deeds)
    with pytest.raises(NoSuchId, match="mailkeep verdicts"):
        await by_hand(house, [judged["ada-1"], "zzzz"], Act.DELETE, by="ann")
    assert post.deeds == before


async def test_a_deed_that_must_wait_is_waited_for(judged, house, post, clock):
    post.trouble["delete"] = [Throttled("slow down", 2.0)]
    assert ended(await by_hand(house, [judged["ada-1"]], Act.DELETE, by="ann")) == [Ended.DONE]


async def test_a_lost_consent_is_told_and_the_deed_stays_owed(judged, house, post):
    post.trouble["delete"] = [ConsentLost("ada: the password is not accepted.")]
    with pytest.raises(ConsentLost):
        await by_hand(house, [judged["ada-1"]], Act.DELETE, by="ann")
    assert house.store.summary().due == {"act": 1}
    assert (await watch(house, "corp", once=True)).acted == {"done": 1}


async def test_asking_twice_for_an_open_deed_is_one_deed(judged, house, post, clock):
    for _ in range(2):
        post.trouble["delete"] = [ConsentLost("ada: the password is not accepted.")]
        with pytest.raises(ConsentLost):
            await by_hand(house, [judged["ada-1"]], Act.DELETE, by="ann")
        clock.at += timedelta(minutes=1)
    assert len(house.store.report(judged["ada-1"]).actions) == 1
