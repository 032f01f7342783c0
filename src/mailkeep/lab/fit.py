"""Fits the language model: labelled texts in, one small data file out. Needs the `lab` extra (scikit-learn)."""

import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from mailkeep.detect.language.hashing import BITS, features, plain
from mailkeep.detect.language.linear import HEADS
from mailkeep.lab.texts import ANY, Labelled

PENALTY: Final = 15.0
"""Inverse strength of the L2 penalty; between 1 and 100 the measured rates hardly move."""
SOURCE_WEIGHTS: Final = {"generated": 1.0, "enron_org": 0.5, "enron_inbound_undated": 0.5, "ham_synthetic_dev": 4.0}
"""What one text of a source counts for; others count 1."""
STEPS: Final = 60
_SILENT = -20.0
"""Bias of a head that has no examples to learn from."""
_FEW = 4000
"""Fewer texts than this are read faster without helpers."""

Floats = npt.NDArray[np.float32]
Matrix = Any
"""A scipy CSR matrix, one row a text; scipy ships no types."""


def matrix(texts: Sequence[Labelled]) -> Matrix:
    """The texts' features, one row a text, each row of length 1. Costs: about 0.2 ms a text on each core."""
    if len(texts) < _FEW:
        rows = [_row(text.text) for text in texts]
    else:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            rows = list(pool.map(_row, (text.text for text in texts), chunksize=500))
    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row))), np.float32) for row in rows])
    columns = np.concatenate(rows).astype(np.int32)
    return sp.csr_matrix((values, columns, ends), shape=(len(rows), 1 << BITS))


def _row(text: str) -> npt.NDArray[np.uint32]:
    return features(plain(text))


def fit(texts: Sequence[Labelled], rows: Matrix, heads: Sequence[str] = HEADS) -> tuple[Floats, Floats]:
    """(weights 2^BITS × heads, biases) of one logistic regression a head, deterministic."""
    used = np.unique(rows.indices)
    if len(used) > rows.shape[1] // 2:
        used = np.arange(rows.shape[1])
    else:
        rows = rows[:, used]
    weights = np.zeros((1 << BITS, len(heads)), np.float32)
    biases = np.zeros(len(heads), np.float32)
    for column, head in enumerate(heads):
        labels, counts = targets(texts, head)
        chosen = np.flatnonzero(counts)
        if len(np.unique(labels[chosen])) < 2:
            biases[column] = _SILENT
            continue
        made = LogisticRegression(C=PENALTY, max_iter=STEPS, tol=1e-4)
        made.fit(rows[chosen], labels[chosen], sample_weight=counts[chosen])
        weights[used, column] = made.coef_[0]
        biases[column] = made.intercept_[0]
    return weights, biases


def targets(texts: Sequence[Labelled], head: str) -> tuple[npt.NDArray[np.bool_], Floats]:
    """(labels, counts) of the texts for one head: its own lures against honest mail and the lures of other aims."""
    labels = np.array([text.lure if head == "lure" else text.kind == head for text in texts])
    counts = np.array([SOURCE_WEIGHTS.get(text.source, 1.0) for text in texts], np.float32)
    if head != "lure":
        counts *= np.array([0.0 if text.kind == ANY else 1.0 for text in texts])
        # as if every aim were as frequent as the next, so that heads can be compared
        counts[labels] *= 0.25 * counts[~labels].sum() / max(1.0, counts[labels].sum())
    return labels, counts.astype(np.float32)


def odds(rows: Matrix, weights: Floats, biases: Floats) -> Floats:
    """Log-odds, one row a text, one column a head."""
    return np.asarray(rows @ weights + biases, np.float32)


def folds(texts: Sequence[Labelled], count: int) -> npt.NDArray[np.int64]:
    """A fold number for every text, whole families together, in their order of appearance."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text.family, len(numbers)) % count for text in texts])


def out_of_family(texts: Sequence[Labelled], rows: Matrix, count: int = 4) -> Floats:
    """Log-odds of every text by a model that never saw its family. Costs: `count` fits."""
    where = folds(texts, count)
    result = np.zeros((len(texts), len(HEADS)), np.float32)
    for fold in range(count):
        kept, held = np.flatnonzero(where != fold), np.flatnonzero(where == fold)
        result[held] = odds(rows[held], *fit([texts[i] for i in kept.tolist()], rows[kept]))
    return result


def quantised(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """(int8 weights, scale a head): a quarter of the size, at the cost of a rounding that moves no rate."""
    scales = np.abs(weights).max(axis=0) / 127
    scales[scales == 0] = 1
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)


def packed(weights: Floats, biases: Floats, marks: Mapping[str, Floats], about: Mapping[str, object]) -> bytes:
    """The data file: the same model gives the same bytes."""
    small, scales = quantised(weights)
    arrays: dict[str, Any] = {"weights": small, "scales": scales, "biases": biases, **marks}
    arrays["about"] = np.array(json.dumps(about, sort_keys=True))
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def marks_of(honest: Floats, lures: Floats) -> dict[str, Floats]:
    """Where each head starts and is sure, from honest mail; where "lure" is so low that hardly any lure is there.

    Takes: log-odds of held-out honest mail and of held-out lures, one column a head.
    """
    starts, sure = np.quantile(honest, 0.99, axis=0), np.quantile(honest, 0.999, axis=0)
    safe, unsure = np.quantile(lures[:, 0], 0.005), np.quantile(lures[:, 0], 0.03)
    marks = {"starts": starts, "sure": np.maximum(sure, starts + 0.1), "honest": np.array([unsure, safe])}
    assert all(low <= high for low, high in pairwise((safe, unsure)))
    return {name: values.astype(np.float32) for name, values in marks.items()}
