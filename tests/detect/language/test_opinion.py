"""An opinion quotes the mail and says where the words stand."""

from tests.detect.company import BEN, letter, memory, scene

from mailkeep.detect.language.hashing import own_words
from mailkeep.detect.language.opinion import calm, opinion, place_of

LURE = """From: Mail desk <info@quiet-meadow.test>
Subject: Your mailbox is almost full

Your mailbox has exceeded its storage limit.
Log in with your e-mail and password to upgrade your mailbox, otherwise your account will be deactivated within 24 hours."""


def mail():
    return scene(letter(LURE, {}), BEN, memory([], lived=False))


def test_the_quoted_words_stand_at_the_place_named():
    seen = mail()
    for evidence in opinion(seen, "lure", "a lure"):
        place = evidence.place
        if place.part == "header":
            continue
        quoted = " ".join(seen.message.text[place.start : place.end].split())
        assert quoted.startswith(evidence.says.split('"')[1].rstrip("…")[:40])
        break
    else:
        raise AssertionError("no evidence from the body")


def test_words_of_the_subject_point_at_its_header_line():
    message = mail().message
    text = own_words(message)
    assert place_of(message, 0, text.index("\n")).label == "subject"


def test_a_lure_is_never_called_everyday():
    assert not list(calm(mail()))
