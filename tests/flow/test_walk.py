import pytest
from tests.flow.company import letter

from mailkeep.detect.run import Fault
from mailkeep.flow.house import Tenant
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import alone, grouped, walking
from mailkeep.flow.watch import watch
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Directory, Mailbox


async def test_a_walk_knows_its_mailboxes_and_our_domains_from_the_first_mail_on(house, heard):
    async with walking(house, "corp", heard.append) as walk:
        assert [each.id for each in walk.mailboxes] == ["ada", "ben"]
        assert walk.desks(walk.mailboxes[0])[True].vantage.directory.owns("corp.example")
        assert walk.mailbox("unlisted") == Mailbox(id="unlisted", address="")


async def test_what_the_operator_stated_comes_before_what_the_mailboxes_say(house, post, heard):
    stated = Tenant(name="corp", connect=lambda: post, directory=Directory(own_domains=frozenset({"parent.example"})))
    house = type(house)(store=house.store, tenants={"corp": stated}, bench=house.bench, clock=house.clock)
    async with walking(house, "corp", heard.append) as walk:
        assert not walk.judge.memory.directory().owns("corp.example")
        assert walk.judge.memory.directory().owns("parent.example")


async def test_a_free_mail_account_does_not_make_everybody_a_colleague(house, post, heard):
    async def listed():
        return (Mailbox(id="me", address="me@gmail.com"),)

    post.mailboxes = listed
    async with walking(house, "corp", heard.append) as walk:
        assert not walk.judge.memory.directory().owns("gmail.com")


async def test_a_connector_that_knows_what_is_new_before_it_reads_it_is_told_what_has_a_verdict(house, post, heard):
    ref = post.post("ada", letter(1))
    await watch(house, "corp", once=True)
    told = []
    post.spare = told.append
    async with walking(house, "corp", heard.append):
        (judged,) = told
        assert judged("ada", [ref.id, "unheard of"]) == {ref.id}


async def test_mailboxes_that_came_or_went_are_known_once_the_roll_was_called(house, post, heard):
    async with walking(house, "corp", heard.append) as walk:
        assert walk.listed("ben") == walk.mailbox("ben")
        assert walk.listed("cy") is None
        post.names = ("ada", "cy")
        post.mails["cy"] = []
        await walk.list_again()
        assert walk.listed("ben") is None
        assert walk.listed("cy") is not None


async def test_a_broken_detector_is_noted_and_trouble_is_told(house, heard):
    async with walking(house, "corp", heard.append) as walk:
        walk.note_faults([Fault(detector="odd-one", what="ValueError at x:1")])
        walk.meet_trouble(walk.mailboxes[0], "unreachable", "no answer")
    assert {(each.kind, each.about) for each in house.store.troubles()} == {
        ("detector", "odd-one"),
        ("unreachable", "ada"),
    }
    assert [(note.step, note.mailbox) for note in heard] == [(Step.TROUBLE, "ada@corp.example")]


def test_a_mailbox_gets_the_group_that_the_operator_put_it_in(post):
    tenant = Tenant(name="corp", connect=lambda: post, groups={"ada@corp.example": "finance"})
    ada, ben = Mailbox(id="ada", address="ada@corp.example"), Mailbox(id="ben", address="ben@corp.example")
    assert [each.group for each in grouped((ada, ben), tenant)] == ["finance", ""]


def test_a_second_walker_is_kept_out_and_let_in_once_the_first_is_gone(tmp_path):
    path = tmp_path / "mailkeep.db"
    with alone(path, "corp"), pytest.raises(OperatorError, match="at work on this tenant"), alone(path, "corp"):
        pass
    with alone(path, "corp"), alone(path, "other"):
        pass
