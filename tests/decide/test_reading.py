"""Reading a policy's text with the lines its faults stand on."""

from mailkeep.decide.nouns import Label
from mailkeep.decide.reading import Block, Reading, blocks

TEXT = 'dry_run = true\n\n[[rule]]   # first\nlabel = "malicious"\n\n[[rule]]\n"act" = "flag"\n[other]\nx = 1\n'


def test_every_table_is_found_with_the_lines_of_its_keys():
    found = blocks(TEXT)
    assert [(each.name, each.start) for each in found] == [("", 1), ("rule", 3), ("rule", 6), ("other", 8)]
    assert found[1].lines == {"label": 4}
    assert found[2].lines == {"act": 7}


def test_each_table_comes_with_its_own_lines():
    reading = Reading(TEXT, "p")
    places = [block.start for _, block in reading.tables({"rule": [{}, {}]}, "rule")]
    assert places == [3, 6]


def test_a_table_that_is_no_table_is_a_fault():
    reading = Reading("rule = 1\n", "p")
    assert list(reading.tables({"rule": 1}, "rule")) == []
    assert reading.sentences() == ["p:1: rule must be tables: write [[rule]] above each."]


def test_an_inline_array_stands_on_the_line_of_its_key():
    reading = Reading('dry_run = true\nrule = [{label = "clean"}]\n', "p")
    ((_, block),) = reading.tables({"rule": [{"label": "clean"}]}, "rule")
    assert block.start == 2


def test_one_word_and_a_list_of_words_are_both_read():
    reading, block = Reading("", "p"), Block("rule", 5, {"label": 6})
    assert reading.choices({"label": "clean"}, block, "label", Label) == (Label.CLEAN,)
    assert reading.choices({"label": ["clean", "graymail"]}, block, "label", Label) == (Label.CLEAN, Label.GRAYMAIL)
    assert reading.words({"label": 5}, block, "label") == ()
    assert reading.sentences() == ["p:6: label = 5 must be a word or a list of words."]


def test_faults_come_by_line():
    reading = Reading("", "p")
    reading.fault(10, "later")
    reading.fault(2, "sooner")
    assert reading.sentences() == ["p:2: sooner", "p:10: later"]


def test_a_truth_value_is_no_number():
    reading, block = Reading("", "p"), Block("rule", 5, {})
    assert reading.number({"score": True}, block, "score", 0, 1) is None
    assert reading.number({"score": 0.5}, block, "score", 0, 1) == 0.5
    assert reading.number({}, block, "score", 0, 1) is None
    assert len(reading.faults) == 1
