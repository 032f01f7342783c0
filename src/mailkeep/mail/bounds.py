"""How far a mail is read: every limit of this room in one place, each generous for honest mail."""

RAW_BYTES = 50_000_000
"""Bytes of a mail that are looked at; what is beyond is hashed and counted, not read."""
HEADER_LINES = 2_000
"""Header fields of one block."""
HEADER_BYTES = 1_000_000
"""Bytes of one header block."""
ADDRESSES = 2_000
"""Addresses read from all headers of one name."""
PARTS = 1_000
"""MIME parts of one mail."""
DEPTH = 20
"""How deep containers may nest."""
ATTACHED_DEPTH = 5
"""How deep mails inside mails are read."""
ATTACHED_MAILS = 50
"""How many mails inside one mail are read, all depths together."""
ATTACHED_BYTES = 60_000_000
"""Bytes of mails inside mails that are read, all depths together."""
TEXT_CHARS = 1_000_000
"""Characters of visible text."""
HTML_BYTES = 4_000_000
"""Bytes of HTML that are read for text and links."""
ANCHORS = 500
"""Links kept of one mail."""
QUOTES = 100
"""Quoted or forwarded pieces kept of one mail."""
HOPS = 100
"""Received headers read."""
AUTH_HEADERS = 50
"""Authentication-Results headers read."""
INVITES = 50
"""Calendar events read."""
DEFECTS = 200
"""Defects kept of one mail; the last says how many more there were."""
