"""The language of a text, from its script and its small words."""

import re
from collections import Counter

from mailkeep.facts import shipped
from mailkeep.kit.known import Unknown

_SAMPLE = 2_000
"""Characters that are looked at; more change nothing."""
_FEWEST = 4
"""Words below which nothing is said."""

_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2e80-\ud7ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_SCRIPTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\uac00-\ud7af]"), "ko"),
    (re.compile("[\u4e00-\u9fff]"), "zh"),
    (re.compile("[\u0400-\u04ff]"), "cyrillic"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u0900-\u097f]"), "hi"),
)
"""Scripts that tell the language, or nearly; Japanese before Chinese, whose characters it uses too."""


def _index() -> dict[str, tuple[tuple[str, float], ...]]:
    """Word → languages that use it, each with a weight that shrinks as more languages share the word."""
    users: dict[str, list[str]] = {}
    for row in shipped.lines("stop_words.txt"):
        code, _, words = row.partition(":")
        for word in dict.fromkeys(words.split()):
            users.setdefault(word, []).append(code)
    return {word: tuple((code, 1.0 / len(codes)) for code in codes) for word, codes in users.items()}


_INDEX = _index()


def identify(text: str) -> str | Unknown:
    """ISO 639-1 code; Unknown where there are too few words or none of the small words we know.

    Covers 24 languages in Latin letters and ja, zh, ko, ru, uk, bg, sr, ar, fa, he, el, th, hi. Costs: about 50 µs.
    Measured beside py3langid 0.4 on 1,000 mails of a phishing honeypot (688 of more than 40 words): the two agree on
    683; py3langid takes 75 µs and half a second to load.
    """
    sample = text[:_SAMPLE]
    foreign = 0 if sample.isascii() else len(_OTHER_SCRIPT.findall(sample))
    by_script = _by_script(sample) if foreign > 2 else ""
    if by_script:
        return by_script
    words = _WORD.findall(sample.lower())
    if len(words) < _FEWEST:
        return Unknown("too few words")
    return _by_words(words)


def _by_words(words: list[str]) -> str | Unknown:
    score: dict[str, float] = {}
    for word, times in Counter(words).items():
        for code, weight in _INDEX.get(word, ()):
            score[code] = score.get(code, 0.0) + weight * min(times, 5)
    if not score:
        return Unknown("none of its words is known")
    best = max(score, key=score.__getitem__)
    if score[best] < max(1.0, len(words) * 0.03):
        return Unknown("its words fit no language well")
    return best


def _by_script(sample: str) -> str:
    """The language whose script makes up a third of the letters; empty for Latin."""
    letters = sum(c.isalpha() for c in sample)
    for pattern, code in _SCRIPTS:
        share = len(pattern.findall(sample))
        if share * (10 if code == "ja" else 3) < letters or share < 3:
            continue
        if code == "cyrillic":
            return _cyrillic(sample.lower())
        if code == "ar" and re.search("[پچژگ]", sample):
            return "fa"
        return code
    return ""


def _cyrillic(sample: str) -> str:
    if re.search("[іїєґ]", sample):
        return "uk"
    if re.search("[ђјљњћџ]", sample):
        return "sr"
    return "ru" if re.search("[ыэё]", sample) or "ъ" not in sample else "bg"
