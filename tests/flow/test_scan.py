from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish
from tests.postbox import Postbox

from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Throttled
from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.notice import Step
from mailkeep.flow.reading import open_bookmark
from mailkeep.flow.scan import Scanner, scan
from mailkeep.flow.walk import walking
from mailkeep.flow.watch import watch
from mailkeep.store.due import LIVE_LANE, Owed


class Slowed(Postbox):
    """A provider that asks for patience with one mailbox for as long as it is told to."""

    is_slow = staticmethod(lambda: False)

    async def fetch(self, mailbox, cursor, *, limit, since=None):
        if mailbox.id == "ada" and self.is_slow():
            raise Throttled("slow down", 0.01)
        return await super().fetch(mailbox, cursor, limit=limit, since=since)


@pytest.fixture
def post():
    return Slowed("ada", "ben")


@pytest.fixture
def full(post):
    for name in ("ada", "ben"):
        for number in range(120):
            post.post(name, letter(number, to=name), at=START + timedelta(hours=number))
    post.post("ben", phish(9, to="ben"), at=START + timedelta(hours=260))
    return post


async def test_a_scan_reads_everything_and_finds_the_threat_asleep_without_touching_it(full, house, heard):
    summary = await scan(house, "corp", notice=heard.append)
    assert (summary.mails, summary.mailboxes, summary.before) == (241, 2, 0)
    assert summary.labels == {"clean": 240, "malicious": 1}
    assert (summary.looked_again, summary.intents) == (1, 1)
    assert full.deeds == []
    assert house.store.summary().ended == {"dry": 1}
    assert house.store.summary().due == {}
    counted = next(note for note in heard if note.step is Step.COUNTED)
    assert (counted.mails, counted.of) == (0, 241)
    assert [note.report.mailbox for note in heard if note.step is Step.REPORTED] == ["ben@corp.example"]


async def test_a_scan_told_to_act_pulls_what_it_finds(full, house):
    await scan(house, "corp", act=True)
    assert full.deeds == [("quarantine", "ben-120")]
    assert house.store.summary().ended == {"done": 1}


async def test_a_scan_that_was_stopped_goes_on_where_it_was(full, house):
    class Stopped(BaseException):
        pass

    pages = []

    def stop(note):
        if note.step is Step.KEPT:
            pages.append(note)
            if len(pages) == 2:
                raise Stopped

    with pytest.raises(BaseExceptionGroup):
        await scan(house, "corp", notice=stop)
    summary = await scan(house, "corp")
    assert (summary.before, summary.mails) == (200, 41)
    assert house.store.summary().tenants[0].mails == 241
    assert summary.looked_again == 1


async def test_a_scan_after_its_end_leaves_what_is_new_to_the_watch(full, house, clock):
    await scan(house, "corp")
    new = full.post("ada", phish(300), at=clock())
    again = await scan(house, "corp")
    assert (again.before, again.mails) == (241, 0)
    assert full.deeds == []
    await watch(house, "corp", once=True)
    assert full.lies(new).folder == QUARANTINE_FOLDER


async def test_mail_that_arrives_while_the_scan_goes_on_is_acted_on(full, house, clock):
    full.post("ada", phish(300), at=clock.at + timedelta(minutes=1))
    await scan(house, "corp")
    assert full.deeds == [("quarantine", "ada-120")]


async def test_older_mail_is_left_out_and_stays_out(full, house):
    since = START + timedelta(hours=110)
    assert (await scan(house, "corp", since=since)).mails == 21
    assert (await watch(house, "corp", once=True)).mails == 0


async def test_patience_is_had_with_a_throttling_provider(full, house, heard):
    full.trouble["fetch"] = [Throttled("slow down", 0.01)] * 2
    assert (await scan(house, "corp", notice=heard.append)).mails == 241
    assert sum(note.step is Step.TROUBLE for note in heard) == 2


async def test_a_mailbox_that_cannot_be_read_is_named_and_the_others_go_on(full, house):
    full.trouble["fetch"] = [ConsentLost("ada: the password is not accepted. Renew it with mailkeep connect.")]
    summary = await scan(house, "corp")
    assert summary.mails == 121
    assert summary.troubles == (("ada", "ada: the password is not accepted. Renew it with mailkeep connect."),)
    assert house.store.troubles()[0].kind == "consent-lost"
    assert (await scan(house, "corp")).mails == 120
    assert house.store.troubles() == []


def pages(heard):
    """Whose pages were kept, in order."""
    return [note.mailbox.partition("@")[0] for note in heard if note.step is Step.KEPT]


@pytest.fixture
def long(post):
    for name in ("ada", "ben"):
        for number in range(350):
            post.post(name, letter(number, to=name), at=START + timedelta(hours=number))
    return post


async def test_mailboxes_are_read_in_turn(long, house, heard):
    await scan(house, "corp", notice=heard.append)
    assert pages(heard) == ["ada", "ben"] * 4


async def test_a_mailbox_that_is_slowed_down_holds_up_nobody_else(long, house, heard):
    long.is_slow = lambda: len(pages(heard)) < 4
    await scan(house, "corp", notice=heard.append)
    assert pages(heard)[:4] == ["ben"] * 4


async def test_what_a_notice_tells_of_is_judged_and_acted_on_before_the_pages_are_through(long, house, heard, clock):
    new = long.post("ben", phish(900, to="ben"), at=clock())
    job = Owed(lane=LIVE_LANE, job="n", tenant="corp", key="ben", refs=(new.id,), at=START)
    house.store.due.publish([job])
    await scan(house, "corp", notice=heard.append)
    assert long.deeds == [("quarantine", new.id)]
    steps = [note.step for note in heard]
    assert steps.index(Step.REPORTED) < len(steps) - 1 - steps[::-1].index(Step.FETCHED)
    assert house.store.summary().tenants[0].mails == 701


async def test_what_arrives_unannounced_in_a_mailbox_that_is_still_to_be_read_is_found(long, house, clock):
    async with walking(house, "corp", lambda _note: None) as walk:
        bookmarks = {each.id: open_bookmark(walk, each, since=None, begun_at=clock()) for each in walk.mailboxes}
        new = long.post("ben", phish(900, to="ben"), at=clock())
        clock.at += timedelta(minutes=2)
        deeds = Deeds(house=house, tenant="corp", connector=long, notice=lambda _note: None)
        scanner = Scanner(walk=walk, bookmarks=bookmarks, worker=act_worker(house, "corp", deeds), act=False)
        assert list(scanner.unread) == ["ada", "ben"]
        await scanner.look_at(scanner.unread["ben"])
        async with scanner.meanwhile():
            pass
    assert long.deeds == [("quarantine", new.id)]
    assert scanner.mails == 1
