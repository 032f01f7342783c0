"""One command trains; the same seed gives the same bytes."""

from mailkeep.detect.language.linear import load
from mailkeep.lab.train import digest_of, train


def test_training_on_drafts_alone_repeats_byte_for_byte(tmp_path):
    one = train(None, tmp_path / "a" / "one.npz", seed=3, count=128)
    two = train(None, tmp_path / "two.npz", seed=3, count=128)
    assert one == two
    assert one.digest == load((tmp_path / "two.npz").read_bytes()).digest
    assert one.size < 2_000_000
    assert "lures: generated" in one.report


def test_the_digest_of_the_texts_sees_every_label():
    assert digest_of([]) != digest_of(_texts("spam"))
    assert digest_of(_texts("honest")) != digest_of(_texts("spam"))


def _texts(kind):
    from mailkeep.lab.texts import Labelled

    return [Labelled(text="a", kind=kind, source="x", family="f")]
