"""The socket every mail provider fits.

Trouble a provider makes is one of these, and each says whether and when to ask again:

    ProviderTrouble
    ├── Throttled(retry_after_s)   ask again after that many seconds
    ├── Unreachable                ask again, later each time
    ├── ConsentLost                do not ask again before a person renewed the grant or password
    ├── Gone                       the mail or mailbox is not there any more; a normal answer for a mail
    └── Refused                    do not ask again: the request itself is at fault
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

import msgspec

from mailkeep.people.directory import Mailbox


class ProviderTrouble(Exception):
    """The provider did not do what was asked. The message says what was asked, of whom, what came back, what to do."""

    retry_after_s: float | None = None
    """Seconds until asking again makes sense; None: not before a person acted."""


class Throttled(ProviderTrouble):
    """Too many requests."""

    def __init__(self, says: str, retry_after_s: float) -> None:
        super().__init__(says)
        self.retry_after_s = retry_after_s


class Unreachable(ProviderTrouble):
    """No answer, or none that makes sense."""

    retry_after_s = 5.0


class ConsentLost(ProviderTrouble):
    """The password, token or grant is not accepted (any more)."""


class Gone(ProviderTrouble):
    """The mail or mailbox is not there any more."""


class Refused(ProviderTrouble):
    """The provider understood and said no."""


class Ref(msgspec.Struct, frozen=True, kw_only=True):
    """One mail at its provider. `id` stays the same through moves; `folder` is a hint of where it was last."""

    mailbox: str
    """`Mailbox.id`."""
    id: str
    folder: str = ""
    """Provider's folder name; "INBOX" for the inbox everywhere."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mail lies and how it is marked: all that an undo must bring back."""

    folder: str
    flags: frozenset[str] = frozenset()
    """"seen", "answered", "flagged", "draft", "passed", "trashed" and, with a leading $ or letter, provider keywords."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as the provider hands it over, unread by us."""

    ref: Ref
    state: State
    received_at: datetime
    """UTC, as the provider has it."""
    raw: bytes
    sent: bool = False
    """True when it lies in the owner's own Sent folder."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some mails, and the cursor that continues after exactly these."""

    deliveries: tuple[Delivery, ...]
    cursor: str
    """Opaque to all but the connector; storing it means: these deliveries are safe with us."""
    more: bool
    """True when another fetch would give more at once."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(what, why) for things that could not be read: a truncated mail, an unreadable folder. The rest goes on."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as the provider lists it: enough to prove that it was read."""

    id: str
    """As `Ref.id`."""
    folder: str
    received_at: datetime
    """UTC, as the provider has it."""


class Done(StrEnum):
    """How an act ended, as far as the mailbox is concerned."""

    DONE = "done"
    ALREADY = "already"
    """The mail was in the wanted state before."""
    GONE = "gone"
    """The user removed it meanwhile."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one act on one mail."""

    done: Done
    ref: Ref
    """Where the mail is now; the same `id` always."""


QUARANTINE_FOLDER = "Mailkeep Quarantine"
"""Our own folder; what lies in it is never delivered to the pipeline again."""

FLAG_KEYWORD = "$MailkeepSuspicious"
"""Keyword (IMAP), or category/label elsewhere, that a flag sets."""


class Connector(Protocol):
    """A tenant's mailboxes. Built-in and third-party providers fit this the same way; tests/connect/contract.py holds it."""

    @property
    def kind(self) -> str:
        """The provider's word in `mailkeep connect`: maildir, mbox, imap …"""

    async def mailboxes(self) -> tuple[Mailbox, ...]:
        """Every mailbox, in a stable order. Raises: ProviderTrouble."""

    async def count(self, mailbox: Mailbox, since: datetime | None = None) -> int:
        """How many mails a full fetch would give: for honest progress bars; an estimate is allowed."""

    async def fetch(self, mailbox: Mailbox, cursor: str | None, *, limit: int, since: datetime | None = None) -> Page:
        """The mails of every folder but quarantine and drafts that the cursor has not covered.

        Takes: None for the beginning; `since` leaves out mail received before it.
        Gives: each mail at least once over the life of a cursor chain, whatever moves meanwhile; a mail seen again after a
        move or a flag change keeps its `ref.id`. Raises: ProviderTrouble.
        """

    async def again(self, ref: Ref) -> Delivery:
        """The same mail once more, wherever it lies now. Raises: Gone, ProviderTrouble."""

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """Every mail received since then that lies in a folder which `fetch` reads, without its content.

        Coverage is proved against this, so it must not rest on a cursor or on anything else that `fetch` rests on.
        Raises: ProviderTrouble.
        """

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy of the mail with this Message-ID in the mailbox, wherever it lies, quarantine and trash included.

        Takes: the Message-ID without angle brackets. Raises: ProviderTrouble.
        """

    async def state(self, ref: Ref) -> State:
        """Where the mail lies now, with its flags. Raises: Gone, ProviderTrouble."""

    async def quarantine(self, ref: Ref) -> Outcome:
        """Into QUARANTINE_FOLDER, which is created when missing."""

    async def delete(self, ref: Ref) -> Outcome:
        """Into the trash folder: soft."""

    async def flag(self, ref: Ref) -> Outcome:
        """Sets FLAG_KEYWORD (and the provider's visible flag)."""

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """Back to exactly this folder and these flags; the folder is created again when the user removed it."""

    def changes(self) -> AsyncIterator[Mailbox]:
        """Mailboxes in which something may have arrived, as it happens, for as long as it is iterated."""

    async def close(self) -> None:
        """Lets go of connections and files."""


Judged: TypeAlias = Callable[[str, Sequence[str]], Collection[str]]
"""Mailbox, ids of mails → those of them that have a verdict."""


def nothing_judged(_mailbox: str, _ids: Sequence[str]) -> Collection[str]:
    """None of them has a verdict: for those who were not told otherwise."""
    return ()


@runtime_checkable
class Sparing(Protocol):
    """What a connector fits as well when it can tell which mails are new before it reads them."""

    def spare(self, judged: Judged) -> None:
        """From now on `fetch` leaves out mails that have a verdict, so that none is transferred twice: most of what a
        cursor covers was told of by a notice, and a cursor that the provider forgot covers everything anew.
        """


SEALED = "sealed."
"""What the secret of a hook with a seal begins with: who says it must bring sealed notices, so that leaving the seal off is
no way around it.
"""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The key that a provider is to encrypt for us with what its notices carry."""

    id: str
    """Ours to choose; comes back with everything that was encrypted so."""
    certificate: str
    """Base64 of the X.509 certificate (DER)."""


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """Where a provider is to send its notices."""

    url: str
    """Public https address of ours, or a Pub/Sub topic, as the provider needs it."""
    lifecycle_url: str = ""
    """Where notices about the subscription itself go; empty where the provider has none."""
    secret: str = ""
    """What the provider must say with every notice; at most 128 characters."""
    seal: Seal | None = None
    """None: notices carry nothing but whom they are about."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's promise to tell of new mail in one mailbox."""

    mailbox: str
    """`Mailbox.id`."""
    id: str
    expires_at: datetime
    """UTC; no notice comes after it."""
    seal: str = ""
    """Id of the seal that its notices bear; empty for none."""


@runtime_checkable
class Pushing(Protocol):
    """What a connector fits as well when its provider sends notices to an address of ours."""

    async def subscribe(self, mailbox: Mailbox, hook: Hook) -> Subscription:
        """A new promise. Raises: ProviderTrouble; Refused when one for the same mailbox stands already."""

    async def renew(self, subscription: Subscription) -> Subscription:
        """The same promise for longer. Raises: Gone when the provider has dropped it; ProviderTrouble."""

    async def unsubscribe(self, subscription: Subscription) -> None:
        """Ends the promise; one that is gone already is fine. Raises: ProviderTrouble."""


@runtime_checkable
class Promising(Protocol):
    """What a pushing connector fits as well when its provider lists the promises that stand."""

    async def promises(self) -> tuple[Subscription, ...]:
        """Every promise of new mail made to us in this tenant that still stands. Raises: ProviderTrouble."""


@runtime_checkable
class Sending(Protocol):
    """What a connector fits as well when it was granted to send mail from a mailbox."""

    async def send(self, mailbox: Mailbox, raw: bytes) -> None:
        """Sends this mail from the mailbox to the recipients it names. Raises: ProviderTrouble."""
