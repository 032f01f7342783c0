"""Mails listed and found without any cursor: by date for coverage, by Message-ID for claw-back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailkeep.connect.bucket import Haste
from mailkeep.connect.graph.client import Call, GraphClient
from mailkeep.connect.graph.folders import Folders
from mailkeep.connect.graph.wire import LISTED_FIELDS, folder_path, head_of, query, spelled, user_path
from mailkeep.connect.port import Gone, Listed, Ref
from mailkeep.people.directory import Mailbox

PAGE = 1000


class Search:
    """Questions across a mailbox. Graph's list of all messages leaves out hidden folders; those are asked one by one."""

    def __init__(self, client: GraphClient, folders: Folders) -> None:
        self._client = client
        self._folders = folders

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """Every mail received since then in a folder that is read."""
        folders = await self._folders.all(mailbox.id, haste=Haste.SCAN)
        named = {folder.id: folder for folder in folders}
        options = {"$filter": f"receivedDateTime ge {spelled(since)}", "$select": LISTED_FIELDS, "$top": str(PAGE)}
        hidden = [each.id for each in folders if each.hidden and each.delivered and each.messages]
        places = (user_path(mailbox.id), *(folder_path(mailbox.id, each) for each in hidden))
        found: dict[str, Listed] = {}
        for row in await self._rows(mailbox, places, options, Haste.SCAN):
            head = head_of(row)
            folder = named.get(head.folder) or await self._folders.of(mailbox.id, head.folder)
            if folder.delivered and not head.draft and head.received_at >= since:
                found[head.id] = Listed(id=head.id, folder=folder.name, received_at=head.received_at)
        return tuple(found.values())

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy of this mail; none for an empty Message-ID, which is no mail's own."""
        if not message_id.strip():
            return ()
        wanted = f"<{message_id}>".replace("'", "''")
        options = {"$filter": f"internetMessageId eq '{wanted}'", "$select": LISTED_FIELDS, "$top": str(PAGE)}
        everywhere = (user_path(mailbox.id), folder_path(mailbox.id, "recoverableitemsdeletions"))
        hidden, rows, _ = await asyncio.gather(
            self._folders.hidden(mailbox.id),
            self._rows(mailbox, everywhere, options, Haste.LIVE),
            self._folders.meet(mailbox.id),
        )
        rows += await self._rows(mailbox, [folder_path(mailbox.id, each) for each in hidden], options, Haste.LIVE)
        found = {str(row.get("id")): str(row.get("parentFolderId")) for row in rows}
        return tuple([Ref(mailbox=mailbox.id, id=i, folder=await self._name(mailbox, at)) for i, at in found.items()])

    async def _name(self, mailbox: Mailbox, folder: str) -> str:
        """What the port calls the folder; empty for one that is listed nowhere."""
        try:
            return (await self._folders.of(mailbox.id, folder)).name
        except Gone:
            return ""

    async def _rows(
        self, mailbox: Mailbox, places: Sequence[str], options: dict[str, str], haste: Haste
    ) -> list[dict[str, Any]]:
        """The rows at each of these places; a folder that was removed this moment has none. Raises: ProviderTrouble."""

        async def at(place: str) -> list[dict[str, Any]]:
            call = Call(
                doing=f"listing the mail of {mailbox.address or mailbox.id}",
                path=f"{place}/messages{query(options)}",
                mailbox=mailbox.id,
                haste=haste,
            )
            try:
                return [row async for row in self._client.rows(call)]
            except Gone:
                if place == user_path(mailbox.id):
                    raise
                return []

        return [row for rows in await asyncio.gather(*map(at, places)) for row in rows]
