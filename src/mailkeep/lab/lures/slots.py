"""What fills the slots no list can hold: amounts, dates, numbers, addresses. Every domain is one reserved for examples."""

import random
from typing import Final

from mailkeep.lab.lures.phrase import Maker

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_WORDS = (
    "mail",
    "portal",
    "account",
    "shop",
    "secure",
    "files",
    "service",
    "cloud",
    "news",
    "team",
    "pay",
    "my",
    "app",
    "go",
)
_FILE_ENDINGS = ("pdf", "docx", "xlsx", "zip", "html", "pdf")
_ENDINGS = ("example", "example.com", "example.net", "example.org", "test")


def _number(rng: random.Random, low: int, high: int) -> str:
    return str(rng.randint(low, high))


def _amount(rng: random.Random) -> str:
    value = rng.choice((rng.uniform(1, 99), rng.uniform(100, 999), rng.uniform(1000, 98000)))
    plain = f"{value:,.2f}" if rng.random() < 0.7 else f"{value:,.0f}"
    figure = plain if rng.random() < 0.5 else plain.translate(str.maketrans(",.", ".,"))
    money = rng.choice(("$", "€", "£", "EUR", "USD", "GBP", "R$", "PLN", "zł", "CHF"))
    return rng.choice((f"{money}{figure}", f"{figure} {money}", f"{money} {figure}"))


def _million(rng: random.Random) -> str:
    return rng.choice(("$", "€", "£", "USD ")) + rng.choice(
        (f"{rng.randint(1, 95)}.{rng.randint(0, 9)}M", f"{rng.randint(1, 95)},{rng.randint(0, 9)}00,000.00")
    )


def _date(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2021, 2027)
    return rng.choice(
        (
            f"{day:02}.{month:02}.{year}",
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day}-{month}-{year}",
        )
    )


def _time(rng: random.Random) -> str:
    return f"{rng.randint(0, 23):02}:{rng.choice((0, 5, 15, 30, 45, rng.randint(0, 59))):02}"


def _phone(rng: random.Random) -> str:
    digits = "".join(str(rng.randint(0, 9)) for _ in range(7))
    return rng.choice(
        (
            f"+1 (8{digits[0]}{digits[0]}) 555-{digits[:4]}",
            f"1-8{digits[1]}{digits[1]}-555-{digits[2:6]}",
            f"+49 30 {digits}",
            f"+44 20 7{digits}",
            f"0{digits[:3]} {digits}",
            f"+34 91{digits}",
        )
    )


def _code(rng: random.Random) -> str:
    letters = "".join(rng.choice(_LETTERS) for _ in range(rng.randint(1, 4)))
    return rng.choice(("", "#", "No. ", letters, letters + "-", "2026-")) + str(rng.randint(1000, 99999999))


def _domain(rng: random.Random) -> str:
    return f"{rng.choice(_WORDS)}{rng.choice(('', '-', '.'))}{rng.choice(_WORDS)}.{rng.choice(_ENDINGS)}"


def _email(rng: random.Random) -> str:
    return f"{rng.choice(('info', 'j.smith', 'service', 'anna', 'office', 'support', 'm.weber'))}@{_domain(rng)}"


def _url(rng: random.Random) -> str:
    return f"https://{_domain(rng)}/{rng.choice(('', 'v', 'login', 'a/b', 'r', 'track'))}{rng.randint(1, 99999)}"


def _file(rng: random.Random) -> str:
    stem = rng.choice(
        ("scan", "doc", "invoice", "PO", "IMG", "report", "contract", "statement", "copy", "Q3-plan", "minutes")
    )
    return f"{stem}{rng.choice(('_', '-', ' ', ''))}{rng.randint(1, 99999)}.{rng.choice(_FILE_ENDINGS)}"


def _wallet(rng: random.Random) -> str:
    return rng.choice(("1", "3", "bc1")) + "".join(rng.choice("acdefghjkmnpqrstuvwxyz23456789") for _ in range(32))


def _iban(rng: random.Random) -> str:
    body = "".join(str(rng.randint(0, 9)) for _ in range(20))
    return (
        rng.choice(("DE", "FR", "ES", "PL", "NL", "IT", "PT", "GB"))
        + body[:2]
        + "".join(f" {body[i : i + 4]}" for i in range(2, 18, 4))
    )


MAKERS: Final[dict[str, Maker]] = {
    "amount": _amount,
    "million": _million,
    "date": _date,
    "time": _time,
    "phone": _phone,
    "code": _code,
    "domain": _domain,
    "email": _email,
    "url": _url,
    "file": _file,
    "wallet": _wallet,
    "iban": _iban,
    "pin": lambda rng: _number(rng, 100000, 999999),
    "n": lambda rng: _number(rng, 2, 12),
    "nn": lambda rng: _number(rng, 13, 98),
    "nnn": lambda rng: _number(rng, 100, 999),
    "year": lambda rng: _number(rng, 2022, 2027),
}
"""Slot name → what fills it."""
