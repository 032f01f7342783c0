from mailkeep.mail.flow import Flow


def test_white_space_collapses_and_blocks_stand_on_lines_of_their_own():
    flow = Flow(100)
    flow.add("  one\n two ")
    flow.add("three")
    flow.line()
    flow.add("four")
    flow.line(2)
    flow.add(" five ")
    assert flow.text() == "one two three\nfour\n\nfive"


def test_the_offset_of_what_comes_next_is_known():
    flow = Flow(100)
    flow.add("one ")
    start = flow.start_of_next()
    flow.add("two")
    assert flow.text()[start:] == "two" == flow.since(start)


def test_text_beyond_the_limit_is_cut_and_said_so():
    flow = Flow(5)
    flow.add("abc")
    flow.add(" defg")
    assert (flow.text(), flow.is_cut) == ("abc d", True)
