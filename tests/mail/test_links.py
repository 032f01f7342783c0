from mailkeep.mail import links


def targets(text, taken=(), room=100):
    return [one.target for one in links.bare(text, "1", list(taken), room)[0]]


def test_bare_addresses_lose_the_punctuation_around_them():
    assert targets("see (http://x.example/a_(b)). www.y.example, and <https://z.example/?q=1>!") == [
        "http://x.example/a_(b)",
        "http://www.y.example",
        "https://z.example/?q=1",
    ]


def test_places_are_exact():
    text = "go http://x.example/a now"
    place = links.bare(text, "1", [], 9)[0][0].place
    assert text[place.start : place.end] == "http://x.example/a"


def test_what_is_already_a_link_is_left_out():
    assert targets("http://a.example http://b.example", taken=[(0, 16)]) == ["http://b.example"]


def test_more_than_there_is_room_for_is_cut():
    assert links.bare("http://a.example http://b.example", "1", [], 1)[1]
