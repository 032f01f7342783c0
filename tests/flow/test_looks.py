from datetime import timedelta

from tests.flow.company import START, letter, phish

from mailkeep.decide.nouns import Label
from mailkeep.flow.looks import look_again
from mailkeep.flow.notice import Step
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.walk import walking


async def read_all(walk, *, only=None):
    for mailbox in walk.mailboxes[:only]:
        mark = open_bookmark(walk, mailbox, since=None, begun_at=START + timedelta(days=9))
        async for _ in read_mailbox(walk, mailbox, mark, act=False):
            pass


async def test_a_second_look_waits_until_all_of_the_past_was_read(post, house, heard):
    post.post("ada", phish(1), at=START)
    post.post("ben", letter(1, to="ben"), at=START)
    async with walking(house, "corp", heard.append) as walk:
        await read_all(walk, only=1)
        assert (await look_again(walk, act=False)).looked == 0
        await read_all(walk)
        look = await look_again(walk, act=False)
    assert (look.looked, look.of, look.intents) == (1, 1, 1)
    assert house.store.summary().ended == {"dry": 1}
    assert house.store.campaigns()[0].mails == 1
    assert [note.mails for note in heard if note.step is Step.SECOND_LOOK] == [1]


async def test_a_mail_removed_since_the_first_look_is_no_trouble(post, house, heard):
    gone = post.post("ada", phish(1), at=START)
    post.post("ada", phish(2), at=START)
    async with walking(house, "corp", heard.append) as walk:
        await read_all(walk)
        post.remove(gone)
        assert (await look_again(walk, act=True)).intents == 1
    assert house.store.label_counts("corp") == {Label.MALICIOUS: 2}
    assert house.store.summary().due == {"act": 1}
