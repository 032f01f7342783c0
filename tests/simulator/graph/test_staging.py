from datetime import date
from random import Random

import pytest

from mailkeep.simulator.graph.staging import deliver, office_of
from mailkeep.simulator.tenant import set_stage


@pytest.fixture(scope="module")
def stage():
    return set_stage(Random(3), date(2026, 11, 20), size=16, days=40)


def test_everybody_has_a_mailbox_and_the_manager_that_the_company_says(stage):
    office = office_of(stage.company)
    assert {person.address for person in office.people.values()} == {each.address for each in stage.company.employees}
    for employee in stage.company.employees:
        person = office.person(employee.address)
        assert (person.name, person.title) == (employee.name, employee.title)
        assert person.manager == (office.person(employee.manager).id if employee.manager else "")


def test_the_past_lies_read_in_inbox_archive_and_sent_items(stage):
    office = office_of(stage.company, stage.history)
    lying = [item for address in (each.address for each in stage.company.employees) for item in office.lying(address)]
    assert len(lying) == sum(len(post.mailboxes) + bool(post.sent_from) for post in stage.history)
    assert all(item.is_read for item in lying)
    assert {item.folder for item in lying} == {2, 4, 8}


def test_a_live_mail_is_new_in_every_mailbox_at_the_moment_it_is_delivered(stage):
    office = office_of(stage.company, clock=lambda: 5.0)
    post = next(post for post in stage.attacks if post.kind == "lateral-phish")
    ids = deliver(office, post)
    assert len(ids) == len(post.mailboxes)
    for address, spelled in zip(post.mailboxes, ids, strict=True):
        item = office.mailbox(address).item(spelled)
        assert (item.letter.raw, item.is_read, item.received) == (post.raw, False, 5.0)
    assert [item.letter.raw for item in office.lying(post.sent_from, "sentitems")] == [post.sent_raw]
