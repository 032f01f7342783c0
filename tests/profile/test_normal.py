"""What is normal is said in sentences a person can check."""

from tests.detect.company import BEN, letter, memory, scene

from mailkeep.profile.normal import normal


def sentences(text, *, lived=True, **options):
    at_hand = scene(letter(text, options), BEN, memory([], lived=lived))
    return normal(at_hand.history, at_hand.facts)


def test_before_anything_was_learned_that_is_all_there_is_to_say():
    assert sentences("From: Eve <eve@new.example>\n\nHello.", lived=False) == (
        "Nothing was learned yet: every sender is new.",
    )


def test_a_stranger_is_called_one():
    said = sentences("From: Eve <eve@new.example>\n\nHello.")
    assert said[0] == "Neither eve@new.example nor anybody at that domain ever wrote or was written to before."


def test_a_newcomer_at_a_known_domain_is_told_apart():
    said = sentences("From: New Clerk <clerk@harbour-supplies.example>\n\nHello.")
    assert "clerk@harbour-supplies.example never wrote before; others at that domain did" in said[0]


def test_a_known_contact_comes_with_counts_hours_and_client():
    said = " ".join(sentences("From: Mara Jensen <mara@harbour-supplies.example>\n\nHello.", client="Evolution 3"))
    assert "mara@harbour-supplies.example has written here about" in said
    assert "usually writes between 10 and 11 h" in said
    assert "writes with" in said
    assert "this one: " in said
    assert "hardly ever asked for anything" in said


def test_a_borrowed_name_is_traced_to_its_owner():
    said = sentences("From: Ada Lovelace <ada.lovelace@mail.test>\n\nHello.")
    assert 'The name "Ada Lovelace" belongs to ada@corp.example.' in said


def test_an_imitated_contact_is_named():
    said = " ".join(sentences("From: Mara Jensen <mara@harbour-suppIies.example>\n\nHello."))
    assert "harbour-supplies.example is a known contact's domain" in said
