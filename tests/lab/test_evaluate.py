"""Recall is counted by campaign, thresholds come from honest mail."""

from mailkeep.lab.evaluate import campaign_votes, evaluate, threshold, wrong
from mailkeep.lab.sample import Sample


def sample(path, score, *, attack, campaign=(), source="s", year=2026, label="clean"):
    return Sample(
        path=path,
        source=source,
        attack=attack,
        score=score,
        label=label,
        heard=(),
        campaign=tuple(campaign),
        language="en",
        year=year,
        named=None,
        reasons=(),
    )


def test_copies_of_one_campaign_share_one_vote():
    votes = campaign_votes(
        [
            sample("a", 1, attack=True, campaign=["x"]),
            sample("b", 1, attack=True, campaign=["x", "y"]),
            sample("c", 1, attack=True, campaign=["y"]),
            sample("d", 1, attack=True, campaign=["z"]),
        ]
    )
    assert votes == {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3, "d": 1.0}


def test_no_more_honest_mail_than_allowed_reaches_the_threshold():
    scores = [0.1, 0.2, 0.2, 0.9]
    for share in (0.0, 0.25, 0.5, 1.0):
        limit = threshold(scores, share)
        assert sum(score >= limit for score in scores) <= share * len(scores)


def test_recall_and_alarms_at_a_share():
    honest = [sample(f"h{n}", n / 1000, attack=False) for n in range(1000)]
    attacks = [sample("a", 0.9985, attack=True), sample("b", 0.5, attack=True), sample("c", 1.0, attack=True)]
    found = evaluate([*honest, *attacks])
    assert found.at[0].recall.hits == 2
    assert found.at[0].alarms.hits == 1
    assert found.at[1].alarms.hits == 10


def test_modern_honest_mail_stands_apart():
    honest = [sample("old", 0.9, attack=False, year=2002), sample("new", 0.1, attack=False)]
    found = evaluate([*honest, sample("a", 0.5, attack=True)])
    assert found.at_modern[0].recall.hits == 1
    assert found.at[0].recall.hits == 0


def test_everything_got_wrong_is_listed_worst_first():
    rows = wrong(
        [sample("miss", 0.01, attack=True), sample("alarm", 0.7, attack=False), sample("fine", 0.9, attack=True)], 0.5
    )
    assert [row.path for row in rows] == ["miss", "alarm"]
