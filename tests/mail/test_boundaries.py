from mailkeep.mail.boundaries import Marks, after_break, before_break, line_end


def test_only_whole_lines_delimit():
    raw = b"x --b\n--bb\n--b\nbody\n--b--\n"
    first = Marks(raw).next(b"b", 0)
    assert raw[first.start : first.end] == b"--b\n"
    assert not first.closes
    assert Marks(raw).next(b"b", first.end).closes


def test_the_innermost_boundary_wins_on_a_shared_line():
    assert Marks(b"--b--\n").first([b"b", b"b--"], 0).boundary == b"b--"


def test_a_boundary_no_header_states_is_guessed_by_the_headers_under_it():
    assert Marks(b"text\n-- \nsign\n--odd one\nContent-Type: text/plain\n").guess(0, 100) == b"odd one"


def test_a_longer_boundary_is_found_when_the_stated_one_begins_it():
    raw = b"\n--bx\nContent-Type: text/plain\n"
    assert Marks(raw).loose(b"b", 0, len(raw)) == b"bx"


def test_breaks_of_every_kind_are_stepped_over():
    assert (line_end(b"ab\r\nc", 0), after_break(b"ab\r\nc", 2), before_break(b"ab\r\nc", 4, 0)) == (2, 4, 2)
    assert (line_end(b"ab\rc", 0), after_break(b"ab\rc", 2), before_break(b"ab\rc", 3, 0)) == (2, 3, 2)
