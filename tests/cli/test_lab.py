"""The lab's verbs: a table from labelled mail, with what it is worth; mistakes are said."""

import tomllib

import pytest
from tests import northwind
from tests.flow.company import letter, phish

from mailkeep.detect.weights import read_weights
from mailkeep.simulator.tenant import set_stage


@pytest.fixture
def labelled(tmp_path):
    for kind, make in (("phish", phish), ("ham", letter)):
        (tmp_path / kind).mkdir()
        for number in range(6):
            (tmp_path / kind / f"{number}.eml").write_bytes(make(number))
    return tmp_path


def test_a_table_is_fitted_told_and_readable_again(tmp_path):
    from random import Random

    stage = set_stage(Random(5), northwind.DAY, size=5, days=1, attacks=12)
    for number, post in enumerate(stage.live):
        file = tmp_path / ("phish" if post.attack else "ham") / f"{number}.eml"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(post.raw)
    out = tmp_path / "table.toml"
    words = ["--phish", tmp_path / "phish", "--ham", tmp_path / "ham", "--workers", 1, "--out", out]
    done = northwind.call("lab", "calibrate", *words)
    assert done.exit_code == 0, done.stderr
    assert "fitted, on unseen campaigns" in done.stderr
    assert tomllib.loads(out.read_text())
    assert read_weights(out.read_text(), str(out)).detectors


def test_one_campaign_alone_is_too_little_to_fit_to(labelled):
    done = northwind.call("lab", "calibrate", "--phish", labelled / "phish", "--ham", labelled / "ham", "--workers", 1)
    assert done.exit_code == 2
    assert "too few different attacks" in done.stderr


def test_training_asks_for_a_corpus_that_is_there(tmp_path):
    done = northwind.call("lab", "train", "--corpus", tmp_path / "nowhere", "--out", tmp_path / "m.npz")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
    assert not (tmp_path / "m.npz").exists()


def test_every_verb_of_the_lab_tells_what_it_does():
    for verb in ("train", "calibrate", "replay"):
        assert northwind.call("lab", verb, "--help").exit_code == 0
