from datetime import timedelta

from tests.store.kept import AT, a_batch, a_deed, a_mail

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.decide.nouns import Act, Label

LATER = AT + timedelta(hours=1)


def ids(store, before=LATER):
    return {threat.ref.id for threat in store.threats_in_sight("corp", before)}


def close(store, deed, ended=Ended.DONE, at=AT):
    store.ledger.write([], [Closing(receipt=Receipt(action=deed.id, ended=ended, at=at))])


def test_only_what_is_unsafe_and_was_there_before_is_a_threat(store, shelf):
    store.keep(
        a_batch(a_mail(1, acts=()), a_mail(2, label=Label.SUSPICIOUS, acts=()), a_mail(3, label=Label.CLEAN)), shelf
    )
    assert ids(store) == {"r1", "r2"}
    assert ids(store, AT) == set()
    assert store.threats_in_sight("other", LATER) == []


def test_what_was_taken_away_is_none_unless_it_was_brought_back_or_only_would_have_been(store, shelf):
    pulled, back, failed, flagged, dry = (a_mail(n) for n in range(5))
    mails = [pulled, back, failed, a_mail(3, acts=(Act.FLAG,)), a_mail(4, acts=())]
    store.keep(a_batch(*mails), shelf)
    for mail in mails[:4]:
        close(store, mail.actions[0], Ended.FAILED if mail is failed else Ended.DONE)
    restore = a_deed(back.ref, Act.RESTORE, turn="1")
    would = a_deed(dry.ref, turn="dry", dry=True)
    store.ledger.intend([restore, would], "corp", AT)
    close(store, restore, at=LATER)
    assert ids(store) == {"r1", "r2", "r3", "r4"}
    assert flagged.ref.id in ids(store)
