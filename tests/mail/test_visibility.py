from mailkeep.mail import style
from mailkeep.mail.visibility import State, of


def test_a_child_can_undo_size_and_visibility_but_not_absence():
    tiny = of("td", {"style": "font-size:0"}, State(), {})
    assert tiny.hidden
    assert not of("div", {"style": "font-size:12px"}, tiny, {}).hidden
    gone = of("div", {"style": "display:none"}, State(), {})
    assert of("p", {"style": "display:block"}, gone, {}).hidden


def test_class_rules_hold_like_inline_styles():
    rules = {".x": style.look("display:none")}
    assert of("p", {"class": "a x"}, State(), rules).hidden
    assert not of("p", {"class": "a"}, State(), rules).hidden
