from datetime import timedelta

import pytest
from tests.store.kept import AT

from mailkeep.store.approvals import Approval, NotApproved


def asked(mails=500, by="ann", at=AT):
    return Approval(campaign="c1", tenant="corp", mails=mails, asked_by=by, asked_at=at)


def test_the_first_to_ask_stays_and_the_number_is_the_newest(store):
    assert store.approvals.ask(asked()) == asked()
    again = store.approvals.ask(asked(700, by="ben", at=AT + timedelta(hours=1)))
    assert (again.asked_by, again.asked_at, again.mails) == ("ann", AT, 700)


def test_somebody_else_approves_once_and_asking_again_does_not_take_it_back(store):
    store.approvals.ask(asked())
    given = store.approvals.approve("c1", by="ben", at=AT)
    assert (given.approved_by, given.approved_at) == ("ben", AT)
    assert store.approvals.approve("c1", by="cy", at=AT).approved_by == "ben"
    assert store.approvals.ask(asked(501)).approved_by == "ben"


def test_nobody_approves_what_they_asked_for(store):
    store.approvals.ask(asked())
    with pytest.raises(NotApproved, match="somebody else"):
        store.approvals.approve("c1", by="ann", at=AT)
    assert store.approvals.of("c1").approved_by is None


def test_what_nobody_asked_for_cannot_be_approved_and_an_approval_is_good_for_once(store):
    with pytest.raises(NotApproved, match="mailkeep clawback c1"):
        store.approvals.approve("c1", by="ben", at=AT)
    store.approvals.ask(asked())
    store.approvals.approve("c1", by="ben", at=AT)
    store.approvals.spend("c1")
    assert store.approvals.of("c1") is None
    assert store.approvals.ask(asked()).approved_by is None
