"""Mailboxes wherever they live: one port, many providers."""
