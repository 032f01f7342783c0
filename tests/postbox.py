"""A provider in memory that fits the port: it keeps count of every deed, and can be told to make trouble."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

import msgspec

from mailkeep.connect.message_ids import carries
from mailkeep.connect.port import (
    FLAG_KEYWORD,
    QUARANTINE_FOLDER,
    Delivery,
    Done,
    Gone,
    Listed,
    Outcome,
    Page,
    Ref,
    State,
)
from mailkeep.people.directory import Mailbox

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Postbox:
    kind = "postbox"

    def __init__(self, *names: str):
        self.names = names or ("ada", "ben")
        self.mails: dict[str, list[Delivery]] = {name: [] for name in self.names}
        self.deeds: list[tuple[str, str]] = []
        self.trouble: dict[str, list[Exception]] = defaultdict(list)
        self.news: asyncio.Queue[Mailbox] = asyncio.Queue()
        self.closed = 0

    def post(self, name, raw, *, at=AT, folder="INBOX", sent=False, flags=()):
        ref = Ref(mailbox=name, id=f"{name}-{len(self.mails[name])}", folder=folder)
        state = State(folder=folder, flags=frozenset(flags))
        self.mails[name].append(Delivery(ref=ref, state=state, received_at=at, raw=raw, sent=sent))
        return ref

    def remove(self, ref):
        place = self._index(ref)
        self.mails[ref.mailbox][place] = None

    def lies(self, ref):
        return self.mails[ref.mailbox][self._index(ref)].state

    async def mailboxes(self):
        self._stumble("mailboxes")
        return tuple(Mailbox(id=name, address=f"{name}@corp.example") for name in self.names)

    async def count(self, mailbox, since=None):
        self._stumble("count")
        return len(self.mails[mailbox.id])

    async def fetch(self, mailbox, cursor, *, limit, since=None):
        self._stumble("fetch")
        start = int(cursor or 0)
        every = self.mails[mailbox.id]
        found = [each for each in every[start : start + limit] if each is not None]
        found = [each for each in found if since is None or each.received_at >= since]
        return Page(
            deliveries=tuple(found), cursor=str(min(start + limit, len(every))), more=start + limit < len(every)
        )

    async def again(self, ref):
        self._stumble("again")
        return self.mails[ref.mailbox][self._index(ref)]

    async def listed(self, mailbox, since):
        self._stumble("listed")
        found = [each for each in self.mails[mailbox.id] if each is not None and each.received_at >= since]
        found = [each for each in found if each.state.folder != QUARANTINE_FOLDER]
        return tuple(Listed(id=each.ref.id, folder=each.state.folder, received_at=each.received_at) for each in found)

    async def find(self, mailbox, message_id):
        self._stumble("find")
        found = [each for each in self.mails[mailbox.id] if each is not None and carries(each.raw, message_id)]
        return tuple(each.ref for each in found)

    async def state(self, ref):
        self._stumble("state")
        return self.lies(ref)

    async def quarantine(self, ref):
        return self._move("quarantine", ref, QUARANTINE_FOLDER)

    async def delete(self, ref):
        return self._move("delete", ref, "Trash")

    async def flag(self, ref):
        self._stumble("flag")
        state = self.lies(ref)
        return self._set("flag", ref, msgspec.structs.replace(state, flags=state.flags | {FLAG_KEYWORD}))

    async def restore(self, ref, state):
        self._stumble("restore")
        return self._set("restore", ref, state)

    async def changes(self):
        while True:
            yield await self.news.get()

    async def close(self):
        self.closed += 1

    def _move(self, deed, ref, folder):
        self._stumble(deed)
        return self._set(deed, ref, msgspec.structs.replace(self.lies(ref), folder=folder))

    def _set(self, deed, ref, state):
        place = self._index(ref)
        before = self.mails[ref.mailbox][place]
        now = msgspec.structs.replace(ref, folder=state.folder)
        if before.state == state:
            return Outcome(done=Done.ALREADY, ref=now)
        self.deeds.append((deed, ref.id))
        self.mails[ref.mailbox][place] = msgspec.structs.replace(before, state=state, ref=now)
        return Outcome(done=Done.DONE, ref=now)

    def _index(self, ref):
        for place, each in enumerate(self.mails[ref.mailbox]):
            if each is not None and each.ref.id == ref.id:
                return place
        raise Gone(f"mail {ref.id} is not in mailbox {ref.mailbox} any more.")

    def _stumble(self, verb):
        if self.trouble[verb]:
            raise self.trouble[verb].pop(0)
