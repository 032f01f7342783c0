"""Whether an element's text can be seen, from what stands around it and what it states of itself."""

from typing import NamedTuple

from mailkeep.mail import style
from mailkeep.mail.style import Look


class State(NamedTuple):
    """What a node inherits."""

    hidden: bool = False
    gone: bool = False
    invisible: bool = False
    tiny: bool = False
    colour: style.Colour | None = None
    background: style.Colour | None = None
    indent: bool = False
    keep: bool = False


def of(tag: str, stated: dict[str, str | None], state: State, rules: dict[str, Look]) -> State:
    """The state inside an element with these attributes, in a place with that state."""
    if "hidden" in stated or (tag == "input" and stated.get("type") == "hidden"):
        return state._replace(gone=True, hidden=True)
    before = state
    looks = []
    if rules:
        names = [f".{name}" for name in (stated.get("class") or "").split()[:20]]
        looks = [rules[name] for name in (*names, f"#{stated.get('id')}") if name in rules]
    if "style" in stated:
        looks.append(style.look(stated["style"] or ""))
    if "bgcolor" in stated:
        state = state._replace(background=style.colour_of(stated["bgcolor"] or ""))
    if tag == "font" and "color" in stated:
        state = state._replace(colour=style.colour_of(stated["color"] or ""))
    if "background" in stated:
        state = state._replace(background=None)
    for look in looks:
        if look is not style.PLAIN:
            state = _under(state, look)
    if state is before:
        return state
    gone = state.gone or state.invisible or state.tiny or state.indent
    return state._replace(hidden=gone or _blends(state))


def _under(state: State, look: Look) -> State:
    """The state of an element with this look inside that state."""
    background = None if look.picture else look.background or state.background
    return state._replace(
        gone=state.gone or look.gone or look.transparent,
        invisible=state.invisible if look.invisible is None else look.invisible,
        tiny=state.tiny if look.tiny is None else look.tiny,
        colour=look.colour or state.colour,
        background=background,
        indent=state.indent or look.indent,
    )


def _blends(state: State) -> bool:
    return state.colour is not None and state.background is not None and style.same(state.colour, state.background)
