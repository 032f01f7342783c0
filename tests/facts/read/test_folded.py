"""Text as patterns are written against."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.facts.read.folded import fold


def test_accents_go_one_character_for_one() -> None:
    assert fold("Überweisung für José, ação, złoty, größe").text == "Uberweisung fur Jose, acao, zloty, grose"


def test_look_alikes_inside_a_latin_word_become_latin_and_other_words_stay() -> None:
    assert fold("your раssword, ваш пароль").text == "your password, ваш пароль"


def test_styled_letters_become_plain_ones() -> None:
    assert fold("𝗨𝗿𝗴𝗲𝗻𝘁 ｐａｙ").text == "Urgent pay"


def test_places_stay_true_where_characters_were_removed() -> None:
    text = "\u200bpa\u200bss\u200bword now"
    folded = fold(text)
    assert folded.text == "password now"
    assert [text[folded.origin(at)] for at in range(len(folded.text))] == list("password now")


@given(st.text(max_size=60))
def test_every_place_lies_inside_the_original(text: str) -> None:
    folded = fold(text)
    places = [folded.origin(at) for at in range(len(folded.text))]
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
