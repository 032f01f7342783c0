from mailkeep.mail import calendar

EVENT = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:Pay\\, now\r\n"
    'ORGANIZER;CN="A; B:C":mailto:Boss@Corp.Example\r\nDESCRIPTION:first\\nsecond http://x.exa\r\n mple/a\r\n'
    "LOCATION:https://meet.example/1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_read_with_folded_lines_and_escapes():
    invites, anchors = calendar.read(EVENT, "2")
    assert [(one.method, one.summary, one.organizer, one.location) for one in invites] == [
        ("request", "Pay, now", "boss@corp.example", "https://meet.example/1")
    ]
    assert invites[0].description == "first\nsecond http://x.example/a"
    assert [(one.kind, one.target) for one in anchors] == [
        ("calendar", "https://meet.example/1"),
        ("calendar", "http://x.example/a"),
    ]


def test_an_event_without_an_end_is_read_all_the_same():
    assert calendar.read("BEGIN:VEVENT\nSUMMARY:x", "1")[0][0].summary == "x"


def test_text_that_is_no_calendar_gives_nothing():
    assert calendar.read("hello: world", "1") == ((), ())


def test_a_calendar_is_known_by_type_or_name():
    assert calendar.is_calendar("text/calendar", "")
    assert calendar.is_calendar("application/octet-stream", "Invite.ICS")
    assert not calendar.is_calendar("text/plain", "a.txt")
