from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Throttled
from mailkeep.flow.notice import Step
from mailkeep.flow.scan import scan
from mailkeep.flow.watch import watch


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
