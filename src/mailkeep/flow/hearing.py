"""Notices that providers post to us: checked, written down as work that is owed, and only then answered.

Nothing in a notice is believed but that somebody who knows the subscription's secret says "look here": what is read then
comes from the provider itself. So a forged notice costs one comparison, and a repeated one finds its mail judged.
"""

import asyncio
import hmac
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from mailkeep.connect.gmail.notices import News, check_bearer, read_news
from mailkeep.connect.graph.notices import Notice, Post, read_post
from mailkeep.connect.graph.rich import Postmark, check_tokens, is_ours, opened
from mailkeep.connect.port import SEALED, Ref, Refused, Unreachable
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.store.due import Owed, live_work
from mailkeep.store.naming import verdict_id
from mailkeep.store.store import Store
from mailkeep.store.subscriptions import LIFE_LANE, Promise, Taken
from mailkeep.store.trouble import StoreError


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one post came to."""

    counts: Mapping[str, int]
    """accepted, repeated, lifecycle, draft; rejected: forged, unknown, strange."""

    @property
    def wakes(self) -> bool:
        """True when there is something to do now."""
        return bool(self.counts.get("accepted") or self.counts.get("lifecycle"))


class Ear(msgspec.Struct, frozen=True, kw_only=True):
    """How the notices of one tenant are told from a stranger's."""

    kind: str
    """m365 or google."""
    push_account: str = ""
    """Google: the service account that signs pushes; empty: none are taken."""
    audience: str = ""
    """Google: whom the signature must be made out to."""
    postmark: Postmark | None = None
    """Microsoft 365: what proves and opens notices that carry something; None: none are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What listens for the providers of one home."""

    store: Store
    tenants: Mapping[str, Ear]
    keys: SigningKeys
    """Google's."""
    clock: Callable[[], datetime]
    nudge: Callable[[], None]
    """Called when there is something to do now."""

    def knows(self, kind: str, tenant: str) -> bool:
        """True when a tenant of this name is connected in this way."""
        ear = self.tenants.get(tenant)
        return ear is not None and ear.kind == kind

    async def hear(self, kind: str, tenant: str, body: bytes, authorization: str = "") -> Heard:
        """Takes one post; what it says is kept when this returns.

        Raises: NoSuchTenant; Rejected when it is no such post or a stranger's; Deaf when it must be posted again.
        """
        if not self.knows(kind, tenant):
            raise NoSuchTenant(f"{tenant}: no {kind} tenant of this name is connected.")
        try:
            heard = await self._heard(self.tenants[tenant], tenant, body, authorization)
        except Refused as refused:
            await asyncio.to_thread(self.store.subscriptions.count, tenant, REJECTED[kind], self.clock())
            raise Rejected(str(refused)) from refused
        except (Unreachable, StoreError) as trouble:
            raise Deaf(str(trouble)) from trouble
        if heard.wakes:
            self.nudge()
        return heard

    async def _heard(self, ear: Ear, tenant: str, body: bytes, authorization: str) -> Heard:
        now = self.clock()
        if ear.kind == "m365":
            post = read_post(body)
            proof = await _proof(ear.postmark, post, now)
            return await asyncio.to_thread(hear_graph, self.store, tenant, post, now, proof)
        if not ear.push_account:
            raise Refused(f"{tenant}: pushes are not taken; name push_account in the settings, or pull instead.")
        await check_bearer(authorization, self.keys, audience=ear.audience, account=ear.push_account, now=now)
        return await asyncio.to_thread(hear_google, self.store, tenant, read_news(body), now)


class NoSuchTenant(LookupError):
    """Nobody of this name is connected in this way."""


class Rejected(Exception):
    """It is no post of the provider's, or a stranger's."""


class Deaf(Exception):
    """It could not be checked or written down now: it must be posted again."""


PROVED_IN_S = 2.0
"""Graph waits 3 s for an answer."""
MOST_OPENED = 200
"""Notices of one post that are opened; each takes most of a millisecond, and the answer must not be late."""
REJECTED = {"m365": "strange", "google": "forged"}
"""Kind of tenant → what a post of it that is turned away unread is counted as."""


async def _proof(postmark: Postmark | None, post: Post, now: datetime) -> Postmark | None:
    """The postmark when the post bears it; None when it is an ordinary post, or a forged one. Raises: Unreachable.

    Looked at before the answer goes out, since what is written down is believed by whoever reads it. It takes a millisecond;
    a forger learns nothing, as the answer is the same; and where the keys cannot be had in time, Graph posts it again.
    """
    if postmark is None or not post.tokens:
        return None
    try:
        async with asyncio.timeout(PROVED_IN_S):
            await check_tokens(post.tokens, postmark, now)
    except Refused:
        return None
    except TimeoutError as error:
        raise Unreachable("Entra's keys did not come in time for the answer. Graph posts again.") from error
    return postmark


def hear_graph(store: Store, tenant: str, post: Post, now: datetime, proof: Postmark | None = None) -> Heard:
    """Takes a post of Microsoft Graph for this tenant; what it says is kept when this returns.

    Takes: what the post was proved by; None where it was not. Raises: StoreError, and then nothing is kept and the poster
    must try again.
    """
    counts = Counter({"strange": post.strange} if post.strange else {})
    believed: list[tuple[Notice, Promise]] = []
    promises = {each.subscription: store.subscriptions.by_id(each.subscription) for each in post.notices}
    for notice in post.notices:
        promise = promises[notice.subscription]
        if promise is None or promise.tenant != tenant:
            counts["unknown"] += 1
        elif not hmac.compare_digest(sha256(notice.client_state.encode()).hexdigest(), promise.secret):
            counts["forged"] += 1
        else:
            believed.append((notice, promise))
    believed = _unsealed(believed, proof, counts)
    owed = _owed(store, tenant, believed, counts, now)
    return _keep(store, Taken(at=now, owed=owed, heard=[notice.subscription for notice, _ in believed]), tenant, counts)


def hear_google(store: Store, tenant: str, news: News, now: datetime) -> Heard:
    """Takes one signed push of Gmail for this tenant: the mailbox is to be read on from where it was. Raises: StoreError."""
    owed = live_work(tenant, news.address, "", now)
    return _keep(store, Taken(at=now, owed=[owed]), tenant, Counter(accepted=1))


def _keep(store: Store, taken: Taken, tenant: str, counts: Counter[str]) -> Heard:
    if taken.owed or counts:
        store.subscriptions.take(
            msgspec.structs.replace(taken, counts={(tenant, kind): times for kind, times in counts.items()})
        )
    return Heard(counts=dict(counts))


def _unsealed(
    believed: list[tuple[Notice, Promise]], proof: Postmark | None, counts: Counter[str]
) -> list[tuple[Notice, Promise]]:
    """Those to follow up: a letter that is being written is not, and what carries something must be proved and whole."""
    sound: list[tuple[Notice, Promise]] = []
    for number, (notice, promise) in enumerate(believed):
        try:
            if _is_draft(notice, proof, may_open=number < MOST_OPENED):
                counts["draft"] += 1
            else:
                sound.append((notice, promise))
        except Refused:
            counts["forged"] += 1
    return sound


def _is_draft(notice: Notice, proof: Postmark | None, *, may_open: bool) -> bool:
    """Whether a notice says so, as far as can be read. Raises: Refused when it is forged."""
    if notice.is_lifecycle or not (notice.sealed or notice.client_state.startswith(SEALED)):
        return False
    if notice.sealed is None or proof is None:
        raise Refused("a notice that must be sealed is not, or nothing proves who posted it.")
    if not may_open or not is_ours(notice.sealed, proof.certificate):
        return False  # true all the same: what it tells of is fetched and seen then
    return opened(notice.sealed, proof.certificate).is_draft


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
    named = (Ref(mailbox=mailbox, id=ref) for mailbox, of_it in refs.items() for ref in of_it)
    fresh = {verdict_id(tenant, ref): ref for ref in named}
    judged = store.judged(list(fresh))
    if judged:
        counts["repeated"] += len(judged)
    for verdict, ref in fresh.items():
        if verdict not in judged:
            counts["accepted"] += 1
            owed.append(live_work(tenant, ref.mailbox, ref.id, now))
    return owed
