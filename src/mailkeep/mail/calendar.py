"""Events of calendar parts (RFC 5545): what an invitation asks, from whom, and where it leads."""

import re

from mailkeep.mail import addresses, bounds, links
from mailkeep.mail.encoded import without_controls
from mailkeep.mail.message import Anchor, Invite, Place

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r'^([A-Za-z-]{1,60})((?:;[^:"\r\n]{0,500}(?:"[^"\r\n]{0,1000}"[^:"\r\n]{0,500}){0,20}){0,1}):(.*)$')
_ESCAPE = re.compile(r"\\([nN\\,;])")
_LONGEST = 500_000
_KEPT = frozenset({"method", "summary", "organizer", "description", "location", "url", "x-alt-desc", "attach"})


def is_calendar(content_type: str, filename: str) -> bool:
    """True for a part a mail program reads as an invitation."""
    return content_type in {"text/calendar", "application/ics"} or filename.lower().endswith(".ics")


def read(text: str, path: str) -> tuple[tuple[Invite, ...], tuple[Anchor, ...]]:
    """(events, their links); empty when the text is no calendar."""
    invites: list[Invite] = []
    anchors: list[Anchor] = []
    place = Place(path, label="invitation")
    method = ""
    event: dict[str, str] | None = None
    for line in _FOLD.sub("", text[:_LONGEST]).splitlines():
        name, value = _property(line)
        if name == "begin" and value.lower() in {"vevent", "vtodo"}:
            event = {}
        elif name == "end" and event is not None and value.lower() in {"vevent", "vtodo"}:
            if len(invites) < bounds.INVITES:
                invites.append(_invite(method, event, place))
                anchors.extend(_anchors(event, path, bounds.ANCHORS - len(anchors)))
            event = None
        elif name == "method":
            method = value.strip().lower()
        elif name in _KEPT and event is not None:
            event.setdefault(name, value)
    if event:
        invites.append(_invite(method, event, place))
        anchors.extend(_anchors(event, path, bounds.ANCHORS - len(anchors)))
    return tuple(invites), tuple(anchors)


def _property(line: str) -> tuple[str, str]:
    hit = _LINE.match(line[:50_000])
    return (hit.group(1).lower(), hit.group(3)) if hit else ("", "")


def _invite(method: str, event: dict[str, str], place: Place) -> Invite:
    organizer = event.get("organizer", "").strip()
    if organizer.lower().startswith("mailto:"):
        organizer = organizer[7:]
    return Invite(
        method=method,
        summary=_text(event, "summary")[:2000],
        organizer=addresses.normal(organizer)[0],
        description=_text(event, "description")[:20_000],
        location=_text(event, "location")[:2000],
        place=place,
    )


def _text(event: dict[str, str], name: str) -> str:
    text = _ESCAPE.sub(lambda hit: "\n" if hit.group(1) in "nN" else hit.group(1), event.get(name, ""))
    return "\n".join(without_controls(line) for line in text.split("\n")).strip()


def _anchors(event: dict[str, str], path: str, room: int) -> list[Anchor]:
    found: dict[str, Anchor] = {}
    for name in ("url", "location", "description", "x-alt-desc", "attach"):
        for anchor in links.bare(_text(event, name), path, [], max(room, 0))[0]:
            place = Place(path, label=f"invitation {name}")
            found.setdefault(anchor.target, Anchor(anchor.target, "", "calendar", place))
    return list(found.values())[: max(room, 0)]
