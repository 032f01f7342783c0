"""Mail that a rule sends on."""

import pytest
from tests.simulator.graph.conftest import mail

from mailkeep.simulator.graph.forwarding import sent_on, sent_on_by
from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.office import Office

ADA = Office().add_person("ada@northwind.example", "Ada Byron")


@pytest.mark.parametrize("action", ["forwardTo", "forwardAsAttachmentTo", "redirectTo"])
def test_it_says_which_mailbox_sent_it_on_and_keeps_those_before(action):
    first = Letter(sent_on(ADA, Letter(mail(1)), action, "x@evil.example"))
    assert sent_on_by(first) == [ADA.address]
    second = Letter(sent_on(ADA, first, action, "y@evil.example"))
    assert sent_on_by(second) == [ADA.address, ADA.address]


def test_a_redirected_mail_is_the_same_and_a_forwarded_one_is_from_the_owner():
    redirected = Letter(sent_on(ADA, Letter(mail(1)), "redirectTo", "x@evil.example"))
    forwarded = Letter(sent_on(ADA, Letter(mail(1)), "forwardTo", "x@evil.example"))
    assert redirected.people("From") == [("Bo", "bo@elsewhere.example")]
    assert redirected.message_id == "<1@elsewhere.example>"
    assert forwarded.people("From") == [("Ada Byron", "ada@northwind.example")]
    assert forwarded.message_id != "<1@elsewhere.example>"
    assert forwarded.body[1].strip() == "hello 1"


def test_an_attached_mail_is_whole_within_the_new_one():
    raw = sent_on(ADA, Letter(mail(1)), "forwardAsAttachmentTo", "x@evil.example")
    assert b"message/rfc822" in raw
    assert b"Message-ID: <1@elsewhere.example>" in raw


@pytest.mark.parametrize("action", ["forwardTo", "forwardAsAttachmentTo", "redirectTo"])
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: =?utf-8?q?two=0D=0ABcc:_lines?=\r\nMessage-ID: <a\xff b@>\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--y",
        b"Content-Type: text/plain; charset=klingon\r\n\r\nq\x80",
    ],
)
def test_a_hostile_mail_is_sent_on_all_the_same(action, raw):
    sent = Letter(sent_on(ADA, Letter(raw), action, "x@evil.example"))
    assert sent_on_by(sent) == [ADA.address]
    assert sent.people("Bcc") == []


def test_a_name_or_subject_beyond_ascii_is_sent_on_too():
    raw = sent_on(ADA, Letter(mail(1, Subject="=?utf-8?q?R=C3=A9sum=C3=A9?=")), "forwardTo", "x@evil.example")
    assert Letter(raw).subject == "FW: Résumé"
