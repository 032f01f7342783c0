"""Tables of live tenants: latency, coverage receipts, subscriptions, approvals and switches."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
    _work()
    _mail()
    _notices()
    _people()


def _work() -> None:
    """Work is claimed in its order without sorting all that is owed: a backlog costs no more than a short list."""
    op.drop_index("ix_due_lane_at", "due")
    op.create_index("ix_due_turn", "due", ["lane", "tenant", "prio", "at", "id"], unique=False)


def _mail() -> None:
    op.create_table(
        "latency",
        sa.Column("message", sa.String(length=16), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.Column("notified_at", sa.BigInteger(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("message"),
    )
    op.create_index("ix_latency_judged", "latency", ["tenant", "judged_at"], unique=False)
    op.create_table(
        "coverage",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("healed", sa.Integer(), nullable=False),
        sa.Column("missing", sa.LargeBinary(), nullable=False),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "mailbox"),
    )


def _notices() -> None:
    op.create_table(
        "subscription",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "mailbox"),
    )
    op.create_index("ix_subscription_id", "subscription", ["id"], unique=False)
    op.create_table(
        "heard",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind"),
    )


def _people() -> None:
    op.create_table(
        "approval",
        sa.Column("campaign", sa.String(length=16), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("campaign"),
    )
    op.create_table(
        "switch",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "tier"),
    )
