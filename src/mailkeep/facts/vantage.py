"""Where a mail is looked at from: whose mailbox, whose domains, and which host may be believed."""

import msgspec

from mailkeep.people.directory import Directory, Mailbox


class Boundary(msgspec.Struct, frozen=True, kw_only=True):
    """The line between the world and our own mail hosts."""

    authserv: str = ""
    """authserv-id (RFC 8601 §2.5) whose Authentication-Results are believed, lower case. Empty: the topmost header is."""
    trusted_hosts: tuple[str, ...] = ()
    """Names or IP prefixes ("10.", "mx.corp.example") of our own relays: hops received *by* these are believed."""


class Vantage(msgspec.Struct, frozen=True, kw_only=True):
    """All that a fact reader may know besides the mail itself."""

    directory: Directory = Directory()
    boundary: Boundary = Boundary()
    mailbox: Mailbox | None = None
    """The mailbox the mail was found in; None when judged without a tenant."""
    sent_folder: bool = False
    """True when the mail lies in the mailbox's own Sent folder: its owner's client put it there."""
