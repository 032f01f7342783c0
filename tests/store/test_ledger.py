from tests.store.kept import ADA, AT, a_batch, a_deed, a_mail

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.connect.port import State
from mailkeep.decide.nouns import Act
from mailkeep.store.due import Claim

INBOX = State(folder="INBOX", flags=frozenset({"seen"}))


def due(store):
    return store.due.claim(Claim(lane="act", owner="one", at=AT, most=9, lease_s=0))


def test_an_intent_and_the_work_it_is_are_written_together_and_once(store):
    deed = a_mail(1).actions[0]
    store.ledger.intend([deed], "corp", AT)
    store.ledger.intend([deed], "corp", AT)
    assert store.ledger.action(deed.id) == deed
    assert [row.refs for row in due(store)] == [(deed.id,)]


def test_the_first_undo_stays(store):
    deed = a_mail(1).actions[0]
    store.ledger.intend([deed], "corp", AT)
    store.ledger.write([(deed.id, INBOX)], [])
    store.ledger.write([(deed.id, State(folder="Mailkeep Quarantine"))], [])
    assert store.ledger.action(deed.id).undo == INBOX


def test_a_deed_has_one_receipt_for_ever_and_is_owed_no_more(store, shelf):
    mail = a_mail(1)
    store.keep(a_batch(mail), shelf)
    deed = mail.actions[0].id
    store.ledger.write(
        [], [Closing(receipt=Receipt(action=deed, ended=Ended.DONE, at=AT), folder="Mailkeep Quarantine")]
    )
    store.ledger.write([], [Closing(receipt=Receipt(action=deed, ended=Ended.FAILED, at=AT, why="late"))])
    assert store.ledger.receipt(deed).ended is Ended.DONE
    assert due(store) == ()
    assert store.refs_of([mail.id])[0].folder == "Mailkeep Quarantine"


def test_a_finished_deed_is_not_owed_again_when_it_is_intended_again(store):
    deed = a_mail(1).actions[0]
    store.ledger.intend([deed], "corp", AT)
    store.ledger.write([], [Closing(receipt=Receipt(action=deed.id, ended=Ended.DONE, at=AT))])
    store.ledger.intend([deed], "corp", AT)
    assert due(store) == ()


def test_a_dry_deed_has_its_receipt_at_once_and_is_never_work(store):
    dry = a_deed(a_mail(1).ref, Act.DELETE, turn="dry", dry=True)
    store.ledger.intend([dry], "corp", AT)
    assert store.ledger.receipt(dry.id).ended is Ended.DRY
    assert due(store) == ()


def test_deeds_are_found_by_mail_and_by_campaign_oldest_first(store):
    mail = a_mail(1, mailbox=ADA)
    first, second = mail.actions[0], a_deed(mail.ref, Act.RESTORE, turn="1", campaign="c1", undo=INBOX)
    store.ledger.intend([first, second], "corp", AT)
    store.ledger.write([], [Closing(receipt=Receipt(action=first.id, ended=Ended.DONE, at=AT))])
    found = store.ledger.of_messages([mail.id])[mail.id]
    assert {action.id: receipt and receipt.ended for action, receipt in found} == {
        first.id: Ended.DONE,
        second.id: None,
    }
    assert store.ledger.of_campaign("c1") == [(second, None)]
