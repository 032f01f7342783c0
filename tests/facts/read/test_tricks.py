"""Ways the mail hides from filters or from its reader."""

from mailkeep.facts.read import tricks
from mailkeep.facts.read.tricks import Trick
from mailkeep.mail.parse import parse


def _read(body: str, subject: str = "hello", kind: str = "plain") -> dict[str, Trick]:
    raw = f"From: a@b.test\nSubject: {subject}\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n".encode()
    return {trick.kind: trick for trick in tricks.read(parse(raw))}


def test_an_ordinary_mail_has_none() -> None:
    assert _read("Dear Ada, see you on Monday. Grüße, José") == {}
    assert _read("<p>Dear Ada, see you on Monday.</p>", kind="html") == {}


def test_invisible_characters_that_split_words_are_counted() -> None:
    found = _read("Your pass\u200bword and ac\u200bcount")
    assert found["invisible-characters"].amount == 2
    assert found["split-words"].amount == 2


def test_words_of_two_alphabets_are_counted_and_honest_foreign_words_are_not() -> None:
    assert _read("Your раssword at Micrоsoft")["mixed-scripts"].amount == 2
    assert "mixed-scripts" not in _read("Привет, password для Ada")


def test_a_turned_reading_direction_is_seen_in_text_and_names() -> None:
    assert _read("open \u202efdp.exe")["rtl-override"].amount == 1


def test_hidden_text_is_weighed_against_the_shown() -> None:
    found = _read(f'<p>Pay now</p><div style="display:none">{"innocent words " * 20}</div>', kind="html")
    assert found["hidden-text"].amount > 100


def test_a_mail_that_is_one_linked_picture_is_seen() -> None:
    found = _read('<a href="https://evil.test/"><img src="https://evil.test/p.png"></a>', kind="html")
    assert found["text-as-image"].amount == 1


def test_words_split_by_comments_or_empty_tags_and_zero_sizes_are_seen() -> None:
    found = _read('Pass<!-- x -->word acc<span style="a"></span>ount <i style="font-size:0px;">zz</i>', kind="html")
    assert (found["html-comments"].amount, found["split-words"].amount, found["zero-font"].amount) == (1, 1, 1)


def test_styled_letters_and_padding_in_the_subject_are_seen() -> None:
    found = _read("x", subject="𝗨𝗿𝗴𝗲𝗻𝘁" + "\u00a0" * 30 + "ref 12")
    assert found["encoded-subject"].amount == 6
    assert found["blank-subject-padding"].amount >= 20


def test_a_broken_form_is_told() -> None:
    raw = b"From: a@b.test\nFrom: c@d.test\nSubject: x\nContent-Type: multipart/mixed\n\nno boundary\n"
    assert any(trick.kind == "malformed-mime" for trick in tricks.read(parse(raw)))
