"""What trains is free to give on; what only measures stays apart; a missing corpus is named."""

import pytest
from tests.corpus import corpus_dir

from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.texts import MEASURING, TRAINING, Archive, _read_archives, drafts, read_training


def test_nothing_that_only_measures_can_train():
    assert not {each.name for each in TRAINING} & {each.name for each in MEASURING}
    assert not any("phishing_pot" in each.name or "lists" in each.name for each in TRAINING)


def test_drafts_carry_their_kind_language_and_template():
    first = next(iter(drafts(1, 1)))
    assert first.lure
    assert first.language == "en"
    assert "/" in first.family


def test_a_missing_archive_is_named(tmp_path):
    with pytest.raises(OperatorError, match=r"index\.tsv\.gz"):
        list(read_training(tmp_path))


@pytest.mark.corpus
def test_synthetic_notices_are_held_out_by_purpose():
    corpus = corpus_dir()
    if corpus is None:
        pytest.skip("the development corpus is not beside the project")
    texts = list(_read_archives(corpus, (Archive("ham_synthetic_dev", "honest", 5),)))
    assert {"invoice", "welcome"} <= {text.family for text in texts}
    assert not any(text.lure for text in texts)
