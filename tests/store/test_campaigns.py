from tests.store.kept import BEN, a_batch, a_headline, a_mail, a_print

ROWS = tuple(range(64))


def members(store, campaign):
    return set(store.reach(campaign))


def test_mails_that_share_a_key_are_one_campaign_and_others_are_not(store, shelf):
    one, two, other = (a_mail(n, fingerprint=a_print(*keys)) for n, keys in ((1, "ab"), (2, "bc"), (3, "d")))
    store.keep(a_batch(one, two, other), shelf)
    assert {campaign.id: campaign.mails for campaign in store.campaigns()} == {one.id: 2, other.id: 1}
    assert members(store, one.id) == {one.id, two.id}


def test_the_first_campaign_to_own_a_key_keeps_it(store, shelf):
    one, two = a_mail(1, fingerprint=a_print("a")), a_mail(2, fingerprint=a_print("b"))
    both, late = a_mail(3, fingerprint=a_print("b", "a")), a_mail(4, fingerprint=a_print("a"))
    store.keep(a_batch(one, two, both, late), shelf)
    assert members(store, two.id) == {two.id, both.id}
    assert members(store, one.id) == {one.id, late.id}


def test_near_equal_sketches_are_one_campaign_and_half_equal_ones_are_not(store, shelf):
    near = (*ROWS[:56], *range(900, 908))
    far = (*ROWS[:30], *range(500, 534))
    mails = [a_mail(n, fingerprint=a_print(sketch=rows)) for n, rows in enumerate((ROWS, near, far))]
    store.keep(a_batch(*mails), shelf)
    assert members(store, mails[0].id) == {mails[0].id, mails[1].id}
    assert members(store, mails[2].id) == {mails[2].id}


def test_a_mail_judged_twice_stays_in_its_campaign(store, shelf):
    one = a_mail(1, fingerprint=a_print("a"))
    store.keep(a_batch(one), shelf)
    store.keep(a_batch(a_mail(1, fingerprint=a_print("z"))), shelf)
    assert [campaign.mails for campaign in store.campaigns()] == [1]


def test_a_claw_back_reaches_copies_that_were_judged_otherwise_but_no_borrowed_message_id(store, shelf):
    store.begin("corp", "ben", since=None, begun_at=None)
    head = a_headline(message_id="same@evil.test")
    caught = a_mail(1, head=head, fingerprint=a_print("a"))
    missed = a_mail(2, mailbox=BEN, head=head)
    honest = a_mail(3, mailbox=BEN, head=a_headline(message_id="same@evil.test", sender="ann@partner.example"))
    store.keep(a_batch(caught), shelf)
    store.keep(a_batch(missed, honest, mailbox=BEN), shelf)
    assert members(store, caught.id) == {caught.id, missed.id}


def test_campaigns_of_one_tenant_stay_its_own(store, shelf):
    store.keep(a_batch(a_mail(1, fingerprint=a_print("a"))), shelf)
    assert store.campaigns("other") == []
    assert len(store.campaigns("corp")) == 1
