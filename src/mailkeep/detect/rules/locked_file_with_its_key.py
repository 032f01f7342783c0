"""Detector: A locked file comes with its password in the same mail."""

from collections.abc import Iterator

import re2

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend

KEY = re2.compile(
    r"(?i)\b(?:password|passcode|passwort|kennwort|mot de passe|contrase[ñn]a|senha|wachtwoord|has[lł]o|parola|пароль)\b"
    r"[^\n]{0,40}?[:=\"'»“ ]\s*\S{3,}"
)


@detector(family=Family.ATTACHMENTS, weight=3.0, attack=Attack.MALWARE)
def locked_file_with_its_key(scene: Scene) -> Iterator[Evidence]:
    """A locked file comes with its password in the same mail.

    Why:       the lock keeps out filters, not thieves: that is its only use here.
    Innocent:  payroll and insurance offices that know no better.
    Misses:    a password drawn as a picture.
    Source:    ATT&CK T1027.013.
    """
    for each in scene.facts.attachments:
        found = KEY.search(scene.message.new_text[:20_000]) if each.encrypted else None
        if found:
            yield Evidence(
                each.place, f"{each.name} is locked, and the text tells the password", 0.6 if friend(scene) else 1.0
            )
