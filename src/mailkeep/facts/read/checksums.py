"""Numbers that carry their own proof: IBANs, wallets, payment cards."""

import hashlib

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24,
    "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VERSIONS = frozenset({0x00, 0x05, 0x30, 0x32, 0x41})
"""First byte of Bitcoin (P2PKH, P2SH), Litecoin and Tron addresses."""
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def iban(text: str) -> str:
    """The IBAN without blanks, upper case, when length and checksum hold (ISO 13616, mod 97); else empty.

    Text behind the number may stand in the match; it is cut at the country's length.
    """
    plain = "".join(text.split()).upper()
    length = _IBAN_LENGTHS.get(plain[:2], 0)
    if not length or len(plain) < length:
        return ""
    number = plain[:length]
    digits = "".join(str(int(c, 36)) for c in number[4:] + number[:4])
    return number if int(digits) % 97 == 1 else ""


def wallet(text: str) -> str:
    """The wallet address as written when its checksum holds; Ethereum and Monero addresses by their form; else empty."""
    if text[:2].lower() == "0x" or (len(text) == 95 and text[0] in "48"):
        return text
    if text.lower().startswith(("ltc1", "bc1")):
        return text if _bech32(text.lower()) else ""
    return text if _base58check(text) else ""


def card(text: str) -> str:
    """The card number's digits when there are 13 to 19 and Luhn's checksum holds (ISO/IEC 7812-1); else empty."""
    digits = [int(c) for c in text if c.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 4:
        return ""
    total = sum(d if at % 2 == 0 else sum(divmod(d * 2, 10)) for at, d in enumerate(reversed(digits)))
    return "".join(map(str, digits)) if total % 10 == 0 else ""


def _base58check(text: str) -> bool:
    number = 0
    for letter in text:
        place = _BASE58.find(letter)
        if place < 0:
            return False
        number = number * 58 + place
    try:
        raw = number.to_bytes(25, "big")
    except OverflowError:
        return False
    check = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4]
    return check == raw[-4:] and raw[0] in _BASE58_VERSIONS


def _bech32(text: str) -> bool:
    """BIP 173 (bech32) or BIP 350 (bech32m) checksum."""
    prefix, _, rest = text.rpartition("1")
    if len(rest) < 8 or any(c not in _BECH32 for c in rest):
        return False
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_BECH32.index(c) for c in rest]
    return _polymod(values) in (1, 0x2BC830A3)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check
