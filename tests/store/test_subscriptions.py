import hashlib
from datetime import timedelta

from tests.store.kept import ADA, AT, BEN, a_batch, a_mail

from mailkeep.store.due import Owed
from mailkeep.store.sql import ms, put
from mailkeep.store.subscriptions import Promise, Taken
from mailkeep.store.tables import LATENCY

WEEK = timedelta(days=7)


def a_promise(mailbox=ADA, **changes):
    secret = hashlib.sha256(b"hush").hexdigest()
    fields = {"tenant": "corp", "mailbox": mailbox.id, "id": f"s-{mailbox.id}", "secret": secret}
    return Promise(**{**fields, "expires_at": AT + WEEK, "made_at": AT, **changes})


def owed(ref):
    return Owed(lane="live", job=f"corp/ada/{ref}", tenant="corp", key="ada", refs=(ref,), at=AT)


def test_a_promise_is_found_by_its_id_and_a_new_one_takes_its_place(store):
    store.subscriptions.keep(a_promise())
    assert store.subscriptions.by_id("s-ada") == a_promise()
    store.subscriptions.keep(a_promise(id="s2"))
    assert store.subscriptions.by_id("s-ada") is None
    assert store.subscriptions.of_tenant("corp") == {"ada": a_promise(id="s2")}
    assert store.subscriptions.of_mailbox("corp", "ada") == a_promise(id="s2")
    store.subscriptions.drop("corp", "ada")
    assert store.subscriptions.of_tenant("corp") == {}


def test_a_renewed_promise_keeps_when_it_was_heard(store):
    store.subscriptions.keep(a_promise(heard_at=AT))
    store.subscriptions.renewed("corp", "ada", AT + 2 * WEEK, AT + WEEK)
    assert store.subscriptions.by_id("s-ada") == a_promise(heard_at=AT, expires_at=AT + 2 * WEEK, made_at=AT + WEEK)


def test_notices_are_taken_with_the_work_that_follows_and_repeated_ones_are_told_apart(store):
    store.subscriptions.keep(a_promise())
    counts = {("corp", "accepted"): 2, ("corp", "forged"): 1}
    assert store.subscriptions.take(Taken(at=AT, owed=[owed("1"), owed("2")], heard=["s-ada"], counts=counts)) == 2
    assert store.subscriptions.take(Taken(at=AT, owed=[owed("2"), owed("3")], counts=counts)) == 1
    store.subscriptions.count("corp", "unknown", AT)
    assert store.subscriptions.counts("corp") == {"accepted": 4, "forged": 2, "unknown": 1}
    assert store.subscriptions.by_id("s-ada").heard_at == AT
    assert store.due.waiting("live", "corp")[0] == 3


def delivered(store, number, mailbox, at, *, notified=None):
    mail = a_mail(number, mailbox=mailbox, acts=())
    store.keep(a_batch(mail, mailbox=mailbox), store.shelf("corp"))
    row = {
        "message": mail.id,
        "tenant": "corp",
        "delivered_at": ms(at),
        "notified_at": ms(notified) if notified else None,
        "fetched_at": ms(at),
        "judged_at": ms(at),
        "asked_at": None,
        "confirmed_at": None,
    }
    with store.writing() as connection:
        put(connection, LATENCY, [row])


def test_mail_of_a_subscribed_mailbox_of_which_no_notice_came_is_counted_until_one_comes(store):
    store.begin("corp", "ben", since=None, begun_at=None)
    store.subscriptions.keep(a_promise(made_at=AT - timedelta(hours=1)))
    for number in range(3):
        delivered(store, number, ADA, AT + timedelta(seconds=number))
    delivered(store, 4, ADA, AT - timedelta(seconds=9), notified=AT - timedelta(seconds=9))
    delivered(store, 5, ADA, AT - timedelta(hours=2))
    delivered(store, 6, BEN, AT)

    def unnoticed(until):
        return store.subscriptions.unnoticed("corp", AT - timedelta(hours=3), until)

    assert unnoticed(AT + timedelta(minutes=1)) == {"ada": 3}
    assert unnoticed(AT) == {"ada": 1}
    later = AT + timedelta(minutes=1)
    assert store.subscriptions.unnoticed("corp", AT - timedelta(hours=3), later, least=4) == {}
    store.subscriptions.take(Taken(at=AT + timedelta(minutes=1), heard=["s-ada"]))
    assert unnoticed(AT + timedelta(minutes=1)) == {}


def test_a_mailbox_of_which_some_notice_came_meanwhile_is_not_deaf(store):
    store.subscriptions.keep(a_promise(made_at=AT - timedelta(hours=1)))
    delivered(store, 1, ADA, AT)
    later = AT + timedelta(minutes=1)
    assert store.subscriptions.unnoticed("corp", AT, later) == {"ada": 1}
    delivered(store, 2, ADA, AT + timedelta(seconds=9), notified=AT + timedelta(seconds=9))
    assert store.subscriptions.unnoticed("corp", AT, later) == {}


def test_a_notice_that_names_the_mailbox_alone_shows_its_promise_alive(store):
    store.subscriptions.keep(a_promise())
    store.subscriptions.heard("corp", "ada", AT)
    store.subscriptions.heard("corp", "nobody", AT)
    assert store.subscriptions.of_mailbox("corp", "ada").heard_at == AT
