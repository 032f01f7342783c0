"""The directory as the mail itself shows it."""

from mailkeep.people.directory import Person
from mailkeep.people.infer import Sighting, infer


def test_own_domains_are_those_of_mailboxes_and_of_what_their_owners_send() -> None:
    directory = infer(
        [
            Sighting(address="ada@corp.example", mailbox=True, mails=0),
            Sighting(address="bob@corp.example", sent=True, mails=90),
            Sighting(address="bob@sister.example", sent=True, mails=10),
            Sighting(address="bob@holiday.example", sent=True, mails=1),
            Sighting(address="eve@vendor.example", mails=500),
        ]
    )
    assert directory.own_domains == {"corp.example", "sister.example"}
    assert directory.inferred


def test_a_free_mail_service_is_nobody_s_own_domain_yet_its_mailbox_owner_is_one_of_us() -> None:
    directory = infer([Sighting(address="ada@gmail.com", name="Ada Lovelace", mailbox=True, sent=True, mails=100)])
    assert directory.own_domains == frozenset()
    assert directory.holds("ada@gmail.com")
    assert not directory.holds("eve@gmail.com")


def test_addresses_of_one_name_and_its_writings_are_one_person() -> None:
    directory = infer(
        [
            Sighting(address="john.doe@corp.example", name="John Doe", mails=50, sent=True),
            Sighting(address="j.a.doe@corp.example", name="Doe, John A.", mails=5),
            Sighting(address="jdoe@corp.example", mails=3),
            Sighting(address="ann.lee@corp.example", mails=2),
            Sighting(address="alee@corp.example", mails=1),
        ],
        own_domains=["corp.example"],
    )
    assert [(person.name, len(person.addresses)) for person in directory.people] == [("John Doe", 3), ("Ann Lee", 2)]
    assert directory.people[0].id == "john.doe@corp.example"


def test_a_writing_that_fits_two_people_joins_neither() -> None:
    directory = infer(
        [
            Sighting(address="john.doe@corp.example", name="John Doe"),
            Sighting(address="jane.doe@corp.example", name="Jane Doe"),
            Sighting(address="jdoe@corp.example"),
        ],
        own_domains=["corp.example"],
    )
    assert {person.addresses for person in directory.people} == {
        ("john.doe@corp.example",),
        ("jane.doe@corp.example",),
        ("jdoe@corp.example",),
    }


def test_desks_machines_and_strangers_are_no_people() -> None:
    directory = infer(
        [
            Sighting(address="noreply@corp.example", name="Corp News"),
            Sighting(address="billing@corp.example", name="Billing Desk"),
            Sighting(address="eve@vendor.example", name="Eve Vendor"),
        ],
        own_domains=["corp.example"],
    )
    assert directory.people == ()


def test_what_is_given_goes_before_what_is_inferred() -> None:
    boss = Person(id="u1", name="Ada Lovelace", addresses=("ada@corp.example",), title="CEO")
    directory = infer(
        [
            Sighting(address="ada@corp.example", name="A. Someone Else"),
            Sighting(address="bob@corp.example", name="Bob Ray"),
        ],
        own_domains=["CORP.example"],
        vips=["Ada@corp.example"],
        people=[boss],
    )
    assert directory.own_domains == {"corp.example"}
    assert not directory.inferred
    assert directory.person_at("ada@corp.example") is not None
    assert [(person.id, person.vip) for person in directory.people] == [("u1", True), ("bob@corp.example", False)]
