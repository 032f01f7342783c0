"""What a claw-back finds is told in test_clawback; here, what is taken for a copy."""

from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish
from tests.store.kept import a_headline, a_print

from mailkeep.connect.port import Delivery, Ref, State
from mailkeep.flow.search import is_copy, likeness
from mailkeep.store.campaigns import Original

NEAR, FAR = tuple(range(64)), tuple(range(100, 164))


def original(**changes):
    told = {"message_id": "m@evil.test", "senders": frozenset({"eve@evil.test"}), "subjects": frozenset({"Pay"})}
    return Original(**{**told, "sketches": (NEAR,), **changes})


def head(**changes):
    return a_headline(**{"message_id": "m@evil.test", "sender": "eve@evil.test", "subject": "Pay", **changes})


@pytest.mark.parametrize(
    ("mail", "sketch", "expected"),
    [
        (head(), NEAR, True),
        (head(subject="[staff] Pay"), NEAR, True),
        (head(), FAR, False),
        (head(), (), True),
        (head(subject="Lunch"), (), False),
        (head(sender="bob@honest.test"), NEAR, False),
        (head(message_id="other@evil.test"), NEAR, False),
    ],
)
def test_a_copy_has_the_message_id_the_sender_and_the_text_or_at_least_the_subject(mail, sketch, expected):
    assert is_copy(original(), mail, a_print(sketch=sketch)) is expected


def test_where_the_campaign_itself_has_no_text_the_subject_decides():
    assert is_copy(original(sketches=()), head(), a_print(sketch=FAR))
    assert not is_copy(original(sketches=()), head(subject="Lunch"), a_print(sketch=FAR))


def delivery(raw, **changes):
    ref = Ref(mailbox="ada", id="1")
    return Delivery(**{"ref": ref, "state": State(folder="INBOX"), "received_at": START, "raw": raw, **changes})


def test_only_mails_that_no_judge_could_tell_apart_are_alike():
    first = likeness(delivery(phish(1)))
    way = b"Received: from a.test by b.test; Mon, 02 Mar 2026 08:00:00 +0000\r\n"
    assert likeness(delivery(way + phish(1), received_at=START + timedelta(days=1))) == first
    others = [
        delivery(phish(1), sent=True),
        delivery(phish(1) + b"."),
        delivery(phish(1).replace(b"Reply-To: collect", b"Reply-To: elsewhere")),
        delivery(letter(1)),
    ]
    assert len({first, *(likeness(each) for each in others)}) == 5
