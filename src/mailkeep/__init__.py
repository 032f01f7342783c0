"""Mailkeep: open, self-hosted email security that works from inside the mailbox."""

__version__ = "0.1.0"
