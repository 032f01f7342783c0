from collections import Counter
from datetime import date
from random import Random

from mailkeep.mail import parse
from mailkeep.simulator.company import make_company
from mailkeep.simulator.letters import Letters


def letters(seed=3):
    rng = Random(seed)
    return Letters(make_company(rng), rng)


def test_months_of_mail_are_in_order_and_of_many_kinds():
    posts = list(letters().days(date(2026, 6, 1), 60))
    assert len(posts) > 1500
    assert [post.at for post in posts] == sorted(post.at for post in posts)
    assert set(Counter(post.kind for post in posts)) == {
        "talk", "vendor", "invoice", "stranger", "invite", "newsletter", "task", "share", "account",
    }  # fmt: skip
    assert not any(post.attack for post in posts)


def test_the_same_seed_writes_the_same_bytes():
    one, two = (list(letters().days(date(2026, 6, 1), 5)) for _ in range(2))
    assert one == two


def test_conversations_go_on_over_the_end_of_a_call():
    writer = letters()
    first = {post.message_id for post in writer.days(date(2026, 6, 1), 5)}
    later = [parse(post.raw) for post in writer.days(date(2026, 6, 6), 5)]
    assert any(first.intersection(mail.references) for mail in later)
    assert writer.talks


def test_every_mail_is_sound():
    for post in letters().days(date(2026, 6, 1), 4):
        mail = parse(post.raw)
        assert mail.message_id == post.message_id
        assert mail.subject == post.subject
        assert mail.text.strip()
        assert not mail.defects


def test_weekends_are_quiet():
    posts = list(letters().days(date(2026, 6, 1), 28))
    weekend = sum(post.at.weekday() > 4 for post in posts)
    assert 0 < weekend < len(posts) / 12
