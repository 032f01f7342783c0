"""What Microsoft Graph posts to us: change notifications and lifecycle events, read without trusting any of it.

Source: Microsoft Graph, "Receive change notifications through webhooks" and "Reduce missing change notifications".
"""

from typing import Any

import msgspec

from mailkeep.connect.port import Refused

MOST_NOTICES = 1000
"""Notices that are read from one post; Graph sends far fewer."""
_LIFECYCLE = frozenset({"reauthorizationRequired", "subscriptionRemoved", "missed"})


class Sealed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a notice carries, encrypted for us; all base64 but the last. `rich` opens it."""

    data: str
    data_signature: str
    data_key: str
    encryption_certificate_id: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One notification of a post."""

    subscription: str
    client_state: str
    """What the poster says the secret is; to be held against ours before anything else is believed."""
    event: str
    """"created" for new mail; else a lifecycle event."""
    ref: str = ""
    """Id of the new mail; empty for a lifecycle event."""
    sealed: Sealed | None = None
    """What it carries; None where nothing was asked for."""

    @property
    def is_lifecycle(self) -> bool:
        """True when it is about the subscription itself."""
        return self.event in _LIFECYCLE


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post, read."""

    notices: tuple[Notice, ...]
    strange: int = 0
    """Entries that could not be understood."""
    tokens: tuple[str, ...] = ()
    """What is to prove that Microsoft posted it; there are some where a notice is sealed."""


class _Resource(msgspec.Struct, frozen=True):
    id: str = ""


class _Posted(msgspec.Struct, frozen=True, rename="camel"):
    subscription_id: str
    client_state: str | None = None
    change_type: str | None = None
    lifecycle_event: str | None = None
    resource_data: _Resource | None = None
    encrypted_content: Sealed | None = None


class _Body(msgspec.Struct, frozen=True, rename="camel"):
    value: list[Any]
    validation_tokens: list[str] | None = None


def read_post(body: bytes) -> Post:
    """What was posted. Raises: Refused when it is no such post."""
    try:
        post = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"a post of {len(body)} bytes is not a Graph notification: {error}") from error
    notices, strange = [], max(0, len(post.value) - MOST_NOTICES)
    for entry in post.value[:MOST_NOTICES]:
        try:
            notices.append(_notice(msgspec.convert(entry, _Posted)))
        except msgspec.ValidationError:
            strange += 1
    return Post(notices=tuple(notices), strange=strange, tokens=tuple(post.validation_tokens or ()))


def _notice(posted: _Posted) -> Notice:
    event = posted.lifecycle_event or posted.change_type or ""
    lifecycle = event in _LIFECYCLE
    ref = posted.resource_data.id if posted.resource_data else ""
    if not lifecycle and (event != "created" or not ref):
        raise msgspec.ValidationError(f"event {event!r} is none that was asked for")
    return Notice(
        subscription=posted.subscription_id,
        client_state=posted.client_state or "",
        event=event,
        ref="" if lifecycle else ref,
        sealed=None if lifecycle else posted.encrypted_content,
    )
