"""Answers, and what they mean in the port's words."""

import pytest

from mailkeep.connect.answers import Answer, said, trouble_of
from mailkeep.connect.port import ConsentLost, Gone, Refused, Throttled, Unreachable

GRAPH = b'{"error":{"code":"ErrorAccessDenied","message":"Access is denied."}}'


@pytest.mark.parametrize(
    ("status", "headers", "trouble", "after_s"),
    [
        (400, {}, Refused, None),
        (401, {}, ConsentLost, None),
        (403, {}, ConsentLost, None),
        (404, {}, Gone, None),
        (410, {}, Gone, None),
        (409, {}, Refused, None),
        (429, {"retry-after": "17"}, Throttled, 17.0),
        (429, {}, Throttled, 10.0),
        (500, {}, Unreachable, 5.0),
        (503, {"retry-after": "3"}, Throttled, 3.0),
        (504, {}, Unreachable, 5.0),
        (302, {}, Unreachable, 5.0),
    ],
)
def test_every_status_has_its_trouble(status, headers, trouble, after_s):
    found = trouble_of(Answer(status=status, headers=headers, body=GRAPH), "reading mail 7 of ada")
    assert type(found) is trouble
    assert found.retry_after_s == after_s
    assert f"reading mail 7 of ada: status {status} ErrorAccessDenied: Access is denied." in str(found)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (GRAPH, ("ErrorAccessDenied", "Access is denied.")),
        (b'{"error":{"code":403,"message":"Nope","status":"PERMISSION_DENIED"}}', ("PERMISSION_DENIED", "Nope")),
        (
            b'{"error":"invalid_client","error_description":"AADSTS7: no\\r\\nTrace ID: 1"}',
            ("invalid_client", "AADSTS7: no"),
        ),
        (b"<html>", ("", "")),
        (b"[1]", ("", "")),
        (b"\xff\xfe", ("", "")),
        (b"", ("", "")),
        (b'{"error":null}', ("", "")),
    ],
)
def test_the_code_and_first_line_of_any_error_are_read(body, told):
    assert said(Answer(status=400, body=body)) == told


@pytest.mark.parametrize("body", [b"", b"<html><body>maintenance</body></html>", b"[1]", b'{"value":[', b"\xff"])
def test_what_is_no_json_object_is_said_in_a_sentence_without_the_body(body):
    with pytest.raises(Unreachable, match=r"listing users: the answer \(status 200, text/html, \d+ bytes\)") as told:
        Answer(status=200, headers={"content-type": "text/html"}, body=body).json("listing users")
    assert "maintenance" not in str(told.value)


def test_an_answer_that_was_cut_is_no_answer():
    with pytest.raises(Unreachable, match="longer than 2 bytes"):
        Answer(status=200, body=b"{}", cut=True).json("listing users")


def test_retry_after_may_be_a_date():
    past = Answer(status=429, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})
    assert past.retry_after_s == 0.0
    assert Answer(status=429, headers={"retry-after": "soon"}).retry_after_s is None
