"""Which conversation the mail says it belongs to."""

import msgspec


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """Claims of being an answer or a forward. Claims only: whether the conversation happened is for History to say."""

    claims_reply: bool
    """By subject (Re:, AW:, SV: …) or by In-Reply-To."""
    claims_forward: bool
    ids: tuple[str, ...]
    """Message-IDs of In-Reply-To and References, without duplicates."""
    subject_key: str
    """Subject without reply and forward marks, list tags, case and digits."""
    has_quote: bool
    """Carries quoted text of an earlier mail."""
    quoted_addresses: tuple[str, ...]
    """Addresses that the quoted text's introductions name, lower case."""
