"""Roughness leaves the sense; only lures are disguised."""

import random

from mailkeep.kit.unicode import invisible_count
from mailkeep.lab.lures.noise import roughen

BODY = "Dear Anna,\n\nplease send the report by Friday, we copy it to everyone.\n\nBest,\nPaul"


def test_honest_mail_is_never_disguised():
    for seed in range(400):
        _, body = roughen("Report", BODY, random.Random(seed), lure=False)
        assert body.isascii()
        assert invisible_count(body) == 0


def test_some_lures_are_disguised():
    bodies = [roughen("Report", BODY, random.Random(seed), lure=True)[1] for seed in range(400)]
    assert any(not body.isascii() for body in bodies)


def test_most_mail_stays_as_written():
    same = sum(roughen("Report", BODY, random.Random(seed), lure=False) == ("Report", BODY) for seed in range(400))
    assert same > 150
