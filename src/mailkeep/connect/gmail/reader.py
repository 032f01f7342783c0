"""Mails read one by one, with where they lie."""

from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

import msgspec

from mailkeep.connect.gmail.book import Book
from mailkeep.connect.gmail.client import MOST_MAIL, Client, Desk
from mailkeep.connect.gmail.labels import QUARANTINE, state_of
from mailkeep.connect.gmail.refusals import TooLong
from mailkeep.connect.gmail.wire import Message, bytes_of
from mailkeep.connect.port import Delivery, Ref, Unreachable

REMEMBERED = 50_000
"""So many mails' moments and labels are remembered, to spare asking for them when they are listed."""


class Known(NamedTuple):
    """What is known of a mail without its content."""

    received_at: datetime
    marks: frozenset[str]


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it was read."""

    delivery: Delivery
    marks: frozenset[str]
    short: str = ""
    """Why it is not the whole mail; empty when it is."""


class Reader:
    """Reads mails of any mailbox of the tenant."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.metadata_only = client.account.metadata_only
        self._books: dict[str, Book] = {}
        self._known: OrderedDict[tuple[str, str], Known] = OrderedDict()

    def book(self, desk: Desk) -> Book:
        """The labels of this mailbox."""
        book = self._books.get(desk.address)
        if book is None:
            book = self._books[desk.address] = Book(self.client)
        return book

    async def quarantine_label(self, desk: Desk) -> str:
        """The id of our quarantine; empty where nothing was ever quarantined."""
        return await self.book(desk).label(desk, QUARANTINE)

    async def read(self, desk: Desk, mail: str) -> Read:
        """The mail: one round trip, and one more where a user's label is met for the first time.

        Raises: Gone, ProviderTrouble.
        """
        short = ""
        try:
            message = await self.client.mail(desk, mail, "metadata" if self.metadata_only else "raw")
        except TooLong:
            message = await self.client.mail(desk, mail, "metadata")
            short = f"is longer than {MOST_MAIL // 2**20 * 3 // 4} MB; only its headers were looked at."
        try:
            raw = bytes_of(message)
        except ValueError as error:
            raise Unreachable(
                f"reading mail {mail} of {desk.address}: its content is not base64. It is tried again."
            ) from error
        known = await self.note(desk, message)
        state = state_of(known.marks)
        delivery = Delivery(
            ref=Ref(mailbox=desk.mailbox, id=message.id, folder=state.folder),
            state=state,
            received_at=known.received_at,
            raw=raw,
            sent="SENT" in known.marks,
        )
        return Read(delivery=delivery, marks=known.marks, short=short)

    async def glance(self, desk: Desk, mail: str) -> Known:
        """What is known of the mail now, asked without its content. Raises: Gone, ProviderTrouble."""
        return await self.note(desk, await self.client.mail(desk, mail, "minimal"))

    async def note(self, desk: Desk, message: Message) -> Known:
        """Remembers what an answer tells of a mail."""
        known = Known(message.received_at, await self.book(desk).marks(desk, message.label_ids))
        self._known[desk.address, message.id] = known
        self._known.move_to_end((desk.address, message.id))
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known

    def remembered(self, desk: Desk, mail: str) -> Known | None:
        """What was last known of the mail; asks nobody."""
        return self._known.get((desk.address, mail))
