from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.connect.port import ConsentLost
from mailkeep.flow.blast import blast_list
from mailkeep.flow.clawback import undo
from mailkeep.flow.watch import watch
from mailkeep.kit.known import Unknown

SUBJECT = b"Subject: Urgent: your mailbox will be closed today"


def sent(mark, *, to):
    """What an owner wrote in the attack's thread."""
    raw = letter(1, to="somebody").replace(
        b"Subject: Minutes of the meeting 1", SUBJECT.replace(b": ", b": " + mark, 1)
    )
    return raw.replace(b"somebody@corp.example", to)


@pytest.fixture
async def campaign(post, house):
    """Three copies: one read and answered, one forwarded, one not even seen."""
    post.post("ada", phish(1), at=START, flags={"seen"})
    post.post(
        "ada", sent(b"Re: ", to=b"collect@drop-box-mail.test"), at=START + timedelta(hours=1), folder="Sent", sent=True
    )
    post.post("ben", phish(1, to="ben"), at=START)
    post.post("ben", sent(b"Fwd: ", to=b"eve@corp.example"), at=START + timedelta(hours=1), folder="Sent", sent=True)
    post.post("ben", phish(1, to="ben") + b"again", at=START + timedelta(days=1))
    await watch(house, "corp", once=True)
    return house.store.campaigns()[0].id


async def test_it_says_who_read_answered_and_forwarded_before_it_was_pulled(campaign, house):
    ada, first, last = await blast_list(house, campaign)
    assert (ada.mailbox, ada.read, ada.answered, ada.forwarded) == ("ada@corp.example", True, True, False)
    assert (first.mailbox, first.read, first.answered, first.forwarded) == ("ben@corp.example", True, False, True)
    assert (last.read, last.answered, last.forwarded) == (False, False, False)
    assert {copy.done for copy in (ada, first, last)} == {"quarantine done"}
    assert isinstance(ada.clicked, Unknown)


async def test_where_nothing_stands_the_provider_is_asked_and_its_silence_is_unknown(campaign, house, post):
    await undo(house, campaign, by="ann")
    post.trouble["state"] = [ConsentLost("the password is not accepted")] * 3
    ada, _, last = await blast_list(house, campaign)
    assert (ada.answered, ada.done) == (True, "restore done")
    assert last.read == Unknown("the password is not accepted")
    assert [copy.read for copy in await blast_list(house, campaign)] == [True, True, False]
    post.remove(post.mails["ben"][2].ref)
    assert (await blast_list(house, campaign))[2].read == Unknown("its owner removed it")
