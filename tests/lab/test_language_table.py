"""The table counts a campaign once and reads its thresholds from honest mail alone."""

import numpy as np

from mailkeep.detect.language.linear import HEADS
from mailkeep.lab.language_table import table
from mailkeep.lab.texts import ANY, Labelled

WORDS = "these are more than five words of text"


def test_copies_of_a_campaign_count_once():
    texts = [Labelled(text=WORDS, kind="honest", source="generated", family=str(n), language="en") for n in range(100)]
    texts += [Labelled(text=WORDS, kind=ANY, source="pot", family="one") for _ in range(5)]
    odds = np.zeros((len(texts), len(HEADS)), np.float32)
    odds[100:, 0] = 9
    said = table(texts, odds)
    assert "lures: pot" in said
    line = next(line for line in said.splitlines() if line.startswith("lures: pot"))
    assert "100.00% (n=1," in line
