"""What another filter wrote on the mail before us."""

import re
from collections.abc import Callable

import msgspec

from mailkeep.mail import Header, Message, Place


class FilterVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict header of the native filter or a gateway. Never a reason to skip anything; kept for the uplift ledger."""

    product: str
    """"microsoft", "google", "proofpoint", "mimecast", "barracuda", "spamassassin", "rspamd", …"""
    verdict: str
    """"clean", "spam", "phish", "malware", "bulk" or "unknown"."""
    score: str
    """As the product writes it."""
    place: Place


_MOST = 20


def read(message: Message) -> tuple[FilterVerdict, ...]:
    """Every verdict header another filter wrote, in the order of the mail. Anybody can write these."""
    found: list[FilterVerdict] = []
    for header in message.headers[:300]:
        name = header.name.lower()
        row = _KNOWN.get(name)
        if row is None:
            continue
        product, judge = row
        verdict, score = judge(header.value[:2_000])
        found.append(FilterVerdict(product=product, verdict=verdict, score=score, place=_place(header)))
        if len(found) == _MOST:
            break
    return tuple(found)


def _place(header: Header) -> Place:
    return Place("header", header.start, header.end, header.name)


_CATEGORY = re.compile(r"\bCAT:(\w+)")
_SFV = re.compile(r"\bSFV:(\w+)")
_SCL = re.compile(r"\bSCL:(-?\d+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BRACKET = re.compile(r"\[\s*(-?\d+(?:\.\d+)?)\s*/")
_RULE = re.compile(r"\brule=(\w+)", re.IGNORECASE)
_KEY_SCORE = re.compile(r"\b(?:score|spamscore|hits)=\s*(-?\d+(?:\.\d+)?)", re.IGNORECASE)

_MICROSOFT = {
    "PHSH": "phish",
    "HPHSH": "phish",
    "HPHISH": "phish",
    "SPOOF": "phish",
    "UIMP": "phish",
    "DIMP": "phish",
    "BIMP": "phish",
    "GIMP": "phish",
    "INTOS": "phish",
    "AMP": "malware",
    "MALW": "malware",
    "SPM": "spam",
    "HSPM": "spam",
    "OSPM": "spam",
    "SKB": "spam",
    "BULK": "bulk",
    "NSPM": "clean",
    "SKN": "clean",
    "SKS": "spam",
    "SKI": "clean",
    "SFE": "clean",
    "SKA": "clean",
}
"""CAT and SFV words of X-Forefront-Antispam-Report. Source: Microsoft Learn, "Anti-spam message headers", 2026-11."""


def _forefront(value: str) -> tuple[str, str]:
    score = _first(_SCL, value)
    for pattern in (_CATEGORY, _SFV):
        word = _MICROSOFT.get(_first(pattern, value))
        if word:
            return word, score
    return "unknown", score


def _scl(value: str) -> tuple[str, str]:
    """Spam confidence level: -1 not looked at, 0 to 4 clean, 5 and above spam."""
    number = _first(_NUMBER, value)
    if not number or float(number) < 0:
        return "unknown", number
    return ("spam" if float(number) >= 5 else "clean"), number


def _yes_no(value: str) -> tuple[str, str]:
    """The word decides ("Yes, score=12.1 …", "No", "true"); the score is as written."""
    word = value.strip().lower()
    verdict = (
        "spam"
        if word.startswith(("yes", "true", "spam"))
        else "clean"
        if word.startswith(("no", "false", "ham"))
        else "unknown"
    )
    return verdict, _first(_KEY_SCORE, value)


def _score_only(value: str) -> tuple[str, str]:
    return "unknown", _first(_KEY_SCORE, value) or _first(_NUMBER, value)


def _rspamd(value: str) -> tuple[str, str]:
    """The first word after the settings' name, as in "default: False [-2.10 / 15.00]; …"."""
    score = _first(_BRACKET, value)
    return _yes_no(value.partition(":")[2].strip())[0], score


def _proofpoint(value: str) -> tuple[str, str]:
    """The rule that decided: "rule=notspam policy=default score=0 … phishscore=0 …"."""
    rule = _first(_RULE, value).lower()
    score = _first(_KEY_SCORE, value)
    if "notspam" in rule or "safe" in rule:
        return "clean", score
    return next((kind for kind in ("phish", "malware", "bulk", "spam") if kind in rule), "unknown"), score


def _word(value: str) -> tuple[str, str]:
    """A verdict in plain words, as several gateways write it."""
    low = value.lower()
    for word, verdict in (
        ("phish", "phish"),
        ("virus", "malware"),
        ("malware", "malware"),
        ("bulk", "bulk"),
        ("not spam", "clean"),
    ):
        if word in low:
            return verdict, ""
    if any(word in low for word in ("spam", "reject", "suspect", "quarantine")):
        return "spam", _first(_NUMBER, value)
    clean = any(word in low for word in ("clean", "pass", "ok", "ham", "no action"))
    return ("clean" if clean else "unknown"), _first(_NUMBER, value)


def _first(pattern: re.Pattern[str], value: str) -> str:
    found = pattern.search(value)
    return (found[1] if pattern.groups else found[0]) if found else ""


_KNOWN: dict[str, tuple[str, Callable[[str], tuple[str, str]]]] = {
    "x-forefront-antispam-report": ("microsoft", _forefront),
    "x-ms-exchange-organization-scl": ("microsoft", _scl),
    "x-gm-spam": ("google", _scl),
    "x-gm-phishy": ("google", lambda value: ("phish" if value.strip() == "1" else "unknown", value.strip()[:8])),
    "x-proofpoint-spam-details": ("proofpoint", _proofpoint),
    "x-mimecast-spam-score": ("mimecast", _score_only),
    "x-mimecast-bulk-signature": (
        "mimecast",
        lambda value: ("bulk" if value.strip().lower() == "yes" else "unknown", ""),
    ),
    "x-mimecast-impersonation-protect": ("mimecast", _word),
    "x-barracuda-spam-status": ("barracuda", _yes_no),
    "x-barracuda-spam-score": ("barracuda", _score_only),
    "x-spam-status": ("spamassassin", _yes_no),
    "x-spam-flag": ("spamassassin", _yes_no),
    "x-spamd-result": ("rspamd", _rspamd),
    "x-rspamd-action": ("rspamd", _word),
    "x-ironport-anti-spam-filtered": ("cisco", _score_only),
    "x-sophos-spam": ("sophos", _word),
    "x-tm-as-result": ("trendmicro", _yes_no),
    "x-fortimail-antispam": ("fortinet", _word),
    "x-mailscanner-spamcheck": ("mailscanner", _word),
    "x-hmailserver-spam": ("hmailserver", _yes_no),
    "x-yandex-spam": ("yandex", _scl),
}
"""Header → product and how its value is read."""
