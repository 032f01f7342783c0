"""What a mail puts before its reader is read, whoever's words it dresses them up as."""

from mailkeep.facts.presented import presented
from mailkeep.mail import parse

FORWARD = b"From: a@b.example\nSubject: %s\n%s\n\n%s\n\n-----Original Message-----\nFrom: X <x@evil.test>\nSent: Monday\nTo: y\nSubject: Prize\n\nClaim your prize now.\n"


def read(subject=b"Fwd: Prize", extra=b"X-A: b", own=b"FYI"):
    return parse(FORWARD % (subject, extra, own))


def test_a_bare_forward_presents_what_it_carries():
    message = read()
    found = presented(message)
    assert "Claim your prize now." in found.text
    at = found.text.index("Claim")
    place = found.place(message, at, at + 5)
    assert message.text[place.start : place.end] == "Claim"


def test_a_forward_with_words_of_its_own_presents_those():
    found = presented(read(own=b"Please look at this one, it came in this morning and seems odd to me."))
    assert "Claim your prize" not in found.text
    assert "came in this morning" in found.text


def test_a_short_answer_does_not_speak_with_the_other_sides_words():
    assert "Claim your prize" not in presented(read(subject=b"Re: Prize")).text
    assert "Claim your prize" not in presented(read(subject=b"Prize", extra=b"In-Reply-To: <1@evil.test>")).text
