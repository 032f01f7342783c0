from datetime import UTC, datetime
from random import Random

from mailkeep.mail import parse
from mailkeep.simulator.company import make_company
from mailkeep.simulator.pen import Pen
from mailkeep.simulator.talks import LONGEST, Talks

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def played(begin, seed=1):
    """Plays conversations to their ends."""
    rng = Random(seed)
    due = []
    talks = Talks(Pen(make_company(rng), rng), lambda at, step: due.append((at, step)))
    posts = [post for _ in range(20) for post in begin(talks)]
    while due:
        at, step = due.pop(0)
        posts += step(at)
    return talks, posts


def test_answers_quote_what_they_answer_and_name_it():
    _, posts = played(lambda talks: talks.among_us(MONDAY))
    answers = [mail for post in posts if (mail := parse(post.raw)).in_reply_to]
    assert answers
    for mail in answers:
        assert mail.subject.startswith("Re: ")
        assert mail.quotes


def test_conversations_end():
    _, posts = played(lambda talks: talks.with_vendor(MONDAY))
    assert max(len(parse(post.raw).references) for post in posts) < LONGEST


def test_suppliers_conversations_are_remembered_with_both_sides():
    talks, _ = played(lambda talks: talks.with_vendor(MONDAY))
    assert all(talk.vendor and talk.with_us for talk in talks.open)


def test_an_invoice_names_the_suppliers_account_in_its_file():
    talks, posts = played(lambda talks: talks.invoice(MONDAY, talks.company.vendors[0]))
    first = parse(posts[0].raw)
    assert first.author.address == talks.company.vendors[0].contacts[0].address
    assert talks.company.vendors[0].iban.encode() in first.attachments[0].body


def test_a_meeting_request_is_read_as_one():
    _, posts = played(lambda talks: talks.invitation(MONDAY))
    assert parse(posts[0].raw).invites[0].method.upper() == "REQUEST"


def test_strangers_write_and_are_written_to():
    _, posts = played(lambda talks: talks.stranger_writes(MONDAY))
    assert any(not post.sent_from for post in posts)
    _, posts = played(lambda talks: talks.we_write_first(MONDAY))
    assert posts[0].sent_from
