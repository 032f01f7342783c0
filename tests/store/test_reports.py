from datetime import timedelta

import pytest
from tests.store.kept import AT, a_batch, a_mail, a_print

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.decide.nouns import Label
from mailkeep.store.trouble import NoSuchId


def test_a_report_holds_verdict_deeds_receipts_and_campaign(store, shelf):
    mail = a_mail(1, fingerprint=a_print("a"), normal=("writes on Mondays",))
    store.keep(a_batch(mail), shelf)
    receipt = Receipt(action=mail.actions[0].id, ended=Ended.DONE, at=AT)
    store.ledger.write([], [Closing(receipt=receipt)])
    report = store.report(mail.id)
    assert (report.verdict, report.actions, report.receipts) == (mail.verdict, mail.actions, (receipt,))
    assert (report.campaign, report.normal, report.mailbox) == (mail.id, mail.normal, "ada@corp.example")
    assert (report.path, report.recipients, report.received_at) == ("INBOX/r1", ("ada@corp.example",), AT)


def test_the_first_letters_of_an_id_are_enough_unless_several_begin_so(store, shelf):
    mails = [a_mail(n) for n in range(40)]
    store.keep(a_batch(*mails), shelf)
    assert store.report(mails[0].id[:10]).id == mails[0].id
    firsts = [mail.id[0] for mail in mails]
    shared = next(letter for letter in firsts if firsts.count(letter) > 1)
    with pytest.raises(NoSuchId, match="several verdicts begin like that"):
        store.report(shared)
    assert store.report("zzzz9") is None
    assert store.report("") is None


def test_reports_come_newest_first_and_only_those_asked_for(store, shelf):
    old = a_mail(1, judged_at=AT - timedelta(days=2))
    new, clean = a_mail(2), a_mail(3, label=Label.CLEAN, judged_at=AT - timedelta(hours=1))
    store.keep(a_batch(old, new, clean), shelf)
    assert [each.id for each in store.reports()] == [new.id, clean.id, old.id]
    assert [each.id for each in store.reports(since=AT - timedelta(days=1))] == [new.id, clean.id]
    assert [each.id for each in store.reports(labels=(Label.CLEAN,))] == [clean.id]
    assert [each.id for each in store.reports(limit=1)] == [new.id]
    assert [each.id for each in store.reports(tenant="other")] == []


def test_more_than_a_page_of_reports_comes_whole_and_in_order(store, shelf):
    mails = [a_mail(n, judged_at=AT + timedelta(seconds=n)) for n in range(450)]
    store.keep(a_batch(*mails), shelf)
    assert [each.id for each in store.reports()] == [mail.id for mail in reversed(mails)]
    ids = [mail.id for mail in mails]
    assert [each.id for each in store.reports_of([*ids, "unknown"])] == ids
