import time

import pytest

from mailkeep.mail import addresses
from mailkeep.mail.headers import Field


def read(text):
    return addresses.read([Field("From", text, 0, len(text), "from")], "From")


def pairs(text):
    return [(one.name, one.address) for one in read(text).addresses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Ann <A@B.Example>", [("Ann", "a@b.example")]),
        ('"Doe, John" <j@x.example>, k@y.example', [("Doe, John", "j@x.example"), ("", "k@y.example")]),
        ("Doe, John <j@x.example>", [("Doe, John", "j@x.example")]),
        ("boss@corp.example <evil@x.example>", [("boss@corp.example", "evil@x.example")]),
        ("<@relay.example,@b.example:user@dom.example>", [("", "user@dom.example")]),
        ('"john doe"@x.example', [("", '"john doe"@x.example')]),
        ("user@bücher.example", [("", "user@xn--bcher-kva.example")]),
        ("Ann <<a@b.example>>", [("Ann", "a@b.example")]),
        ("undisclosed-recipients:;", []),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
    ],
)
def test_addresses_are_read_as_mail_programs_read_them(text, expected):
    assert pairs(text) == expected


def test_groups_are_opened_and_named():
    found = read("Team: a@b.example, Cy <c@d.example>;, e@f.example").addresses
    assert [(one.group, one.address) for one in found] == [
        ("Team", "a@b.example"),
        ("Team", "c@d.example"),
        ("", "e@f.example"),
    ]


def test_comments_nested_ones_too_are_kept_apart():
    found = read("Ann (the (real) one) <a@b.example>").addresses[0]
    assert (found.name, found.address, found.comment) == ("Ann", "a@b.example", "the (real) one")


def test_an_encoded_display_name_cannot_become_the_address():
    found = read("=?utf-8?q?ceo=40corp.example_=3Cceo=40corp.example=3E?= <evil@x.example>").addresses
    assert [one.address for one in found] == ["evil@x.example"]
    assert found[0].name == "ceo@corp.example <ceo@corp.example>"


def test_an_address_hidden_whole_in_an_encoded_word_is_found_and_noted():
    found = read("=?utf-8?b?Ym9iQGNvcnAuZXhhbXBsZQ==?=")
    assert [one.address for one in found.addresses] == ["bob@corp.example"]
    assert [one.kind for one in found.defects] == ["encoded-address"]


def test_two_addresses_in_one_place_are_both_kept_and_noted():
    found = read("<a@b.example> <c@d.example>")
    assert [one.address for one in found.addresses] == ["a@b.example", "c@d.example"]
    assert [one.kind for one in found.defects] == ["ambiguous-address"]


def test_an_open_quote_is_a_defect_and_not_the_end():
    found = read('"Ann <a@b.example>')
    assert [one.address for one in found.addresses] == ["a@b.example"]
    assert [one.kind for one in found.defects] == ["unbalanced-address"]


@pytest.mark.parametrize("mark", ['"', "(", "<", ",", ":", "\\", '"\\', "a@b,", '" ', "( "])
def test_hostile_marks_cost_linear_time(mark):
    def cost(count):
        start = time.process_time()
        read(mark * count)
        return time.process_time() - start

    cost(1000)
    assert cost(200_000) < 40 * max(cost(20_000), 0.01)


def test_the_place_is_that_of_the_header():
    place = read("a@b.example").addresses[0].place
    assert (place.part, place.start, place.end, place.label) == ("header", 0, 11, "From")
