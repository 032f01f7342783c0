"""What the text is written in, and what it asks for."""

from mailkeep.facts.read import words
from mailkeep.mail.parse import parse


def _read(text: str, subject: str = "x") -> words.Words:
    return words.read(
        parse(f"From: a@b.test\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode())
    )


def test_asks_are_quoted_with_their_place() -> None:
    text = "Hello Ada,\nplease buy three Apple gift cards for the team.\n"
    message = parse(f"From: a@b.test\nSubject: Urgent\n\n{text}".encode())
    found = words.read(message)
    (card,) = found.asks_for("gift-cards")
    assert card.quote == "buy three Apple gift cards"
    assert message.text[card.place.start : card.place.end] == card.quote
    assert card.place.label == "body"
    (haste,) = found.asks_for("urgency")
    assert haste.place.label == "subject"
    assert haste.place.part == "header"


def test_language_and_count_are_of_the_sender_s_own_words() -> None:
    found = _read("Bitte prüfen Sie die Rechnung für den Monat")
    assert found.language == "de"
    assert found.count == 8


def test_words_without_blanks_are_counted_too() -> None:
    assert _read("請查看附件中的發票").count >= 4


def test_the_same_words_count_once_and_a_kind_at_most_three_times() -> None:
    text = "Urgent! urgent! URGENT! Act now. Reply today. As soon as possible. Final notice. Within 24 hours."
    found = _read(text)
    assert len(found.asks_for("urgency")) == 3
    assert len({ask.quote.lower() for ask in found.asks}) == len(found.asks)


def test_quoted_words_of_another_ask_nothing() -> None:
    text = "Thanks, all fine here.\n\nOn Mon, 1 Jan 2024, Bob <bob@c.test> wrote:\n> please buy three gift cards\n"
    assert _read(text).asks_for("gift-cards") == ()


def test_every_kind_has_its_sentence() -> None:
    assert all(says.strip() for says in words.ASKS.values())
