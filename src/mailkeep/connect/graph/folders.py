"""A mailbox's folders: what each is for, what the port calls it, and how it is found again.

The inbox is INBOX, as everywhere; Sent, Trash, Junk, Drafts, Archive and Outbox are the well-known ones in whatever language
Outlook shows them. Any other is named by its path, "Clients/Acme"; what would be mistaken for something else is written %2F.
"""

import asyncio
from collections import OrderedDict
from typing import Any, NamedTuple
from urllib.parse import unquote

from mailkeep.connect.bucket import Haste
from mailkeep.connect.folders import INBOX, Role
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.client import Call, GraphClient
from mailkeep.connect.graph.wire import folder_path, query, user_path
from mailkeep.connect.port import QUARANTINE_FOLDER, Gone, Unreachable

RECOVERABLE = "Recoverable Items"
WELL_KNOWN = {
    "inbox": (INBOX, Role.INBOX),
    "sentitems": ("Sent", Role.SENT),
    "deleteditems": ("Trash", Role.TRASH),
    "junkemail": ("Junk", Role.JUNK),
    "drafts": ("Drafts", Role.DRAFTS),
    "outbox": ("Outbox", Role.DRAFTS),
    "scheduled": ("Scheduled", Role.DRAFTS),
    "archive": ("Archive", Role.OTHER),
    "recoverableitemsdeletions": (RECOVERABLE, Role.DRAFTS),
}
"""Graph's name → ours and what it is for. What is on its way out counts as a draft, and what its owner purged is not read."""
_OURS = {name.lower(): known for known, (name, _) in WELL_KNOWN.items()} | {QUARANTINE_FOLDER.lower(): ""}
_FIELDS = "id,displayName,parentFolderId,childFolderCount,totalItemCount,isHidden"
_REMEMBERED = 20_000
"""Mailboxes whose folders are remembered."""
_MOST_DEEP = 300
"""Folders are asked for in rounds, one a level; Exchange allows 300 levels."""


class Folder(NamedTuple):
    """One folder."""

    id: str
    name: str
    """As the port calls it."""
    role: Role = Role.OTHER
    messages: int = 0
    hidden: bool = False
    search: bool = False
    """A view of other folders' mail."""

    @property
    def delivered(self) -> bool:
        """True when the mail in it is read."""
        return self.role.delivered and not self.search


class Drawer:
    """What is known of one mailbox's folders."""

    def __init__(self) -> None:
        self.folders: dict[str, Folder] = {}
        """By id."""
        self.roots: dict[str, str] = {}
        """Well-known name → id; empty until asked for."""
        self.lock = asyncio.Lock()

    def named(self, name: str) -> Folder | None:
        """The folder of this name."""
        return next((each for each in self.folders.values() if each.name == name), None)

    def put(self, folder: Folder) -> Folder:
        """Remembers a folder."""
        self.folders[folder.id] = folder
        return folder


class Folders:
    """The folders of all mailboxes of a tenant."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._drawers: OrderedDict[str, Drawer] = OrderedDict()

    def drawer(self, mailbox: str) -> Drawer:
        """What is known already."""
        found = self._drawers.setdefault(mailbox, Drawer())
        self._drawers.move_to_end(mailbox)
        if len(self._drawers) > _REMEMBERED:
            self._drawers.popitem(last=False)
        return found

    async def all(self, mailbox: str, tier: Tier = Tier.OBSERVE, haste: Haste = Haste.LIVE) -> list[Folder]:
        """Every folder of the mailbox as it is now, the inbox first. Raises: ProviderTrouble."""
        drawer = self.drawer(mailbox)
        listing = self._listed(mailbox, tier, haste)
        if drawer.roots:
            rows = await listing
        else:
            rows, drawer.roots = await asyncio.gather(listing, self._roots(mailbox, tier, haste))
        known = {identity: WELL_KNOWN[name] for name, identity in drawer.roots.items()}
        found = {folder.id: folder for folder in _named(rows, known)}
        found |= {i: Folder(i, *known[i]) for i in drawer.roots.values() if i not in found}
        drawer.folders = found
        return sorted(found.values(), key=lambda each: (each.role is not Role.INBOX, each.name))

    async def hidden(self, mailbox: str) -> list[str]:
        """Ids of the hidden folders that hold mail, our own among them. Raises: ProviderTrouble."""
        rows = await self._listed(mailbox, Tier.OBSERVE, Haste.LIVE)
        out_of_sight: set[str] = set()
        for row in rows:  # from the top down
            if row.get("isHidden") or str(row.get("parentFolderId")) in out_of_sight:
                out_of_sight.add(str(row.get("id")))
        return [i for row in rows if row.get("totalItemCount") and (i := str(row.get("id"))) in out_of_sight]

    async def of(self, mailbox: str, identity: str, tier: Tier = Tier.OBSERVE) -> Folder:
        """The folder of this id. Raises: ProviderTrouble."""
        drawer = self.drawer(mailbox)
        known = drawer.folders.get(identity)
        if known is None and not drawer.folders:
            await self.inbox(mailbox, tier)
            known = drawer.folders.get(identity)
        if known is None:
            await self.all(mailbox, tier)
            known = drawer.folders.get(identity)
        if known is None:
            raise Gone(f"{mailbox}: the mail lies where no folder is listed, out of its owner's sight.")
        return known

    async def inbox(self, mailbox: str, tier: Tier = Tier.OBSERVE) -> Folder:
        """The inbox alone: where most mail lies. Raises: ProviderTrouble."""
        drawer = self.drawer(mailbox)
        return drawer.named(INBOX) or drawer.put(await self._root(mailbox, "inbox", tier, Haste.LIVE))

    async def meet(self, mailbox: str) -> None:
        """Learns the inbox of a mailbox that nothing is known of, while something else is asked. Raises: ProviderTrouble."""
        if not self.drawer(mailbox).folders:
            await self.inbox(mailbox)

    async def quarantine(self, mailbox: str, tier: Tier) -> Folder:
        """Our hidden folder, made when missing, once however many ask. Raises: ProviderTrouble."""
        drawer = self.drawer(mailbox)
        async with drawer.lock:
            known = drawer.named(QUARANTINE_FOLDER)
            if known is not None:
                return known
            made = await self._make(mailbox, "", QUARANTINE_FOLDER, tier)
            return drawer.put(Folder(made, QUARANTINE_FOLDER, Role.QUARANTINE, hidden=True))

    async def target(self, mailbox: str, name: str, tier: Tier) -> Folder:
        """The folder of this name, made with those above it when its owner removed it. Raises: ProviderTrouble."""
        if name == QUARANTINE_FOLDER:
            return await self.quarantine(mailbox, tier)
        if name == INBOX:
            return await self.inbox(mailbox, tier)
        drawer = self.drawer(mailbox)
        async with drawer.lock:
            known = drawer.named(name)
            if known is None or known.id not in drawer.roots.values():
                await self.all(mailbox, tier)  # its owner may have renamed or removed it meanwhile
                known = drawer.named(name)
            return known or await self._make_path(mailbox, name, tier)

    def forget(self, mailbox: str, identity: str) -> None:
        """This folder is not there any more."""
        self.drawer(mailbox).folders.pop(identity, None)

    async def _make_path(self, mailbox: str, name: str, tier: Tier) -> Folder:
        """The missing folders of a path, from the top."""
        drawer = self.drawer(mailbox)
        steps = name.split("/")
        parent = ""
        for depth in range(1, len(steps) + 1):
            path = "/".join(steps[:depth])
            folder = drawer.named(path)
            if folder is None:
                folder = drawer.put(Folder(await self._make(mailbox, parent, unquote(steps[depth - 1]), tier), path))
            parent = folder.id
        return drawer.folders[parent]

    async def _make(self, mailbox: str, parent: str, shown: str, tier: Tier) -> str:
        """The id of a new folder, or of the one that has this name already."""
        top = f"{user_path(mailbox)}/mailFolders"
        path = f"{folder_path(mailbox, parent)}/childFolders" if parent else top
        call = Call(
            doing=f"making the folder {shown!r} in {mailbox}",
            path=path,
            tier=tier,
            method="POST",
            body={"displayName": shown, **({"isHidden": True} if shown == QUARANTINE_FOLDER else {})},
            mailbox=mailbox,
        )
        answer = await self._client.answer(call)
        if answer.status != 409:
            return str(self._client.checked(call, answer).json(call.doing).get("id"))
        doing = f"looking for the folder {shown!r} of {mailbox}"
        options = {"$select": "id,displayName", "$top": "250", "includeHiddenFolders": "true"}
        find = Call(doing=doing, path=path + query(options), tier=tier, mailbox=mailbox)
        async for row in self._client.rows(find):
            if str(row.get("displayName")).lower() == shown.lower():
                return str(row["id"])
        raise Unreachable(f"{doing}: it is said to be there and is not listed. It is tried again.")

    async def _roots(self, mailbox: str, tier: Tier, haste: Haste) -> dict[str, str]:
        """Well-known name → id, of those that this mailbox has."""

        async def one(name: str) -> tuple[str, str]:
            try:
                return name, (await self._root(mailbox, name, tier, haste)).id
            except Gone:
                if name == "inbox":
                    raise
                return name, ""

        return {name: found for name, found in await asyncio.gather(*map(one, WELL_KNOWN)) if found}

    async def _root(self, mailbox: str, name: str, tier: Tier, haste: Haste) -> Folder:
        call = Call(
            doing=f"looking for the folder {name} of {mailbox}",
            path=f"{folder_path(mailbox, name)}?$select=id",
            tier=tier,
            mailbox=mailbox,
            haste=haste,
        )
        told = await self._client.json(call)
        return Folder(str(told.get("id")), *WELL_KNOWN[name])

    async def _listed(self, mailbox: str, tier: Tier, haste: Haste) -> list[dict[str, Any]]:
        """Every folder's row, level by level."""
        options = query({"$select": _FIELDS, "$top": "250", "includeHiddenFolders": "true"})

        async def under(path: str) -> list[dict[str, Any]]:
            call = Call(
                doing=f"listing the folders of {mailbox}", path=path + options, tier=tier, mailbox=mailbox, haste=haste
            )
            try:
                return [row async for row in self._client.rows(call)]
            except Gone:
                if path.endswith("/mailFolders"):
                    raise
                return []  # removed while we were looking

        found = level = await under(f"{user_path(mailbox)}/mailFolders")
        for _ in range(_MOST_DEEP):
            parents = [str(row.get("id")) for row in level if row.get("childFolderCount")]
            if not parents:
                break
            below = await asyncio.gather(*(under(f"{folder_path(mailbox, each)}/childFolders") for each in parents))
            level = [row for rows in below for row in rows]
            found = [*found, *level]
        return found


def _named(rows: list[dict[str, Any]], known: dict[str, tuple[str, Role]]) -> list[Folder]:
    """The folders of these rows under their names. Takes: rows from the top down; names of the well-known ones by id."""
    found: dict[str, Folder] = {}
    for row in rows:
        identity, above = str(row.get("id")), found.get(str(row.get("parentFolderId")))
        shown = str(row.get("displayName"))
        role = Role.OTHER
        if identity in known:
            name, role = known[identity]
        elif above is not None:
            name = f"{above.name}/{_step(shown)}"
            role = Role.QUARANTINE if above.role is Role.QUARANTINE else Role.OTHER
        elif shown.lower() == QUARANTINE_FOLDER.lower():
            name, role = QUARANTINE_FOLDER, Role.QUARANTINE
        else:
            name = _top(shown)
        found[identity] = Folder(
            id=identity,
            name=name,
            role=role,
            messages=int(row.get("totalItemCount") or 0),
            hidden=bool(row.get("isHidden") or (above is not None and above.hidden)),
            search="search" in str(row.get("@odata.type", "")).lower(),
        )
    return list(found.values())


def _step(shown: str) -> str:
    """A name as one step of a path."""
    return shown.replace("%", "%25").replace("/", "%2F")


def _top(shown: str) -> str:
    """A name at the top, told apart from the names that the port or we give ourselves."""
    step = _step(shown)
    return f"%{ord(step[0]):02X}{step[1:]}" if step.lower() in _OURS and step[0].isascii() else step
