from datetime import UTC, datetime
from random import Random

from mailkeep.mail import parse
from mailkeep.simulator.company import CLIENTS, Party
from mailkeep.simulator.files import File, pdf
from mailkeep.simulator.post import Draft, Route, as_html, message_id, quoted, received, written

ANN = Party(name="Ann Ö. Bell", address="ann@vendor.example", ip="25.1.2.3", zone=120)
BOB = Party(name="Bob Crane", address="bob@corp.example")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def draft(**more):
    fields = {
        "author": ANN,
        "to": (BOB,),
        "subject": "Grüße",
        "text": "Hello\n\nBob",
        "at": NOON,
        "message_id": "m1@vendor.example",
    }
    return Draft(**(fields | more))


def test_what_is_written_is_read_back():
    mail = parse(written(draft(refs=("a@x", "b@x"), files=(pdf("p.pdf", ("x",)),), html=as_html("Hello\n\nBob"))))
    assert mail.author.name == "Ann Ö. Bell"
    assert mail.subject == "Grüße"
    assert mail.in_reply_to == ("b@x",)
    assert mail.references == ("a@x", "b@x")
    assert mail.zone_minutes == 120
    assert [part.filename for part in mail.attachments] == ["p.pdf"]
    assert not mail.defects


def test_a_picture_in_the_text_stays_inline():
    mail = parse(written(draft(html="<img src='cid:c1'>", files=(File("q.png", "image/png", b"x", content_id="c1"),))))
    assert [part.content_id for part in mail.parts if part.is_inline_image] == ["c1"]


def test_the_route_from_outside_stands_above_with_what_our_boundary_found():
    route = Route(domain="corp.example", host="mail.vendor.example", ip="25.1.2.3", envelope=ANN.address, spf="fail")
    mail = parse(received(draft(), route, written(draft())))
    assert mail.hops[0].by == "store1.corp.example"
    assert mail.hops[1].from_ip == "25.1.2.3"
    assert mail.auth_headers[0].authserv == "mx1.corp.example"
    assert mail.auth_headers[0].results[0][:2] == ("spf", "fail")


def test_a_colleagues_mail_was_handed_in_with_a_log_in():
    route = Route(domain="corp.example", host="", ip="25.9.9.9", envelope=BOB.address)
    mail = parse(received(draft(author=BOB), route, written(draft(author=BOB))))
    assert mail.hops[-1].protocol == "esmtpsa"


def test_message_ids_have_the_form_of_their_program():
    spelled = [message_id(Random(1), client, "a.example") for client in CLIENTS[:3]]
    assert spelled[0].count("$") == 3
    assert spelled[1].partition("@")[0].isupper()
    assert spelled[2].partition("@")[0].islower()


def test_a_quote_is_bounded_and_names_its_author():
    said = quoted(ANN, NOON, "line\n" * 500)
    assert "ann@vendor.example" in said.split("\n")[0]
    assert said.count("\n") <= 41
