"""What is done to mails, and undone: each act by the registration of its tier, one at a time for each mail."""

import asyncio
import weakref
from typing import Any

import msgspec

from mailkeep.connect.folders import Role
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.banner import with_banner, without_banner
from mailkeep.connect.graph.client import Call, GraphClient
from mailkeep.connect.graph.folders import RECOVERABLE, Folder, Folders
from mailkeep.connect.graph.mails import Mails
from mailkeep.connect.graph.wire import CATEGORY, Head, changes_for, flagged, message_path
from mailkeep.connect.port import FLAG_KEYWORD, QUARANTINE_FOLDER, Done, Gone, Outcome, Ref, Refused, State, Unreachable

ADVANCED = "Mail-Advanced.ReadWrite.All"
"""What editing the text of received mail asks for since the end of 2026."""


class Acts:
    """The acts on a tenant's mails."""

    def __init__(self, client: GraphClient, folders: Folders, mails: Mails) -> None:
        self._client = client
        self._folders = folders
        self._mails = mails
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def quarantine(self, ref: Ref) -> Outcome:
        """Into our own hidden folder."""
        return await self._into(ref, QUARANTINE_FOLDER, "quarantining")

    async def delete(self, ref: Ref) -> Outcome:
        """Into Deleted Items; what its owner purged is deleted already."""
        return await self._into(ref, "Trash", "deleting")

    async def flag(self, ref: Ref) -> Outcome:
        """A category, the flag and, where the operator wants it, a warning above the text."""
        async with self._alone(ref):
            try:
                head = await self._mails.head(ref, Tier.FLAG)
                changes = changes_for(head, flagged(head))
                if changes and self._client.account.banner:
                    changes |= await self._body(ref, Tier.FLAG, warn=True)
                await self._patch(ref, changes, Tier.FLAG)
                folder = await self._folders.of(ref.mailbox, head.folder, Tier.FLAG)
            except Gone:
                return Outcome(done=Done.GONE, ref=ref)
            return _outcome(ref, folder.name, changed=bool(changes))

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """Into exactly this folder, with exactly these flags, and without our warning where it was flagged by us only."""
        tiers = self._client.account.apps
        tier = Tier.REMEDIATE if Tier.REMEDIATE in tiers else Tier.FLAG
        async with self._alone(ref):
            try:
                head, target = await asyncio.gather(
                    self._mails.head(ref, tier), self._folders.target(ref.mailbox, state.folder, tier)
                )
                moved = head.folder != target.id
                if moved:
                    await self._move(ref, target, "restoring")
                elif Tier.FLAG in tiers:
                    tier = Tier.FLAG
                changes = await self._unmarking(ref, head, state, tier)
                await self._patch(ref, changes, tier)
            except Gone:
                return Outcome(done=Done.GONE, ref=ref)
            return _outcome(ref, state.folder, changed=moved or bool(changes))

    async def _into(self, ref: Ref, name: str, doing: str) -> Outcome:
        async with self._alone(ref):
            try:
                head, target = await asyncio.gather(
                    self._mails.before_move(ref), self._folders.target(ref.mailbox, name, Tier.REMEDIATE)
                )
                if await self._is_there(ref, head, target):
                    return _outcome(ref, target.name, changed=False)
                await self._move(ref, target, doing)
            except Gone:
                return Outcome(done=Done.GONE, ref=ref)
            return _outcome(ref, target.name, changed=True)

    async def _is_there(self, ref: Ref, head: Head, target: Folder) -> bool:
        if head.folder == target.id:
            return True
        if target.role is not Role.TRASH:
            return False
        here = self._folders.drawer(ref.mailbox).folders.get(head.folder)
        return here is not None and here.name == RECOVERABLE

    async def _move(self, ref: Ref, target: Folder, doing: str) -> None:
        """Raises: Gone when the mail is not there any more; Unreachable when the folder is not, to be tried anew."""
        call = Call(
            doing=f"{doing} mail {ref.id} of {ref.mailbox}",
            path=f"{message_path(ref.mailbox, ref.id)}/move",
            tier=Tier.REMEDIATE,
            method="POST",
            body={"destinationId": target.id},
            mailbox=ref.mailbox,
        )
        try:
            self._client.checked(call, await self._client.answer(call))
        except Gone:
            await self._mails.head(ref, Tier.REMEDIATE)
            self._folders.forget(ref.mailbox, target.id)
            raise Unreachable(
                f"{call.doing}: the folder {target.name} was removed this moment. It is made again and the move tried anew."
            ) from None

    async def _unmarking(self, ref: Ref, head: Head, state: State, tier: Tier) -> dict[str, Any]:
        """What to PATCH so that the mail is marked as it was."""
        changes = changes_for(head, state.flags)
        ours = CATEGORY in head.categories and FLAG_KEYWORD not in state.flags
        if ours and self._client.account.banner:
            flagger = Tier.FLAG if Tier.FLAG in self._client.account.apps else tier
            body = await self._body(ref, flagger, warn=False)
            await self._patch(ref, body, flagger)
        return changes

    async def _body(self, ref: Ref, tier: Tier, *, warn: bool) -> dict[str, Any]:
        """The body with our warning or without it; empty where it is so already."""
        doing = f"reading the text of mail {ref.id} of {ref.mailbox}"
        path = f"{message_path(ref.mailbox, ref.id)}?$select=body"
        told = await self._client.json(Call(doing=doing, path=path, tier=tier, mailbox=ref.mailbox))
        body = told.get("body")
        if not isinstance(body, dict) or not isinstance(body.get("content"), str):
            return {}
        is_html = str(body.get("contentType", "")).lower() == "html"
        content = (with_banner if warn else without_banner)(body["content"], html=is_html)
        if content == body["content"]:
            return {}
        return {"body": {"contentType": "html" if is_html else "text", "content": content}}

    async def _patch(self, ref: Ref, changes: dict[str, Any], tier: Tier) -> None:
        if not changes:
            return
        call = Call(
            doing=f"marking mail {ref.id} of {ref.mailbox}",
            path=f"{message_path(ref.mailbox, ref.id)}?$select=id",
            tier=tier,
            method="PATCH",
            body=changes,
            mailbox=ref.mailbox,
        )
        answer = await self._client.answer(call)
        if answer.status == 403 and "body" in changes:
            name = self._client.account.name
            raise Refused(
                f"{call.doing}: Graph lets nobody edit the text of received mail without {ADVANCED}, and the registration"
                f" tenants.{name}.apps.{tier} has not been granted it. Nothing was changed. Grant it, or set"
                f" tenants.{name}.banner = false to mark mail without a warning in it."
            )
        self._client.checked(call, answer)

    def _alone(self, ref: Ref) -> asyncio.Lock:
        """One act at a time on a mail: the second finds what the first has done."""
        key = f"{ref.mailbox} {ref.id}"
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


def _outcome(ref: Ref, folder: str, *, changed: bool) -> Outcome:
    done = Done.DONE if changed else Done.ALREADY
    return Outcome(done=done, ref=msgspec.structs.replace(ref, folder=folder))
