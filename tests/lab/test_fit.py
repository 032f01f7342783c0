"""A small fit learns what it is shown, never sees the family it is asked about, and packs to the same bytes."""

import numpy as np
import pytest

from mailkeep.detect.language.linear import HEADS, load, odds_of
from mailkeep.lab.fit import fit, folds, marks_of, matrix, odds, out_of_family, packed, targets
from mailkeep.lab.texts import ANY, Labelled, drafts


@pytest.fixture(scope="module")
def small():
    texts = list(drafts(1, 320))
    rows = matrix(texts)
    return texts, rows, fit(texts, rows)


def test_a_fit_tells_lures_from_honest_mail_it_saw(small):
    texts, rows, (weights, biases) = small
    found = odds(rows, weights, biases)[:, 0] > 0
    assert np.mean(found == np.array([text.lure for text in texts])) > 0.95


def test_a_family_is_in_one_fold(small):
    texts = small[0]
    where = folds(texts, 4)
    for family in {text.family for text in texts}:
        assert len({where[i] for i, text in enumerate(texts) if text.family == family}) == 1


def test_out_of_family_is_humbler_than_in_family(small):
    texts, rows, (weights, biases) = small
    lures = np.array([text.lure for text in texts])
    inside = np.mean((odds(rows, weights, biases)[:, 0] > 0) == lures)
    assert np.mean((out_of_family(texts, rows, 2)[:, 0] > 0) == lures) < inside


def test_a_lure_of_unknown_aim_teaches_the_first_head_alone():
    texts = [Labelled(text="a", kind=kind, source="x", family="f") for kind in (ANY, "honest", "spam", "scam")]
    labels, counts = targets(texts, "spam")
    assert labels.tolist() == [False, False, True, False]
    assert counts[0] == 0
    assert targets(texts, "lure")[0].tolist() == [True, False, True, True]


def test_the_packed_model_says_what_the_fit_said_and_repeats(small):
    texts, rows, (weights, biases) = small
    said = odds(rows, weights, biases)
    marks = marks_of(said[~np.array([t.lure for t in texts])], said[np.array([t.lure for t in texts])])
    data = packed(weights, biases, marks, {"seed": 1})
    assert data == packed(weights, biases, marks, {"seed": 1})
    reading = odds_of(texts[0].text, load(data))
    assert len(reading.odds) == len(HEADS)
    assert reading.odds[0] == pytest.approx(float(said[0, 0]), abs=0.2)
