"""Graph's promises to tell of new mail, one for each mailbox.

Only `created` is asked for: `updated` would tell of every mail that is read or moved. Source: Graph, "Change notifications for
Outlook resources", "subscription resource type".
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mailkeep.connect.answers import said
from mailkeep.connect.graph.client import Call, GraphClient
from mailkeep.connect.graph.wire import moment_of, spelled, user_path
from mailkeep.connect.port import Gone, Hook, Refused, Subscription, Unreachable
from mailkeep.people.directory import Mailbox

LIFE = timedelta(minutes=10_080 - 15)
"""As long as Graph lets one live, less what clocks may differ."""
SEALED_LIFE = timedelta(minutes=1_440 - 15)
"""The same for one whose notices carry something."""
UNANSWERED = "validation request failed"
"""What Graph says when nobody echoed its token at the address to be."""
CARRIED = "id,isDraft"
"""What a sealed notice carries: no more than tells a draft from a mail."""


class Promises:
    """The subscriptions of a tenant, made by its observing registration."""

    def __init__(self, client: GraphClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    async def subscribe(self, mailbox: Mailbox, hook: Hook) -> Subscription:
        """A new one. Raises: Refused when one stands; Unreachable when the address did not answer Graph's question."""
        body: dict[str, Any] = {
            "changeType": "created",
            "notificationUrl": hook.url,
            "resource": f"{user_path(mailbox.id).removeprefix('/')}/messages",
            "expirationDateTime": self._end("" if hook.seal is None else hook.seal.id),
        }
        if hook.seal is not None:
            body["resource"] += f"?$select={CARRIED}"
            body["includeResourceData"] = True
            body["encryptionCertificate"] = hook.seal.certificate
            body["encryptionCertificateId"] = hook.seal.id
        if hook.lifecycle_url:
            body["lifecycleNotificationUrl"] = hook.lifecycle_url
        if hook.secret:
            body["clientState"] = hook.secret
        doing = f"subscribing to new mail of {mailbox.address or mailbox.id}"
        call = Call(doing=doing, path="/subscriptions", method="POST", body=body)
        answer = await self._client.answer(call)
        if answer.status == 409:
            raise Refused(f"{doing}: a subscription of this registration to that mailbox stands already.")
        if answer.status == 400 and UNANSWERED in said(answer)[1]:
            raise Unreachable(
                f"{doing}: Graph asked {hook.url} whether somebody is there ({said(answer)[1].rstrip('.')}). See that "
                "`mailkeep serve` runs and is reached there from outside. It is tried again."
            )
        return _promise(self._client.checked(call, answer).json(doing), doing, mailbox.id)

    async def renew(self, subscription: Subscription) -> Subscription:
        """The same for longer. Raises: Gone when Graph has dropped it."""
        doing = f"renewing the subscription to {subscription.mailbox}"
        body = {"expirationDateTime": self._end(subscription.seal)}
        call = Call(doing=doing, path=f"/subscriptions/{subscription.id}", method="PATCH", body=body)
        return _promise(await self._client.json(call), doing, subscription.mailbox)

    async def unsubscribe(self, subscription: Subscription) -> None:
        """Ends it; one that is gone is fine."""
        doing = f"ending the subscription to {subscription.mailbox}"
        call = Call(doing=doing, path=f"/subscriptions/{subscription.id}", method="DELETE")
        try:
            self._client.checked(call, await self._client.answer(call))
        except Gone:
            return

    async def standing(self) -> tuple[Subscription, ...]:
        """Every one to new mail that this registration has."""
        doing = f"listing the subscriptions in {self._client.account.tenant_id}"
        rows = self._client.rows(Call(doing=doing, path="/subscriptions"))
        return tuple([_promise(row, doing, owner) async for row in rows if (owner := _owner(row))])

    def _end(self, seal: str) -> str:
        return spelled(self._clock() + (SEALED_LIFE if seal else LIFE))


def _owner(row: Mapping[str, Any]) -> str:
    """Whose new mail it tells of; empty where it is about something else."""
    path, _, _ = str(row.get("resource", "")).partition("?")
    steps = path.strip("/").split("/")
    is_ours = len(steps) == 3 and steps[0].lower() == "users" and steps[2].lower() == "messages"
    return steps[1] if is_ours else ""


def _promise(told: Mapping[str, Any], doing: str, mailbox: str) -> Subscription:
    sealed = told.get("includeResourceData") is True
    try:
        return Subscription(
            mailbox=mailbox,
            id=str(told["id"]),
            expires_at=moment_of(str(told["expirationDateTime"])),
            seal=str(told.get("encryptionCertificateId") or "") if sealed else "",
        )
    except (KeyError, ValueError) as error:
        raise Unreachable(f"{doing}: the answer names no id and expiry. It is tried again.") from error
