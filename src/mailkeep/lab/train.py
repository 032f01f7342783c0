"""Trains the language model by one command: generated mail, with what a corpus may add, to one data file, and its measures.

`python -m mailkeep.lab.train --corpus DIR --out FILE --seed 7`. The same seed, templates and corpus give the same bytes.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from mailkeep.detect.language.hashing import BITS
from mailkeep.detect.language.linear import HEADS, load
from mailkeep.lab.fit import Floats, fit, marks_of, matrix, odds, out_of_family, packed
from mailkeep.lab.language_table import MODERN_HAM, table
from mailkeep.lab.texts import Labelled, drafts, read_measuring, read_training

DRAFTS: Final = 40_000
"""Generated texts a model is trained on."""


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """What a training made, and how good it is."""

    digest: str
    """SHA-256 of the data file."""
    training_digest: str
    """SHA-256 over every training text with its label."""
    size: int
    """Bytes of the data file."""
    texts: int
    report: str
    """The table of measures."""


def train(corpus: Path | None, out: Path, *, seed: int = 7, count: int = DRAFTS) -> Trained:
    """Trains, measures and writes the model to `out`.

    Takes: the development corpus's folder, or None for generated mail alone.
    Raises: OperatorError when the corpus lacks an archive.
    Costs: some five minutes and 3 GB on two cores.
    """
    texts = list(drafts(seed, count))
    texts += read_training(corpus) if corpus else []
    rows = matrix(texts)
    held_out = out_of_family(texts, rows)
    weights, biases = fit(texts, rows)
    measured = list(read_measuring(corpus)) if corpus else []
    measured_odds = odds(matrix(measured), weights, biases) if measured else np.zeros((0, len(HEADS)), np.float32)
    judged, judged_odds = [*texts, *measured], np.concatenate([held_out, measured_odds])
    about = {"seed": seed, "drafts": count, "bits": BITS, "texts": len(texts), "trained_on": digest_of(texts)}
    data = packed(weights, biases, marks_of(*_calibrating(judged, judged_odds, modern=bool(corpus))), about)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    return Trained(
        digest=load(data).digest,
        training_digest=digest_of(texts),
        size=len(data),
        texts=len(texts),
        report=table(judged, judged_odds),
    )


def _calibrating(texts: Sequence[Labelled], values: Floats, *, modern: bool) -> tuple[Floats, Floats]:
    """(odds of honest mail, odds of lures) that thresholds are read from: never from a text's own model."""
    honest = [not t.lure and (t.source in MODERN_HAM if modern else t.source == "generated") for t in texts]
    lures = [t.lure and t.source == "generated" for t in texts]
    return values[np.array(honest)], values[np.array(lures)]


def digest_of(texts: Sequence[Labelled]) -> str:
    """SHA-256 over the texts and their labels, in order."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(f"{text.kind}\0{text.text}\0".encode("utf-8", "replace"))
    return whole.hexdigest()


def main() -> None:
    """The command line of this module."""
    reader = argparse.ArgumentParser(description="Train the language model.")
    reader.add_argument(
        "--corpus", type=Path, help="folder of the development corpus; without it, generated mail alone"
    )
    reader.add_argument("--out", type=Path, required=True, help="where the model goes")
    reader.add_argument("--seed", type=int, default=7)
    reader.add_argument("--drafts", type=int, default=DRAFTS, help="generated texts to train on")
    given = reader.parse_args()
    made = train(given.corpus, given.out, seed=given.seed, count=given.drafts)
    print(made.report)  # noqa: T201 - this is the command's answer
    print(f"{made.texts} texts {made.training_digest}\n{given.out}: {made.size} bytes {made.digest}")  # noqa: T201


if __name__ == "__main__":
    main()
