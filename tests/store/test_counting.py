from tests.store.kept import AT, a_batch, a_mail, a_print

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.decide.nouns import Label


def test_the_summary_counts_mails_labels_deeds_and_what_is_owed(store, shelf):
    mails = [a_mail(1, fingerprint=a_print("a")), a_mail(2), a_mail(3, label=Label.CLEAN, acts=())]
    store.keep(a_batch(*mails, more=False), shelf)
    store.ledger.write([], [Closing(receipt=Receipt(action=mails[0].actions[0].id, ended=Ended.DONE, at=AT))])
    summary = store.summary()
    (tenant,) = summary.tenants
    assert (tenant.tenant, tenant.mails, tenant.mailboxes, tenant.caught_up) == ("corp", 3, 1, 1)
    assert tenant.labels == {"malicious": 2, "clean": 1}
    assert (tenant.first, tenant.last) == (AT, AT)
    assert (summary.ended, summary.due, summary.oldest_due) == ({"done": 1}, {"act": 1}, AT)
    assert (summary.campaigns, summary.dead) == (1, 0)
    assert summary.size_bytes > 0


def test_an_empty_store_counts_nothing(tmp_path, store):
    assert store.summary().tenants[0].first is None
    assert store.label_counts("nobody") == {}
