from datetime import timedelta

import pytest
from tests.store.kept import ADA, AT, BEN, a_batch, a_deed, a_headline, a_mail, a_print

from mailkeep.act.nouns import Ended
from mailkeep.decide.nouns import Act, Label
from mailkeep.store.clawbacks import FIND_LANE, WITHDRAWN, Clawback, Searched, search_name
from mailkeep.store.due import Claim


@pytest.fixture
def campaign(store, shelf):
    mail = a_mail(1, fingerprint=a_print("k1"), acts=())
    store.keep(a_batch(mail), shelf)
    return mail.id


def begun(campaign, **changes):
    return Clawback(**{"campaign": campaign, "tenant": "corp", "by": "ann", "at": AT, **changes})


def test_it_is_begun_once_with_a_search_of_every_mailbox(store, campaign):
    store.clawbacks.begin(begun(campaign), ["ada", "ben"])
    store.clawbacks.begin(begun(campaign, by="ben", at=AT + timedelta(hours=1)), ["ada", "ben", "cy"])
    assert store.clawbacks.of(campaign) == begun(campaign)
    assert store.clawbacks.unsearched(campaign) == ["ada", "ben"]
    assert store.clawbacks.under_way("corp") == [begun(campaign)]
    assert store.clawbacks.under_way("other") == []
    assert store.summary().due == {FIND_LANE: 2}


def test_what_a_search_finds_joins_the_campaign_in_the_transaction_that_strikes_the_search_off(store, campaign):
    store.clawbacks.begin(begun(campaign), ["ada", "ben"])
    found = a_mail(7, mailbox=BEN, label=Label.CLEAN, acts=(), head=a_headline(message_id="other"))
    batch = a_batch(found, mailbox=BEN, cursor=None)
    store.clawbacks.searched(
        [
            Searched(campaign=campaign, job=search_name(campaign, "ben"), found=batch),
            Searched(campaign=campaign, job=search_name(campaign, "ada")),
        ]
    )
    assert store.clawbacks.unsearched(campaign) == []
    assert set(store.reach(campaign)) == {campaign, found.id}
    assert store.campaign(campaign[:8]).mails == 2


def test_at_its_end_nothing_of_it_is_owed_and_it_may_begin_anew(store, campaign):
    store.clawbacks.begin(begun(campaign), ["ada"])
    store.clawbacks.end(campaign)
    assert (store.clawbacks.of(campaign), store.clawbacks.unsearched(campaign)) == (None, [])
    store.clawbacks.begin(begun(campaign, by="ben"), ["ada"])
    assert store.clawbacks.of(campaign).by == "ben"


def test_withdrawing_calls_off_what_nobody_has_in_hand(store, campaign):
    store.clawbacks.begin(begun(campaign), ["ada"])
    refs = [a_mail(number, mailbox=ADA).ref for number in (1, 2)]
    held, free = (a_deed(ref, turn="0", campaign=campaign, by="ann") for ref in refs)
    other = a_deed(refs[1], Act.RESTORE, turn="1", campaign=campaign)
    store.ledger.intend([held], "corp", AT)
    claim = Claim(lane="act", owner="one", at=AT, most=9, lease_s=60)
    assert len(store.due.claim(claim)) == 1
    store.ledger.intend([free, other], "corp", AT)
    assert store.clawbacks.withdraw(campaign, AT) == 1
    assert store.ledger.receipt(free.id).ended is Ended.FAILED
    assert store.ledger.receipt(free.id).why == WITHDRAWN
    assert store.clawbacks.open_pulls(campaign) == [held.id]
    assert store.clawbacks.of(campaign) is None
    assert store.ledger.receipt(other.id) is None
