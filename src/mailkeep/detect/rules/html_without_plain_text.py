"""Detector: the mail has a drawn form only, and no plain text beside it."""

from collections.abc import Iterator

from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import ours
from mailkeep.mail import Place


@detector(family=Family.FORM, weight=0.5)
def html_without_plain_text(scene: Scene) -> Iterator[Evidence]:
    """The mail has a drawn form only, and no plain text beside it.

    Why:       mass-mailing kits do not take the trouble; mail programs do.
    Innocent:  web applications and phones that send HTML alone.
    Misses:    kits that add a text of their own.
    Source:    RFC 2046 §5.1.4; SpamAssassin MIME_HTML_ONLY.
    """
    message = scene.message
    if message.has_html and not ours(scene) and not any(part.content_type == "text/plain" for part in message.parts):
        html = next((part for part in message.parts if part.content_type == "text/html"), None)
        if html is not None:
            yield Evidence(
                Place(html.path, label="body"), "HTML alone, without a plain text for programs that need one"
            )
