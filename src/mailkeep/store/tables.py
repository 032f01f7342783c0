"""The tables: portable SQL, no vendor's types. Moments are milliseconds since 1970 UTC; nouns are msgpack.

Bodies are never stored, of any mail: rows carry metadata, and a mail that must be looked at again is fetched again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column that is exactly INTEGER."""

MESSAGE = Table(
    "message",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("tenant", String, nullable=False),
    Column("mailbox", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("address", String, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("twin", String(16), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("way", String(8), nullable=False),
    Column("subject", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipients", LargeBinary, nullable=False),
    Column("sent", Boolean, nullable=False),
    UniqueConstraint("tenant", "mailbox", "ref", name="uq_message_ref"),
    Index("ix_message_twin", "tenant", "twin"),
)
"""One row for each mail in each mailbox. `id` is its verdict's id; `twin` is equal for copies of one mail."""

VERDICT = Table(
    "verdict",
    METADATA,
    Column("message", String(16), primary_key=True),
    Column("label", String(12), nullable=False),
    Column("attack", String(24), nullable=True),
    Column("score", Float, nullable=False),
    Column("judged_at", BigInteger, nullable=False),
    Column("elapsed_ms", Float, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("normal", LargeBinary, nullable=False),
    Column("noun", LargeBinary, nullable=False),
    Index("ix_verdict_judged", "judged_at"),
    Index("ix_verdict_label", "label", "judged_at"),
)
"""The last judgement of each mail; `looks` counts how often it was judged."""

ACTION = Table(
    "action",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("message", String(16), nullable=False),
    Column("tenant", String, nullable=False),
    Column("mailbox", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("act", String(12), nullable=False),
    Column("because", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("undo", LargeBinary, nullable=True),
    Column("campaign", String(16), nullable=False),
    Column("dry", Boolean, nullable=False),
    Index("ix_action_message", "message"),
    Index("ix_action_campaign", "campaign"),
)
"""The ledger: every intended deed, written before it is done. The id is the deed, so it cannot be intended twice."""

RECEIPT = Table(
    "receipt",
    METADATA,
    Column("action", String(16), primary_key=True),
    Column("ended", String(8), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
)
"""How each deed ended: at most one row a deed, for ever."""

DUE = Table(
    "due",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("lane", String(12), nullable=False),
    Column("job", String, nullable=False),
    Column("tenant", String, nullable=False),
    Column("key", String, nullable=False),
    Column("refs", LargeBinary, nullable=False),
    Column("prio", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("lease", BigInteger, nullable=False),
    Column("owner", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("waits", Integer, nullable=False),
    UniqueConstraint("lane", "job", name="uq_due_job"),
    Index("ix_due_turn", "lane", "tenant", "prio", "at", "id"),
)
"""Work that is owed. A row is claimed by writing a lease into it and goes away when the work is done."""

DEAD_LETTER = Table(
    "dead_letter",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("lane", String(12), nullable=False),
    Column("job", String, nullable=False),
    Column("tenant", String, nullable=False),
    Column("key", String, nullable=False),
    Column("refs", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Work that was given up, with the reason, for a person to see."""

CURSOR = Table(
    "cursor",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("mailbox", String, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("since", BigInteger, nullable=True),
    Column("begun_at", BigInteger, nullable=True),
    Column("caught_up_at", BigInteger, nullable=True),
    Column("mails", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""How far each mailbox was read. Until `caught_up_at`, mail from before the scan's first moment `begun_at` is the past."""

CAMPAIGN = Table(
    "campaign",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("tenant", String, nullable=False),
    Column("recipe", String, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("subject", Text, nullable=False),
)

CAMPAIGN_KEY = Table(
    "campaign_key",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("key", String(24), primary_key=True),
    Column("campaign", String(16), nullable=False),
)
"""What a further mail of the campaign is recognised by; the first campaign to own a key keeps it."""

CAMPAIGN_MEMBER = Table(
    "campaign_member",
    METADATA,
    Column("message", String(16), primary_key=True),
    Column("campaign", String(16), nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Index("ix_campaign_member", "campaign"),
)

DNA = Table(
    "dna",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("noun", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The communication DNA's shelf: what `profile` puts there, opaque to the store. `key` is kind, line feed, key: one column,
because SQLite looks up many values of one column by the index, and many pairs by reading everything."""

TROUBLE = Table(
    "trouble",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("about", String, primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("says", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
)
"""What stands in the way now: a lost consent, an unreadable folder, a detector that failed. Gone once it works again."""

LATENCY = Table(
    "latency",
    METADATA,
    Column("message", String(16), primary_key=True),
    Column("tenant", String, nullable=False),
    Column("delivered_at", BigInteger, nullable=False),
    Column("notified_at", BigInteger, nullable=True),
    Column("fetched_at", BigInteger, nullable=False),
    Column("judged_at", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=True),
    Column("confirmed_at", BigInteger, nullable=True),
    Index("ix_latency_judged", "tenant", "judged_at"),
)
"""When each live mail passed each station. No notice came for one without `notified_at`: it was found by looking."""

COVERAGE = Table(
    "coverage",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("mailbox", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("healed", Integer, nullable=False),
    Column("missing", LargeBinary, nullable=False),
    Column("missing_since", BigInteger, nullable=True),
)
"""The receipt of each mailbox: every mail that the provider listed between `since` and `at` was judged, but for `missing`
(msgpack: refs). `listed` and `healed` count since the first receipt."""

SUBSCRIPTION = Table(
    "subscription",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("mailbox", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("heard_at", BigInteger, nullable=True),
    Index("ix_subscription_id", "id"),
)
"""The provider's promises to tell of new mail. `secret` is the SHA-256 of what it must say with each notice."""

HEARD = Table(
    "heard",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""How many notices came, by what they were: accepted, repeated, forged, unknown, lifecycle …"""

APPROVAL = Table(
    "approval",
    METADATA,
    Column("campaign", String(16), primary_key=True),
    Column("tenant", String, nullable=False),
    Column("mails", Integer, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("approved_by", String, nullable=True),
    Column("approved_at", BigInteger, nullable=True),
)
"""Claw-backs too large for one person: who asked, and who else agreed."""

SWITCH = Table(
    "switch",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("tier", String(12), primary_key=True),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
)
"""Tiers that were switched off: nothing of theirs is done before somebody switches them on, which removes the row."""

META = Table("meta", METADATA, Column("key", String, primary_key=True), Column("value", Text, nullable=False))
