"""The roughness of real mail, laid on written drafts: lost marks, shouted words, typing errors, broken lines, disguises."""

import random

_LOOKALIKE = str.maketrans("aeopcyx", "аеорсух")
_ZERO_WIDTH = "\u200b"


def roughen(subject: str, body: str, rng: random.Random, *, lure: bool) -> tuple[str, str]:
    """The draft as it might arrive. Only lures are disguised; everything else happens to honest mail alike."""
    if rng.random() < 0.06:
        subject = ""
    if rng.random() < 0.05:
        subject = subject.upper()
    if rng.random() < 0.12:
        subject = rng.choice(("Re: ", "RE: ", "Fwd: ", "AW: ", "FW: ", "[EXTERNAL] ")) + subject
    if rng.random() < 0.10:
        body = _mistyped(body, rng)
    if rng.random() < 0.08:
        body = body.replace("\n\n", "\n")
    if rng.random() < 0.06:
        body = body.lower()
    if rng.random() < 0.12:
        body = _cut_short(body, rng)
    if lure and rng.random() < 0.03:
        body = _disguised(body, rng)
    return subject, body


def _mistyped(text: str, rng: random.Random) -> str:
    letters = list(text)
    for _ in range(max(1, len(letters) // 250)):
        at = rng.randrange(max(1, len(letters) - 1))
        if at + 1 < len(letters) and letters[at].isalpha() and letters[at + 1].isalpha():
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def _cut_short(text: str, rng: random.Random) -> str:
    paragraphs = text.split("\n\n")
    if len(paragraphs) < 3:
        return text
    del paragraphs[rng.choice((0, -1))]
    return "\n\n".join(paragraphs)


def _disguised(text: str, rng: random.Random) -> str:
    if rng.random() < 0.5:
        return text.translate(_LOOKALIKE)
    return "".join(letter + _ZERO_WIDTH if rng.random() < 0.1 else letter for letter in text)
