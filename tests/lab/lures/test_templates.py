"""The shipped templates: every language speaks of every kind, and every slot can be filled."""

import pytest

from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.lures.phrase import slots_of, ways_of
from mailkeep.lab.lures.slots import MAKERS
from mailkeep.lab.lures.templates import KINDS, LANGUAGES, language, read_language


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_kind_of_lure_and_as_much_honest_mail(code):
    intents = language(code).intents
    assert {intent.kind for intent in intents} == {*KINDS, "honest"}
    honest = sum(len(intent.bodies) for intent in intents if intent.kind == "honest")
    assert honest >= 0.4 * sum(len(intent.bodies) for intent in intents)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_slot_has_a_list_or_a_maker(code):
    words = language(code)
    phrases = [phrase for phrases in words.lists.values() for phrase in phrases]
    for intent in words.intents:
        phrases += intent.subjects
        phrases += [line.phrase for body in intent.bodies for part in body.paragraphs for line in part]
    assert set().union(*map(slots_of, phrases)) <= words.lists.keys() | MAKERS.keys()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_can_write_more_than_sixty_thousand_texts(code):
    words = language(code)
    count = 0
    for intent in words.intents:
        for body in intent.bodies:
            ways = 1
            for part in body.paragraphs:
                for line in part:
                    ways *= ways_of(line.phrase, words.lists)
            count += ways
    assert count > 60_000


def test_an_unknown_language_kind_or_frame_is_refused_in_words():
    with pytest.raises(OperatorError, match="xx"):
        language("xx")
    with pytest.raises(OperatorError, match="gossip"):
        read_language("[slots]\n[lure.a]\nkind='gossip'\nsubject='a'\nbody='b'", "zz", {})
    with pytest.raises(OperatorError, match="poem"):
        read_language("[slots]\n[lure.a]\nframe='poem'\nsubject='a'\nbody='b'", "zz", {})
