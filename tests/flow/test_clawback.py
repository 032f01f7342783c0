from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish
from tests.postbox import Postbox

from mailkeep.act.nouns import Ended
from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Refused, State, Throttled
from mailkeep.flow.clawback import ABANDONED, approve, clawback, resume, undo
from mailkeep.flow.notice import Step
from mailkeep.flow.watch import watch
from mailkeep.store.approvals import NotApproved
from mailkeep.store.clawbacks import WITHDRAWN


class Stopped(BaseException):
    """The process ends here."""


class Sown(Postbox):
    """A provider that can be made to end us in the middle of anything."""

    def stop_at(self, verb, times=1):
        self.trouble[verb] = [None] * times + [Stopped()]

    def _stumble(self, verb):
        if self.trouble[verb]:
            trouble = self.trouble[verb].pop(0)
            if trouble is not None:
                raise trouble


@pytest.fixture
def post():
    return Sown("ada", "ben", "cy", "dee")


@pytest.fixture
async def campaign(post, house):
    """Two copies of one attack and a letter, watched; then copies that nobody ever scanned."""
    post.post("ada", phish(1), flags={"seen", "flagged"})
    post.post("ben", phish(1, to="ben"), folder="Projects")
    post.post("ada", letter(2))
    await watch(house, "corp", once=True)
    (found,) = house.store.campaigns()
    await undo(house, found.id, by="ann")
    post.deeds.clear()
    return found.id


def unscanned(post, name, raw, **more):
    """A mail that lay there before the baseline: behind every cursor, without a verdict."""
    return post.post(name, raw, at=START - timedelta(days=400), **more)


def die(post, clock):
    """What the process had in hand is free again some time after its death."""
    post.trouble.clear()
    clock.at += timedelta(minutes=2)


def ended(pulled):
    return [receipt.ended for receipt in pulled.receipts]


async def test_a_campaign_is_pulled_and_undone_in_every_mailbox(campaign, house, post):
    assert ended(await clawback(house, campaign, by="ann")) == [Ended.DONE] * 2
    assert {post.mails[name][0].state.folder for name in ("ada", "ben")} == {QUARANTINE_FOLDER}
    assert (await clawback(house, campaign, by="ann")).receipts == ()
    assert [receipt.ended for receipt in await undo(house, campaign[:8], by="ann")] == [Ended.DONE] * 2
    assert await undo(house, campaign, by="ann") == ()
    assert post.mails["ada"][0].state == State(folder="INBOX", flags=frozenset({"seen", "flagged"}))
    assert post.mails["ben"][0].state.folder == "Projects"


async def test_copies_that_were_never_judged_are_found_judged_pulled_and_brought_back(campaign, house, post):
    old = unscanned(post, "cy", phish(1), folder="Archive", flags={"seen"})
    trashed = unscanned(post, "dee", phish(1), folder="Trash")
    pulled = await clawback(house, campaign, by="ann")
    assert ended(pulled) == [Ended.DONE] * 4
    assert pulled.unsearched == ()
    assert {post.lies(ref).folder for ref in (old, trashed)} == {QUARANTINE_FOLDER}
    report = next(each for each in house.store.reports() if each.mailbox == "cy@corp.example")
    assert (report.campaign, report.verdict.label.value) == (campaign, "malicious")
    assert len(await undo(house, campaign, by="ann")) == 4
    assert post.lies(old) == State(folder="Archive", flags=frozenset({"seen"}))
    assert post.lies(trashed).folder == "Trash"


async def test_an_honest_mail_whose_message_id_was_borrowed_stays(campaign, house, post):
    borrowed = letter(7).replace(b"<7.ada@partner.example>", b"<p1.ada@login-micros0ft-verify.test>")
    ref = unscanned(post, "cy", borrowed)
    forged = (
        letter(8)
        .replace(b"<8.ada@partner.example>", b"<p1.ada@login-micros0ft-verify.test>")
        .replace(b"Cy Dahl <cy@partner.example>", b"<security1@login-micros0ft-verify.test>")
    )
    other = unscanned(post, "dee", forged)
    assert len((await clawback(house, campaign, by="ann")).receipts) == 2
    assert post.lies(ref).folder == post.lies(other).folder == "INBOX"


async def test_a_copy_with_a_lists_mark_in_its_subject_is_a_copy(campaign, house, post):
    ref = unscanned(post, "cy", phish(1).replace(b"Subject: ", b"Subject: [staff] "))
    assert len((await clawback(house, campaign, by="ann")).receipts) == 3
    assert post.lies(ref).folder == QUARANTINE_FOLDER
    assert len(await undo(house, campaign, by="ann")) == 3


async def test_what_lies_in_quarantine_already_is_left_there_and_not_counted(campaign, house, post):
    unscanned(post, "cy", phish(1), folder=QUARANTINE_FOLDER)
    assert len((await clawback(house, campaign, by="ann")).receipts) == 2


async def test_what_a_search_reads_teaches_nothing(campaign, house, post):
    unscanned(post, "cy", phish(1))
    before = list(house.store.shelf("corp").scan("sender"))
    await clawback(house, campaign, by="ann")
    assert list(house.store.shelf("corp").scan("sender")) == before


@pytest.mark.parametrize(
    "killed_at",
    [("find", 0), ("find", 3), ("again", 0), ("again", 1), ("state", 1), ("quarantine", 0), ("quarantine", 3)],
)
async def test_one_that_was_killed_goes_on_and_the_count_is_of_the_whole(campaign, house, post, clock, killed_at):
    for name in ("cy", "dee"):
        unscanned(post, name, phish(1))
    post.stop_at(*killed_at)
    with pytest.raises(BaseExceptionGroup):
        await clawback(house, campaign, by="ann")
    die(post, clock)
    pulled = await clawback(house, campaign, by="ann")
    assert len(pulled.receipts) == 4
    assert set(ended(pulled)) <= {Ended.DONE, Ended.ALREADY}
    assert sorted(post.deeds) == sorted(set(post.deeds))
    assert len(post.deeds) == 4
    assert (await clawback(house, campaign, by="ann")).receipts == ()
    post.deeds.clear()
    assert len(await undo(house, campaign, by="ann")) == 4
    assert {each[0].state.folder for each in post.mails.values()} == {"INBOX", "Projects"}


async def test_one_that_was_killed_is_ended_by_the_watch(campaign, house, post, clock):
    post.stop_at("find", 1)
    with pytest.raises(BaseExceptionGroup):
        await clawback(house, campaign, by="ann")
    die(post, clock)
    (pulled,) = await resume(house, "corp", post)
    assert ended(pulled) == [Ended.DONE] * 2
    assert await resume(house, "corp", post) == []


async def test_one_that_somebody_waits_for_is_left_to_them(campaign, house, post, clock):
    post.stop_at("find", 1)
    with pytest.raises(BaseExceptionGroup):
        await clawback(house, campaign, by="ann")
    post.trouble.clear()
    assert await resume(house, "corp", post, untouched_for=ABANDONED) == []
    clock.at += 2 * ABANDONED
    assert len(await resume(house, "corp", post, untouched_for=ABANDONED)) == 1


async def test_an_undo_in_the_middle_calls_off_what_is_owed(campaign, house, post):
    post.trouble["quarantine"] = [None, ConsentLost("the password is not accepted")]
    await clawback(house, campaign, by="ann")
    assert house.store.due.waiting("act", "corp")[0] == 1
    assert len(await undo(house, campaign, by="ann")) == 1
    assert house.store.due.waiting("act", "corp")[0] == 0
    whys = {receipt.why for report in house.store.reports() for receipt in report.receipts}
    assert WITHDRAWN in whys
    assert {post.mails[name][0].state.folder for name in ("ada", "ben")} == {"INBOX", "Projects"}
    assert await resume(house, "corp", post) == []


async def test_a_mailbox_that_cannot_be_searched_now_stays_owed_and_the_rest_is_pulled(campaign, house, post, clock):
    post.trouble["find"] = [ConsentLost("ada: the password is not accepted")]
    pulled = await clawback(house, campaign, by="ann")
    assert (ended(pulled), pulled.unsearched) == ([Ended.DONE] * 2, ("ada",))
    again = await clawback(house, campaign, by="ann")
    assert (len(again.receipts), again.unsearched) == (2, ())


async def test_a_mailbox_that_will_never_be_searched_is_a_trouble_and_no_reason_to_wait(campaign, house, post):
    post.trouble["find"] = [Refused("ada: has no licence.")]
    pulled = await clawback(house, campaign, by="ann")
    assert (len(pulled.receipts), pulled.unsearched) == (2, ())
    assert [(each.kind, each.about) for each in house.store.troubles()] == [("unsearched", "ada")]


async def test_a_throttled_search_is_waited_for(campaign, house, post):
    post.trouble["find"] = [Throttled("slow down", 2.0)]
    assert (await clawback(house, campaign, by="ann")).unsearched == ()


async def test_a_large_one_touches_nothing_before_somebody_else_agrees(campaign, house, post):
    small = replace_tenant(house, approve_above=1)
    waiting = await clawback(small, campaign, by="ann")
    assert (waiting.receipts, waiting.waits_for.mails, waiting.waits_for.asked_by) == ((), 2, "ann")
    assert await resume(small, "corp", post) != []
    with pytest.raises(NotApproved):
        await approve(small, campaign, by="ann")
    assert post.deeds == []
    assert ended(await approve(small, campaign, by="ben")) == [Ended.DONE] * 2
    await undo(small, campaign, by="ann")
    assert (await clawback(small, campaign, by="ann")).waits_for.approved_by is None


async def test_progress_counts_deeds_of_all(campaign, house, heard):
    await clawback(house, campaign, by="ann", notice=heard.append)
    last = [note for note in heard if note.step is Step.RECEIPT][-1]
    assert (last.mails, last.of) == (2, 2)


def replace_tenant(house, **changes):
    from dataclasses import replace

    return replace(house, tenants={"corp": replace(house.tenants["corp"], **changes)})
