import pytest

from mailkeep.mail import style


@pytest.mark.parametrize(
    "text", ["display:none", "DISPLAY : none !important", "opacity:0.0", "overflow:hidden;max-height:0px"]
)
def test_what_is_not_shown_is_gone(text):
    assert style.look(text).gone


@pytest.mark.parametrize("text", ["display:block", "opacity:1", "max-height:0", "height:20px;overflow:hidden", ""])
def test_what_is_shown_is_not(text):
    assert not style.look(text).gone


def test_colours_of_every_form_are_read():
    assert (
        style.colour_of("#FFF") == style.colour_of("white") == style.colour_of("rgb(255, 255, 255)") == (255, 255, 255)
    )
    assert style.colour_of("var(--x)") is None
    assert style.same((255, 255, 255), (250, 250, 250))
    assert not style.same((255, 255, 255), (240, 255, 255))


def test_rules_inside_media_blocks_do_not_count():
    found = style.rules(
        "<!-- .a{display:none} @media print{.b{display:none} .c{color:red}} p.d,#e{font-size:0} /*.f{display:none}*/ -->"
    )
    assert sorted(found) == ["#e", ".a", ".d"]
