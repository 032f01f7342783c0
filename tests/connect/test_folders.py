"""Folders are known by their names, in many languages."""

import pytest

from mailkeep.connect.folders import NAMES, Role, role_of


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("INBOX", Role.INBOX),
        ("inbox", Role.INBOX),
        ("Sent", Role.SENT),
        ("_sent_mail", Role.SENT),
        ("Sent_Items", Role.SENT),
        ("INBOX.Sent", Role.SENT),
        ("[Gmail]/Sent Mail", Role.SENT),
        ("Gesendete Elemente", Role.SENT),
        ("Entwürfe", Role.DRAFTS),
        ("Deleted", Role.TRASH),
        ("Junk E-Mail", Role.JUNK),
        ("Mailkeep Quarantine", Role.QUARANTINE),
        ("INBOX.Mailkeep Quarantine", Role.QUARANTINE),
        ("Clients/Sent", Role.OTHER),
        ("Drafts/2026", Role.OTHER),
        ("sentinel", Role.OTHER),
        ("", Role.OTHER),
    ],
)
def test_a_folders_name_tells_what_it_is_for(name, role):
    assert role_of(name) is role


def test_only_drafts_and_our_own_folder_are_not_delivered():
    assert {role for role in Role if not role.delivered} == {Role.DRAFTS, Role.QUARANTINE}


def test_no_name_means_two_things():
    named = [name for names in NAMES.values() for name in names]
    assert len(named) == len(set(named))


def test_every_name_in_the_table_is_found():
    for role, names in NAMES.items():
        for name in names:
            assert role_of(name.title()) is role
