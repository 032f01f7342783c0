import pytest
from tests.simulator.graph.desk import ANN, BOB, Desk, mail

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.tree import AbsentError


def test_a_person_is_known_by_id_address_and_alias_in_any_case():
    office = Desk().office
    ann = office.person(ANN)
    assert {office.person(each) for each in (ann.id, ANN.upper(), "A.Archer@corp.example")} == {ann}
    assert office.domains == ["corp.example"]


def test_a_person_removed_is_gone_with_the_mailbox():
    office = Desk().office
    office.deliver(ANN, mail())
    office.remove_person(ANN)
    with pytest.raises(AbsentError):
        office.deliver(ANN, mail())
    assert [person.address for person in office.people_after(0)] == [BOB]


def test_a_shared_mailbox_is_a_person_nobody_signs_in_as():
    office = Office()
    desk = office.add_person("desk@corp.example", purpose="shared")
    assert (desk.enabled, desk.purpose) == (False, "shared")


def test_users_move_mark_and_remove_their_mail():
    office = Desk().office
    spelled = office.deliver(ANN, mail())
    office.mark(ANN, spelled, read=True, flag="flagged", categories=["Blue"])
    office.move(ANN, spelled, "archive")
    (item,) = office.lying(ANN, "archive")
    assert (item.is_read, item.flag, item.categories) == (True, "flagged", ("Blue",))
    assert office.lying(ANN, "Archive") == [item]
    office.remove(ANN, spelled)
    assert office.lying(ANN) == []
    assert item.gone


def test_a_rule_decides_where_a_mail_lands_or_that_it_does_not():
    office = Desk().office
    office.sorters.append(lambda person, letter, place: "junkemail" if letter.subject == "Mail 1" else place)
    office.sorters.append(lambda person, letter, place: None if letter.subject == "Mail 2" else place)
    office.deliver(ANN, mail(1))
    assert office.deliver(ANN, mail(2)) is None
    assert len(office.lying(ANN, "junkemail")) == len(office.lying(ANN)) == 1


def test_a_draft_is_sent_under_its_own_id_and_lies_among_the_sent_from_then_on():
    moments = iter(range(100, 200))
    desk = Desk()
    office = desk.office
    office.clock = lambda: float(next(moments))
    office.deliver(ANN, mail(1))
    draft = office.draft(ANN, mail(2))
    (item,) = office.lying(ANN, "drafts")
    began = item.received
    assert item.is_draft
    assert office.send_draft(ANN, draft) == draft
    assert (office.lying(ANN, "drafts"), office.lying(ANN, "sentitems")) == ([], [item])
    assert not item.is_draft
    assert item.received > began
    assert list(office.mailbox(ANN).by_time(item.received)) == [item]
    assert list(office.mailbox(ANN).by_time()).count(item) == 1


def test_a_sent_copy_may_have_an_id_of_its_own():
    office = Desk().office
    draft = office.draft(ANN, mail(1))
    copy = office.send_draft(ANN, draft, anew=True)
    assert copy != draft
    (item,) = office.lying(ANN, "sentitems")
    assert office.lying(ANN, "drafts") == []
    assert (office.mailbox(ANN).item_id(item, immutable=True), item.is_draft) == (copy, False)


def test_what_is_sent_reaches_ours_is_noted_for_others_and_kept():
    office = Desk().office
    office.send(office.person(ANN), [BOB, "carl@else.example", BOB.upper()], mail())
    assert len(office.lying(BOB, "inbox")) == 1
    assert [(sender, to) for sender, to, _ in office.outbox] == [(ANN, ("carl@else.example",))]
    (kept,) = office.lying(ANN, "sentitems")
    assert kept.is_read


def test_ten_thousand_mailboxes_cost_nothing_before_they_are_looked_at():
    office = Office()
    for number in range(10_000):
        office.add_person(f"p{number}@corp.example")
    assert office._mailboxes == {}


def test_an_assignment_names_mailboxes():
    desk = Desk()
    desk.office.assign(desk.app, "Mail.Read", [ANN])
    assert desk.app.assignments[0].people == {desk.office.person(ANN).id}
