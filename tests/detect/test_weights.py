"""The weight table and its faults."""

import pytest

from mailkeep.detect.run import detectors
from mailkeep.detect.weights import SHIPPED, Weights, WeightsError, read_weights


def test_the_shipped_table_names_only_detectors_that_exist():
    assert set(SHIPPED.detectors) <= {each.id for each in detectors()}
    assert len(SHIPPED.digest) == 12


def test_a_named_detector_takes_the_tables_weight_and_others_keep_their_own():
    first, second = detectors()[:2]
    table = read_weights(f"[weights]\n{first.id} = 0.25\n", "t.toml")
    assert table.of(first) == 0.25
    assert table.of(second) == second.weight


def test_every_fault_of_a_table_is_told_at_once():
    text = '[weights]\na = "much"\n[familys]\n[families]\nlinks = -1\nhats = 2\n[calibration]\na = 0\n[labels]\nsuspicious = true\n'
    with pytest.raises(WeightsError) as caught:
        read_weights(text, "t.toml")
    told = str(caught.value)
    for word in ("'much'", "familys", "hats", "suspicious"):
        assert word in told
    assert all(line.startswith("t.toml: ") for line in told.splitlines())


def test_numbers_that_make_no_sense_together_are_refused():
    text = "[families]\nlinks = -1\n[calibration]\na = 0\n[labels]\nmalicious = 0.2\n"
    with pytest.raises(WeightsError) as caught:
        read_weights(text, "t.toml")
    assert len(str(caught.value).splitlines()) == 3


def test_what_is_not_toml_is_told_with_its_line():
    with pytest.raises(WeightsError, match=r"t\.toml: not valid TOML.*line 1"):
        read_weights("[weights\nlinks = 1", "t.toml")


def test_another_table_has_another_digest():
    assert read_weights("", "t").digest != read_weights("[weights]\n", "t").digest
    assert Weights().digest == ""
