from datetime import UTC, datetime
from random import Random

from mailkeep.simulator.company import Party, make_company
from mailkeep.simulator.pen import Pen, slug, steady

RNG = Random(4)
PEN = Pen(make_company(RNG), RNG)


def test_nobody_writes_at_night_or_on_sunday():
    writer = Party(name="A B", address="a@b.example", zone=60, opens=8, closes=17)
    sunday_night = datetime(2026, 3, 1, 23, tzinfo=UTC)
    written = PEN.in_hours(writer, sunday_night)
    assert written.date().isoformat() == "2026-03-02"
    assert 7 <= written.hour < 9


def test_a_mail_between_colleagues_lies_in_sent_and_in_every_inbox():
    one, two, three = PEN.company.employees[:3]
    post = PEN.post(PEN.draft(datetime(2026, 3, 2, 9, tzinfo=UTC), one, (two, three), "Hello", "text"), "talk")
    assert post.mailboxes == (two.address, three.address)
    assert post.sent_from == one.address
    assert post.raw.endswith(post.sent_raw)


def test_a_mail_to_the_world_lies_in_sent_alone():
    one = PEN.company.employees[0]
    post = PEN.post(PEN.draft(datetime(2026, 3, 2, 9, tzinfo=UTC), one, (PEN.stranger(),), "Hello", "text"), "talk")
    assert post.mailboxes == ()
    assert post.sent_raw


def test_steady_numbers_and_slugs_do_not_change_between_runs():
    assert steady("abc") == 97 + 98 * 2 + 99 * 3
    assert slug("Crane: the 2nd, inspection plan!") == "crane-the-2nd-inspection"
