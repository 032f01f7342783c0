"""Text becomes the same numbers however it is disguised, and no text is too strange."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mailkeep.detect.language.hashing import BITS, LONGEST, features, features_of_each, plain


def test_words_are_folded_and_addresses_and_figures_become_tokens():
    said = plain("Ihre Überweisung über 1.234,50 an a.b@corp.example: https://corp.example/x?y=1 oder +49 30 1234567!")
    assert said == b" ihre uberweisung uber 0 an xmail xurl oder xphone ! "


def test_a_date_is_no_phone_number():
    assert plain("am 01.02.2026") == b" am 0 "


def test_a_wallet_is_a_token():
    assert plain("send to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq") == b" send to xwallet "


def test_a_disguised_word_reads_as_the_word():
    assert plain("p\u0430ssw\u043erd") == plain("password")
    assert plain("pass\u200bword") == plain("password")
    assert plain("ｐａｓｓｗｏｒｄ") == plain("password")


def test_no_words_give_nothing():
    assert plain(" \n\t… — ") == b""
    assert len(features(plain(""))) == 0


def test_features_are_ascending_single_and_within_bounds():
    found = features(plain("confirm your account now or lose your account now"))
    assert np.all(np.diff(found.astype(np.int64)) > 0)
    assert found.max() < 1 << BITS


def test_a_run_of_words_hashes_alike_wherever_it_stands():
    early = set(features(plain("confirm your account")).tolist())
    late = set(features(plain("dear customer please confirm your account today")).tolist())
    assert len(early & late) > len(early) * 0.8


def test_text_beyond_the_bound_changes_nothing():
    text = "word " * LONGEST
    assert np.array_equal(features(plain(text)), features(plain(text + "password " * 100)))


@given(st.text(max_size=400))
def test_any_text_becomes_numbers(text):
    assert features(plain(text)).dtype == np.uint32


@given(st.lists(st.text(max_size=120), max_size=12))
def test_texts_read_together_have_the_features_they_have_alone(texts):
    words = [plain(text) for text in texts]
    together = features_of_each(words)
    assert [found.tolist() for found in together] == [features(each).tolist() for each in words]


def test_more_texts_than_fit_together_are_read_in_turns():
    words = [plain(f"Please pay invoice {letter} today. " * 60) for letter in "abcdefghij"]
    assert [found.tolist() for found in features_of_each(words)] == [features(each).tolist() for each in words]
