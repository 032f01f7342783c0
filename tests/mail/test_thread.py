import time

from mailkeep.mail import parse
from mailkeep.mail.thread import split


def test_words_above_an_original_message_are_new():
    found = split(
        "Pay today.\n\n-----Original Message-----\nFrom: Ann <a@x.example>\nSent: Monday\nTo: B\nSubject: Bill\n\nold words"
    )
    assert found.new_text == "Pay today."
    assert [(one.kind, one.author, one.subject) for one in found.quotes] == [("quoted", "a@x.example", "Bill")]


def test_words_between_and_below_quotes_are_new_and_placed():
    text = "On 5 Jan 2026, Ann wrote:\n> one\nfirst answer\n> two\n> three\nsecond answer"
    found = split(text)
    assert found.new_text == "first answer\nsecond answer"
    assert [text[start:end] for start, end in found.spans] == ["first answer", "second answer"]


def test_a_forward_without_a_comment_has_no_new_words():
    found = split("---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nSubject: S\n\nold")
    assert found.new_text == ""
    assert found.quotes[0].kind == "forwarded"


def test_each_older_mail_is_a_quote_of_its_own():
    text = "new\n\nFrom: Ann\nSent: x\nTo: y\nSubject: A\n\nold\n\nFrom: Bob\nSent: x\nTo: y\nSubject: B\n\nolder"
    assert [(one.author, one.subject) for one in split(text).quotes] == [("ann", "A"), ("bob", "B")]


def test_signature_and_disclaimer_are_left_out():
    legal = (
        "This message is confidential and may be privileged; if you are not the intended recipient please delete it. "
        * 3
    )
    assert split(f"Hello\n\n-- \nAnn\nCorp\n\n{legal}").new_text in {"Hello", "Hello\n\n-- \nAnn\nCorp"}
    assert split("Hello\n\n-- \nAnn\nCorp").new_text == "Hello"


def test_a_lure_below_the_signature_mark_stays_new():
    assert "http://evil.example" in split("Hello\n-- \nlog in at http://evil.example now").new_text


def test_an_arrow_before_a_lure_is_no_quote():
    assert split("Win a car\n>> click here <<").new_text == "Win a car\n>> click here <<"


def test_a_container_that_only_claims_to_be_a_quote_hides_nothing():
    mail = parse(b"Content-Type: text/html\n\n<div class=gmail_quote>Please buy gift cards</div>")
    assert mail.new_text == "Please buy gift cards"


def test_a_gmail_reply_is_split_at_its_container():
    mail = parse(
        b"Content-Type: text/html\n\n<div>Yes.</div><div class=gmail_quote><div class=gmail_attr>On Mon, Jan 5, 2026 at 10:00 AM Ann "
        b"&lt;a@x.example&gt; wrote:</div><blockquote class=gmail_quote>old</blockquote></div><div>PS new</div>"
    )
    assert mail.new_text == "Yes.\nPS new"
    assert mail.quotes[0].author == "a@x.example"


def test_an_outlook_reply_is_split_at_its_mark():
    mail = parse(
        b"Content-Type: text/html\n\n<p>Yes.</p><div id=divRplyFwdMsg><b>From:</b> Ann &lt;a@x.example&gt;<br><b>Sent:</b> Monday<br>"
        b"<b>To:</b> B<br><b>Subject:</b> S</div><div>old</div>"
    )
    assert (mail.new_text, mail.quotes[0].author, mail.quotes[0].subject) == ("Yes.", "a@x.example", "S")


def test_text_made_of_introductions_costs_linear_time():
    def cost(count):
        start = time.process_time()
        split("On 1 wrote:\nFrom: a\nTo: b\n" * count)
        return time.process_time() - start

    cost(100)
    assert cost(20_000) < 40 * max(cost(2_000), 0.01)
