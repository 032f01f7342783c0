"""The shipped language model: what a mail's own words are likely after, and which of its sentences say so.

It reads the subject and the sender's own new words, nothing else. The data file holds numbers alone; `mailkeep lab train`
makes it.
"""

import math
import re
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from mailkeep.detect.language.hashing import features_of_each, plain
from mailkeep.detect.language.linear import HEADS, Model, Reading, load, odds_of

FEWEST_WORDS: Final = 5
"""A shorter text says too little to hold an opinion on."""
ENOUGH_WORDS: Final = 12
"""A text shorter than this earns less in proportion: a handful of words is thin evidence of any aim."""
_MOST_SENTENCES = 40
_SENTENCE = re.compile(r"[^.!?\n]{1,400}[.!?]{0,3}")

MODEL: Final = load((files("mailkeep.detect.language") / "data" / "model-1.npz").read_bytes())
"""The shipped model."""
DIGEST: Final = MODEL.digest
"""What a verdict names as the model it was judged with."""


class Passage(msgspec.Struct, frozen=True, gc=False):
    """One sentence that moved the model."""

    start: int
    end: int
    share: float
    """Log-odds it added."""


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """What the shipped model thinks of the text; asked by several detectors, worked out once."""
    return odds_of(text, MODEL)


def strength(reading: Reading, head: str, model: Model = MODEL) -> float:
    """How fully the text earns this head's weight: 0 below its start or where "lure" is low, 0.2 at the start, 1 at most."""
    at = HEADS.index(head)
    start, sure = float(model.starts[at]), float(model.sure[at])
    if reading.words < FEWEST_WORDS or reading.odds[at] < start or harmlessness(reading, model):
        return 0.0
    full = min(1.0, 0.2 + 0.8 * (reading.odds[at] - start) / max(sure - start, 0.1))
    return full * min(1.0, reading.words / ENOUGH_WORDS)


def harmlessness(reading: Reading, model: Model = MODEL) -> float:
    """How far the text reads like honest mail alone: 0 to 1."""
    unsure, safe = map(float, model.honest)
    if reading.words < FEWEST_WORDS or reading.odds[0] > unsure:
        return 0.0
    return min(1.0, 0.25 + 0.75 * (unsure - reading.odds[0]) / max(unsure - safe, 0.1))


def telling_passages(text: str, head: str, most: int = 2) -> tuple[Passage, ...]:
    """The sentences that raised this head most, strongest first. Costs: about 0.02 ms a sentence, once for all heads."""
    at = HEADS.index(head)
    passages = [Passage(start, end, float(shares[at])) for start, end, shares in _shares(text)]
    passages.sort(key=lambda passage: -passage.share)
    return tuple(passage for passage in passages[:most] if passage.share > 0)


@lru_cache(maxsize=8)
def _shares(text: str) -> tuple[tuple[int, int, npt.NDArray[np.float64]], ...]:
    """Every sentence with its place and what it adds to each head."""
    whole = math.sqrt(max(1, read(text).features))
    sentences = list(islice(_SENTENCE.finditer(text), _MOST_SENTENCES))
    said = features_of_each([plain(sentence[0]) for sentence in sentences])
    told = [(sentence, indexes) for sentence, indexes in zip(sentences, said, strict=True) if len(indexes)]
    if not told:
        return ()
    starts = np.cumsum([0, *(len(indexes) for _, indexes in told[:-1])])
    rows = MODEL.weights[np.concatenate([indexes for _, indexes in told])]
    shares = MODEL.scales * np.add.reduceat(rows, starts, axis=0, dtype=np.int32) / whole
    return tuple(
        (sentence.end() - len(sentence[0].lstrip()), sentence.end(), share)
        for (sentence, _), share in zip(told, shares, strict=True)
    )
