"""Who gives mailboxes to whom."""

import pytest

from mailkeep.kit.mailboxes import is_disposable, is_free_mail, is_role


def test_free_mail_services_are_known_below_their_sub_domains_too() -> None:
    assert is_free_mail("gmail.com")
    assert is_free_mail("mail.gmx.de")
    assert not is_free_mail("corp.example")
    assert not is_free_mail("")


def test_throw_away_services_are_known() -> None:
    assert is_disposable("mailinator.com")
    assert not is_disposable("gmail.com")


@pytest.mark.parametrize(
    "local", ["noreply", "no-reply", "do_not_reply+77", "billing", "it-support", "support.team", "rechnung", "info2"]
)
def test_desks_and_machines_are_roles(local: str) -> None:
    assert is_role(local)


@pytest.mark.parametrize(
    "local", ["ada", "john.doe", "info.smith", "jdoe", "", "123", "mark.taylor", "sales.ann.lee.one"]
)
def test_people_are_no_roles(local: str) -> None:
    assert not is_role(local)
