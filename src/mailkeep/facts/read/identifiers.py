"""Numbers that money and people answer to: accounts, wallets, phones, amounts."""

import msgspec

from mailkeep.mail import Place


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """One such number in the sender's own words."""

    kind: str
    """"iban" (checksum holds), "bank-account", "wallet", "phone", "amount", "card"."""
    value: str
    """Normalised: spaces removed, upper case for IBANs; an amount as "USD 12500.00"."""
    place: Place
