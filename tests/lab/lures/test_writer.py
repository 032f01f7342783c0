"""Drafts repeat with their seed, are half lures, and leave no template mark behind."""

import re
from collections import Counter

from mailkeep.lab.lures.templates import LANGUAGES
from mailkeep.lab.lures.writer import write_drafts


def test_the_same_seed_writes_the_same_mail():
    assert list(write_drafts(5, 64)) == list(write_drafts(5, 64))
    assert list(write_drafts(5, 64)) != list(write_drafts(6, 64))


def test_languages_take_turns_and_half_are_lures():
    drafts = list(write_drafts(1, 320))
    assert Counter(draft.language for draft in drafts) == dict.fromkeys(LANGUAGES, 40)
    assert sum(draft.kind == "honest" for draft in drafts) == 160


def test_no_template_mark_is_left():
    marks = re.compile(r"[{}|]{1}(?!\s)|\\n")
    for draft in write_drafts(2, 1600):
        assert not marks.search(draft.body.replace(" | ", " ")), draft


def test_hardly_any_text_is_written_twice():
    texts = [draft.subject + draft.body for draft in write_drafts(3, 4000)]
    assert len(set(texts)) > 0.97 * len(texts)
