"""Notices that providers post to us: checked, written down as work that is owed, and only then answered.

Nothing in a notice is believed but that somebody who knows the subscription's secret says "look here": what is read then
comes from the provider itself. So a forged notice costs one comparison, and a repeated one finds its mail judged.
"""

import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

import msgspec

from mailkeep.connect.gmail.notices import News
from mailkeep.connect.graph.notices import Notice, read_notices
from mailkeep.store.due import LIVE_LANE, Owed
from mailkeep.store.store import Store
from mailkeep.store.subscriptions import LIFE_LANE, Promise, Taken


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one post came to."""

    counts: Mapping[str, int]
    """accepted, repeated, lifecycle; rejected: forged, unknown, strange."""

    @property
    def wakes(self) -> bool:
        """True when there is something to do now."""
        return bool(self.counts.get("accepted") or self.counts.get("lifecycle"))


def hear_graph(store: Store, tenant: str, body: bytes, now: datetime) -> Heard:
    """Takes a post of Microsoft Graph for this tenant; what it says is kept when this returns.

    Raises: Refused when it is no such post; StoreError, and then nothing is kept and the poster must try again.
    """
    notices, strange = read_notices(body)
    counts = Counter({"strange": strange} if strange else {})
    believed: list[tuple[Notice, Promise]] = []
    promises = {each.subscription: store.subscriptions.by_id(each.subscription) for each in notices}
    for notice in notices:
        promise = promises[notice.subscription]
        if promise is None or promise.tenant != tenant:
            counts["unknown"] += 1
        elif not hmac.compare_digest(sha256(notice.client_state.encode()).hexdigest(), promise.secret):
            counts["forged"] += 1
        else:
            believed.append((notice, promise))
    owed = _owed(store, tenant, believed, counts, now)
    return _keep(store, Taken(at=now, owed=owed, heard=[notice.subscription for notice, _ in believed]), tenant, counts)


def hear_google(store: Store, tenant: str, news: News, now: datetime) -> Heard:
    """Takes one signed push of Gmail for this tenant: the mailbox is to be read on from where it was. Raises: StoreError."""
    job = f"{tenant}/{news.address}"
    owed = Owed(lane=LIVE_LANE, job=job, tenant=tenant, key=news.address, refs=(), at=now)
    promise = store.subscriptions.of_mailbox(tenant, news.address)
    heard = [promise.id] if promise else []
    return _keep(store, Taken(at=now, owed=[owed], heard=heard), tenant, Counter(accepted=1))


def note_rejected(store: Store, tenant: str, kind: str, now: datetime) -> None:
    """Counts a post that was turned away before anything in it was read. Raises: StoreError."""
    store.subscriptions.count(tenant, kind, now)


def _keep(store: Store, taken: Taken, tenant: str, counts: Counter[str]) -> Heard:
    if taken.owed or counts:
        store.subscriptions.take(
            msgspec.structs.replace(taken, counts={(tenant, kind): times for kind, times in counts.items()})
        )
    return Heard(counts=dict(counts))


def _owed(
    store: Store, tenant: str, believed: Iterable[tuple[Notice, Promise]], counts: Counter[str], now: datetime
) -> list[Owed]:
    """The work that these notices lead to; those of mail that is judged already are counted and dropped."""
    owed: list[Owed] = []
    refs: dict[str, dict[str, None]] = defaultdict(dict)
    for notice, promise in believed:
        if notice.is_lifecycle:
            counts["lifecycle"] += 1
            job = f"{promise.id}/{notice.event}"
            life = Owed(lane=LIFE_LANE, job=job, tenant=tenant, key=promise.mailbox, refs=(notice.event,), at=now)
            owed.append(life)
        elif notice.ref in refs[promise.mailbox]:
            counts["repeated"] += 1
        else:
            refs[promise.mailbox][notice.ref] = None
    for mailbox, fresh in refs.items():
        judged = store.known(tenant, mailbox, list(fresh))
        if judged:
            counts["repeated"] += len(judged)
        for ref in fresh:
            if ref not in judged:
                counts["accepted"] += 1
                job = f"{tenant}/{mailbox}/{ref}"
                owed.append(Owed(lane=LIVE_LANE, job=job, tenant=tenant, key=mailbox, refs=(ref,), at=now))
    return owed
