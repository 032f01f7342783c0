"""Single mails: where one lies and what it says, the two asked in one envelope."""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from mailkeep.connect.answers import Answer
from mailkeep.connect.bucket import Haste
from mailkeep.connect.chain import MOST_BYTES
from mailkeep.connect.folders import Role
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.client import Call, GraphClient
from mailkeep.connect.graph.folders import Folder, Folders
from mailkeep.connect.graph.wire import (
    BASIC_FIELDS,
    HEAD_FIELDS,
    LISTED_FIELDS,
    UNREADABLE,
    Head,
    basic_mail,
    code_of,
    head_of,
    message_path,
)
from mailkeep.connect.port import ConsentLost, Delivery, Gone, Judged, Ref, State, Unreachable, nothing_judged

FRESH_S = 2.0
"""A mail that was looked at so lately is moved without a second look; a move finds it wherever it lies."""
MOST_STUMBLES = 4
"""So often a mail is asked for in vain; if its metadata can be read then, the fault is the mail's."""
_NOTED = 10_000
_NO_MAIL = ("application/json", "text/html")
"""What a mail is never sent as."""
Read = tuple[bytes, str]
"""A mail's bytes, and what is missing of them in words; empty for nothing."""


class Mails:
    """The mails of a tenant, one at a time."""

    def __init__(self, client: GraphClient, folders: Folders, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._folders = folders
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], tuple[Head, float]] = OrderedDict()
        self._with_headers = True
        """False once Graph has refused the headers to the metadata-only tier."""
        self._stumbles: Counter[str] = Counter()
        self.judged: Judged = nothing_judged

    async def head(self, ref: Ref, tier: Tier = Tier.OBSERVE, haste: Haste = Haste.LIVE) -> Head:
        """Where the mail lies and how it is marked. Raises: Gone, ProviderTrouble."""
        call = self._call(ref, f"?$select={HEAD_FIELDS}", tier, haste)
        return head_of(await self._client.json(call))

    def note(self, ref: Ref, head: Head) -> None:
        """Remembers for a moment how the mail lay: who asks this is often about to move it."""
        self._seen[ref.mailbox, ref.id] = head, self._clock()
        while len(self._seen) > _NOTED:
            self._seen.popitem(last=False)

    async def before_move(self, ref: Ref) -> Head:
        """Where the mail lies, or lay this moment; what is remembered serves one move. Raises: Gone, ProviderTrouble."""
        head, at = self._seen.pop((ref.mailbox, ref.id), (None, 0.0))
        if head is not None and self._clock() - at < FRESH_S:
            return head
        return await self.head(ref, Tier.REMEDIATE)

    async def raw(self, ref: Ref, haste: Haste = Haste.LIVE) -> Read:
        """The mail itself, at most MOST_BYTES of it. Raises: Gone, ProviderTrouble."""
        if self._client.account.metadata_only:
            return await self._basic(ref, haste), ""
        call = self._call(ref, "/$value", Tier.OBSERVE, haste)
        try:
            answer = await self._client.answer(call)
            if answer.ok or code_of(answer) not in UNREADABLE:
                read = self._checked(call, answer)
                self._stumbles.pop(ref.id, None)
                return read
        except Unreachable:
            # one mail that Graph always stumbles over must not keep its mailbox from being read
            self._stumbles[ref.id] += 1
            if self._stumbles[ref.id] < MOST_STUMBLES:
                raise
        raw = await self._basic(ref, haste)
        self._stumbles.pop(ref.id, None)
        return raw, "Graph does not give it out; only its headers were looked at."

    async def delivery(self, ref: Ref, haste: Haste = Haste.LIVE) -> tuple[Delivery, Folder, str]:
        """The mail as it lies now, in one round trip once the mailbox is known. Raises: Gone, ProviderTrouble."""
        head, (raw, lost), _ = await asyncio.gather(
            self.head(ref, haste=haste), self.raw(ref, haste), self._folders.meet(ref.mailbox)
        )
        folder = await self._folders.of(ref.mailbox, head.folder)
        return delivery_of(ref.mailbox, head, folder, raw), folder, lost

    def _checked(self, call: Call, answer: Answer) -> Read:
        body = self._client.checked(call, answer).body
        kind = answer.headers.get("content-type", "")
        if not body or kind.startswith(_NO_MAIL):
            raise Unreachable(
                f"{call.doing}: the answer ({kind or 'no type given'}, {len(body)} bytes) is no mail."
                " Something between here and Graph may answer in its place; it is tried again."
            )
        if answer.cut or len(body) > MOST_BYTES:
            return body[:MOST_BYTES], f"is longer than {MOST_BYTES} bytes; only so many were looked at."
        return body, ""

    async def _basic(self, ref: Ref, haste: Haste) -> bytes:
        """Its headers alone."""
        fields = f"{LISTED_FIELDS},{BASIC_FIELDS}"
        if self._with_headers:
            try:
                call = self._call(ref, f"?$select={fields},internetMessageHeaders", Tier.OBSERVE, haste)
                return basic_mail(await self._client.json(call))
            except ConsentLost:
                self._with_headers = False
        return basic_mail(await self._client.json(self._call(ref, f"?$select={fields}", Tier.OBSERVE, haste)))

    def _call(self, ref: Ref, rest: str, tier: Tier, haste: Haste) -> Call:
        if not ref.id:
            raise Gone(f"{ref.mailbox}: a mail without an id is nowhere.")
        return Call(
            doing=f"reading mail {ref.id} of {ref.mailbox}",
            path=message_path(ref.mailbox, ref.id) + rest,
            tier=tier,
            mailbox=ref.mailbox,
            haste=haste,
        )


def delivery_of(mailbox: str, head: Head, folder: Folder, raw: bytes) -> Delivery:
    """A mail as the port hands it over."""
    return Delivery(
        ref=Ref(mailbox=mailbox, id=head.id, folder=folder.name),
        state=State(folder=folder.name, flags=head.flags),
        received_at=head.received_at,
        raw=raw,
        sent=folder.role is Role.SENT,
    )
