from datetime import timedelta

from tests.store.kept import AT, a_batch, a_deed, a_headline, a_mail

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.decide.nouns import Act
from mailkeep.store.nouns import Times


def seconds(number):
    return AT + timedelta(seconds=number)


def a_live_mail(number, *, delivered=0.0, notified=1.0, fetched=2.0, judged=3.0, **changes):
    head = a_headline(message_id=f"{number}@evil.test", received_at=seconds(delivered))
    times = Times(notified_at=None if notified is None else seconds(notified), fetched_at=seconds(fetched))
    return a_mail(number, head=head, times=times, judged_at=seconds(judged), **changes)


def legs(store, since=AT):
    return {leg.name: leg for leg in store.latency.quantiles("corp", since)}


def test_a_live_mail_is_timed_from_its_delivery_to_the_confirmed_act(store, shelf):
    mail = a_live_mail(1)
    store.keep(a_batch(mail), shelf)
    receipt = Receipt(action=mail.actions[0].id, ended=Ended.DONE, at=seconds(7))
    store.ledger.write([], [Closing(receipt=receipt, folder="Mailkeep Quarantine", asked_at=seconds(5))])
    found = {name: leg.p50 for name, leg in legs(store).items()}
    assert found["delivered → notified"] == found["notified → fetched"] == found["fetched → judged"] == 1
    assert (found["judged → asked"], found["asked → confirmed"]) == (2, 2)
    assert (found["notified → confirmed"], found["delivered → confirmed"]) == (6, 7)


def test_mail_of_the_past_is_not_timed_and_mail_that_nothing_told_of_has_no_notice(store, shelf):
    store.keep(a_batch(a_mail(1), a_live_mail(2, notified=None)), shelf)
    assert set(legs(store)) == {"fetched → judged", "delivered → judged"}
    assert legs(store)["delivered → judged"].n == 1


def test_kept_twice_a_mail_keeps_its_first_times(store, shelf):
    store.keep(a_batch(a_live_mail(1, judged=3)), shelf)
    store.keep(a_batch(a_live_mail(1, judged=90)), shelf)
    assert legs(store)["fetched → judged"].p99 == 1


def test_a_deed_that_a_person_asked_for_later_is_not_timed(store, shelf):
    mail = a_live_mail(1, acts=())
    store.keep(a_batch(mail), shelf)
    by_hand = a_deed(mail.ref, Act.QUARANTINE, turn="1", by="ann")
    store.ledger.intend([by_hand], "corp", seconds(9000))
    closing = Closing(receipt=Receipt(action=by_hand.id, ended=Ended.DONE, at=seconds(9001)), asked_at=seconds(9000))
    store.ledger.write([], [closing])
    assert "asked → confirmed" not in legs(store)


def test_quantiles_are_times_that_some_mail_really_took_and_clocks_that_disagree_make_none_negative(store, shelf):
    mails = [a_live_mail(n, delivered=9.0, notified=1.0, fetched=1.0 + n) for n in range(1, 101)]
    store.keep(a_batch(*mails), shelf)
    leg = legs(store)["notified → fetched"]
    assert (leg.n, leg.p50, leg.p95, leg.p99) == (100, 50.0, 95.0, 99.0)
    assert legs(store)["delivered → notified"].p99 == 0.0


def test_only_what_was_judged_since_then_counts_and_the_old_is_forgotten(store, shelf):
    store.keep(a_batch(a_live_mail(1, judged=10), a_live_mail(2, judged=20)), shelf)
    assert legs(store, seconds(15))["fetched → judged"].n == 1
    store.latency.prune(seconds(15))
    assert legs(store)["fetched → judged"].n == 1
