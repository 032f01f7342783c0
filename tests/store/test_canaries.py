import msgspec
from tests.store.kept import AT, a_batch, a_deed, a_headline, a_mail

from mailkeep.store.canaries import CANARY, Canary

BIRD = Canary(message_id="c.1@corp.example", subject="Mailkeep canary", address="ada@corp.example", sent_at=AT)


def a_copy(number, **changes):
    head = a_headline(message_id=BIRD.message_id, subject=BIRD.subject, sender=BIRD.address, **changes)
    return a_mail(number, head=head, acts=())


def test_canaries_on_their_way_outlive_the_process(store):
    assert store.canaries.flying("corp") == ()
    store.canaries.keep("corp", (BIRD,))
    assert store.canaries.flying("corp") == (BIRD,)
    assert store.canaries.flying("other") == ()
    store.canaries.keep("corp", ())
    assert store.canaries.flying("corp") == ()


def test_a_copy_in_the_sent_folder_alone_has_not_arrived(store):
    sent = a_copy(1, sent=True)
    sent = msgspec.structs.replace(sent, ref=msgspec.structs.replace(sent.ref, folder="Sent"))
    store.keep(a_batch(sent, a_mail(3)), store.shelf("corp"))
    assert [arrived for _, _, arrived in store.canaries.found("corp", BIRD)] == [False]
    store.keep(a_batch(a_copy(2)), store.shelf("corp"))
    assert sorted(arrived for _, _, arrived in store.canaries.found("corp", BIRD)) == [False, True]


def test_canaries_are_counted_apart_by_the_deed_that_deletes_them(store):
    mail = a_copy(1)
    store.keep(a_batch(mail, a_mail(2)), store.shelf("corp"))
    assert store.label_counts("corp") == {"malicious": 2}
    deed = a_deed(mail.ref, turn=CANARY, campaign=CANARY)
    store.ledger.intend([deed], "corp", AT)
    assert deed.verdict == mail.id
    (counted,) = store.summary().tenants
    assert (counted.mails, counted.labels, counted.canaries) == (1, {"malicious": 1}, 1)
