"""A model comes back from its file as it was, and files of another shape are refused."""

import io

import numpy as np
import pytest

from mailkeep.detect.language.hashing import BITS, features, plain
from mailkeep.detect.language.linear import HEADS, load, odds_of


def packed(weights):
    file = io.BytesIO()
    width = weights.shape[1]
    np.savez_compressed(
        file,
        weights=weights,
        scales=np.full(width, 0.5, np.float32),
        biases=np.full(width, -1, np.float32),
        starts=np.zeros(width, np.float32),
        sure=np.ones(width, np.float32),
        honest=np.array([-1, -2], np.float32),
        about=np.array("{}"),
    )
    return file.getvalue()


def test_log_odds_are_bias_plus_the_scaled_mean_of_the_weights():
    weights = np.zeros((1 << BITS, len(HEADS)), np.int8)
    found = features(plain("pay the fee now"))
    weights[found, 0] = 4
    reading = odds_of("pay the fee now", load(packed(weights)))
    assert reading.words == 4
    assert reading.odds[0] == pytest.approx(-1 + 0.5 * 4 * len(found) / len(found) ** 0.5)
    assert reading.odds[1] == pytest.approx(-1)


def test_a_text_without_words_has_the_bias_alone():
    model = load(packed(np.zeros((1 << BITS, len(HEADS)), np.int8)))
    assert odds_of("", model).odds == (-1.0,) * len(HEADS)


def test_a_file_of_another_shape_is_refused_in_words():
    with pytest.raises(ValueError, match="train it again"):
        load(packed(np.zeros((8, 2), np.int8)))
