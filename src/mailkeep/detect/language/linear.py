"""A hashed linear model with several heads: how it is kept in a file, and what it says of a text.

Head "lure" sets any attack or spam against honest mail; the others stand for one aim each.
"""

import hashlib
import io
import math
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from mailkeep.detect.language.hashing import BITS, Indexes, features, plain

HEADS: Final = ("lure", "credential", "payment", "extortion", "callback", "scam", "spam", "carrier")
"""What is asked of a text, in the order of the model's columns."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model as loaded. Log-odds of a text = bias + scale · Σ weights of its features / √(number of features)."""

    weights: npt.NDArray[np.int8]
    """2^BITS rows, one column a head."""
    scales: npt.NDArray[np.float32]
    biases: npt.NDArray[np.float32]
    starts: npt.NDArray[np.float32]
    """Log-odds, a head, that 1 honest mail in 100 reaches: from here on the words are worth a mention."""
    sure: npt.NDArray[np.float32]
    """Log-odds, a head, that 1 honest mail in 1,000 reaches: from here on at full strength."""
    honest: npt.NDArray[np.float32]
    """Two log-odds of "lure": below the first few lures are found, below the second hardly any."""
    about: str
    """How it was trained, as JSON."""
    digest: str
    """SHA-256 of the data file, hex."""


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What the model thinks of one text."""

    words: int
    """Words it was given to read."""
    odds: tuple[float, ...]
    """Natural log-odds, in the order of `HEADS`."""
    features: int = 0
    """Different features it found in them."""


def load(data: bytes) -> Model:
    """The model in the bytes of a data file, trusted no further than numpy's plain arrays.

    Raises: ValueError for a file of another shape.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        model = Model(
            weights=arrays["weights"],
            scales=arrays["scales"],
            biases=arrays["biases"],
            starts=arrays["starts"],
            sure=arrays["sure"],
            honest=arrays["honest"],
            about=str(arrays["about"]),
            digest=hashlib.sha256(data).hexdigest(),
        )
    if model.weights.shape != (1 << BITS, len(HEADS)):
        raise ValueError(
            f"a language model of shape {model.weights.shape}, not {(1 << BITS, len(HEADS))}: train it again"
        )
    return model


def odds_of(text: str, model: Model) -> Reading:
    """What this model thinks of the text. Costs: about 0.2 ms for 1,500 characters."""
    words = plain(text)
    found = features(words)
    return Reading(max(0, words.count(b" ") - 1), _odds(found, model), len(found))


def _odds(found: Indexes, model: Model) -> tuple[float, ...]:
    if not len(found):
        return tuple(model.biases.tolist())
    sums = model.weights[found].sum(axis=0, dtype=np.int32)
    return tuple((model.biases + model.scales * sums / math.sqrt(len(found))).tolist())
