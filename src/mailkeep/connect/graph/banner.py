"""The warning above a flagged mail's text, put there so that taking it away leaves exactly what was."""

import re

TEXT = "Mailkeep warns: this mail looks like an attempt to deceive you. Do not pay, sign in or call because of it."
_HTML = (
    '<div id="mailkeep-warning" style="border:2px solid #b00020;padding:8px;margin-bottom:12px;'
    f'font-family:sans-serif;color:#b00020">{TEXT}</div>'
)
_PLAIN = f"[{TEXT}]\r\n\r\n"
_OURS = re.compile(r'<div\b[^>]*\bid="(?:x_)?mailkeep-warning"[^>]*>[^<]*</div>', re.IGNORECASE)
"""Also after Exchange has rewritten its attributes."""
_OURS_PLAIN = re.compile(re.escape(f"[{TEXT}]") + r"(?:\r?\n){0,2}")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def with_banner(content: str, *, html: bool) -> str:
    """The text with the warning above it; as it is where the warning stands there already."""
    if not html:
        return content if _OURS_PLAIN.match(content) else _PLAIN + content
    if _OURS.search(content):
        return content
    opening = _BODY.search(content)
    at = opening.end() if opening else 0
    return content[:at] + _HTML + content[at:]


def without_banner(content: str, *, html: bool) -> str:
    """The text as it was before."""
    if html:
        return _OURS.sub("", content, count=1)
    ours = _OURS_PLAIN.match(content)
    return content[ours.end() :] if ours else content
