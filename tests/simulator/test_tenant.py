from datetime import date
from random import Random

import pytest

from mailkeep.simulator.tenant import deliver, set_stage, write_history

FRIDAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def stage():
    return set_stage(Random(3), FRIDAY, size=16, days=40)


def test_the_stage_has_a_past_and_a_day_of_honest_mail_and_attacks(stage):
    assert len(stage.attacks) == 12
    assert len({post.kind for post in stage.attacks}) == 12
    assert len(stage.live) - 12 > 15
    assert max(post.at for post in stage.history) < min(post.at for post in stage.live)
    assert {post.at.date() for post in stage.live} == {FRIDAY}


def test_one_seed_sets_one_stage(stage):
    assert set_stage(Random(3), FRIDAY, size=16, days=40) == stage


def test_a_weekend_is_played_on_the_friday_before():
    assert set_stage(Random(3), date(2026, 11, 22), size=16, days=10).live[0].at.date() == FRIDAY


def test_the_past_lies_in_maildirs_by_address(stage, tmp_path):
    files = write_history(tmp_path, stage.company, stage.history)
    assert files == sum(len(post.mailboxes) + bool(post.sent_from) for post in stage.history)
    assert len([path for path in tmp_path.rglob("cur/*") if path.is_file()]) == files
    assert {path.name for path in tmp_path.iterdir()} == {each.address for each in stage.company.employees}
    assert any(tmp_path.glob("*/.Archive/cur/*"))
    assert any(tmp_path.glob("*/.Sent/cur/*"))


def test_a_delivery_is_whole_and_new_in_every_mailbox(stage, tmp_path):
    post = next(post for post in stage.attacks if post.kind == "lateral-phish")
    paths = deliver(tmp_path, post)
    assert len(paths) == len(post.mailboxes)
    for path in paths:
        assert path.parent.name == "new"
        assert path.read_bytes() == post.raw
    assert [path.read_bytes() for path in (tmp_path / post.sent_from / ".Sent" / "cur").iterdir()] == [post.sent_raw]
