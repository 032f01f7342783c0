import pytest

from mailkeep.mail import parameters


def first(text, name):
    return parameters.read([text]).first(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b; name=x.zip", "x.zip"),
        ('a/b; name="x; y.zip"', "x; y.zip"),
        ('a/b; name="a\\"b.zip"', 'a"b.zip'),
        ("a/b; name*=utf-8''%e2%9c%93.zip", "✓.zip"),
        ("a/b; name*0=x; name*1=.zip", "x.zip"),
        ("a/b; name*1=.zip; name*0=x", "x.zip"),
        ("a/b; name*0*=utf-8''%e2%9c; name*1*=%93.zip", "✓.zip"),
        ("a/b; name==?utf-8?q?=E2=9C=93?=.zip", "✓.zip"),
        ("a/b; name(c)=x.zip", "x.zip"),
        ("a/b name=x.zip", "x.zip"),
        ('a/b; name="x.zip', "x.zip"),
        ("a/b", ""),
        ("a/b; name=", ""),
    ],
)
def test_parameters_are_read_whatever_their_form(text, expected):
    assert first(text, "name") == expected


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("a/b; name=x.png; name=x.zip", "x.zip"),
        ('a/b; name="x".zip', "x.zip"),
        ("a/b; name=x;.zip", "x;.zip"),
        ("a/b; name*=utf-8''x.zip; name=x.png", "x.zip"),
        ("a/b; name*0=x.; name*2=zip", "x.zip"),
    ],
)
def test_every_reading_of_an_ambiguous_name_is_kept(text, hidden):
    found = parameters.read([text])
    assert hidden in found.parameters["name"]


def test_headers_of_one_name_are_read_together():
    found = parameters.read(["text/plain", "multipart/mixed; boundary=b"])
    assert (found.value, found.first("boundary"), found.ambiguous) == ("text/plain", "b", True)


def test_comments_and_spaces_do_not_change_the_type():
    assert parameters.read(["multipart (x) / mixed ; a=b"]).value == "multipart/mixed"
