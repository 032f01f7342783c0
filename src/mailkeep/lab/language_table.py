"""How good the language model is, source by source, at the thresholds that few honest mails reach."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from mailkeep.detect.language.hashing import plain
from mailkeep.detect.language.linear import HEADS
from mailkeep.lab.fit import Floats
from mailkeep.lab.intervals import rate
from mailkeep.lab.texts import Labelled

MODERN_HAM: Final = frozenset({"ham_lists_dev", "ham_transactional_dev", "ham_synthetic_dev"})
"""Sources of honest mail from 2013 on; thresholds are read from them together."""
_SHARES: Final = (0.001, 0.01)
_FEWEST_WORDS: Final = 5


def table(texts: Sequence[Labelled], odds: Floats) -> str:
    """The measures as text: for each source how much is over the "lure" threshold, and how often a lure's aim is named right.

    Takes: log-odds by models that never saw the text's family. A campaign counts once, by its first mail with words.
    """
    pool = "modern honest mail" if any(t.source in MODERN_HAM for t in texts) else "generated honest mail"
    lowest = _thresholds(texts, odds)
    lines = [
        f"thresholds from {pool}: {', '.join(f'{s:.1%} at {x:.2f}' for s, x in zip(_SHARES, lowest, strict=True))}"
    ]
    for name, chosen in _groups(texts):
        hit = [odds[_one_a_family(texts, chosen), 0] > low for low in lowest]
        lines.append(f"{name:46s}" + "   ".join(str(rate(int(h.sum()), len(h))) for h in hit))
    return "\n".join((*lines, *_aims(texts, odds)))


def _thresholds(texts: Sequence[Labelled], odds: Floats) -> list[float]:
    modern = [i for i, t in enumerate(texts) if t.source in MODERN_HAM]
    pool = modern or [i for i, t in enumerate(texts) if not t.lure]
    return [float(np.quantile(odds[pool, 0], 1 - share)) for share in _SHARES]


def _groups(texts: Sequence[Labelled]) -> list[tuple[str, list[int]]]:
    """Sources, and generated mail by language; lures apart from honest mail."""
    groups: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        side = "lures" if text.lure else "honest"
        groups.setdefault(f"{side}: {text.source}{' ' * bool(text.language)}{text.language}", []).append(number)
        if text.source in MODERN_HAM:
            groups.setdefault("honest: modern, pooled", []).append(number)
    return sorted(groups.items(), reverse=True)


def _one_a_family(texts: Sequence[Labelled], chosen: list[int]) -> npt.NDArray[np.int64]:
    """One text a campaign for attacks that were really sent (near copies must not make the figure); all of other mail."""
    if not texts[chosen[0]].lure or texts[chosen[0]].source == "generated":
        return np.array(chosen)
    first: dict[str, int] = {}
    for number in chosen:
        if plain(texts[number].text).count(b" ") > _FEWEST_WORDS:
            first.setdefault(texts[number].family, number)
    return np.array(list(first.values()))


def _aims(texts: Sequence[Labelled], odds: Floats) -> list[str]:
    """For each aim, how often its head is the highest of all on generated lures of families it never saw."""
    lines = []
    for column, head in enumerate(HEADS[1:], start=1):
        chosen = [i for i, t in enumerate(texts) if t.kind == head]
        right = int((odds[chosen, 1:].argmax(axis=1) == column - 1).sum())
        lines.append(f"aim named right: {head:29s} {rate(right, len(chosen))}")
    return lines
