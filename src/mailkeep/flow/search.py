"""Searching every mailbox for the copies of a campaign, those that were never judged included."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, sha256

import msgspec

from mailkeep.cases.fingerprint import NEAR, Fingerprint, fingerprint, near
from mailkeep.connect.folders import Role, role_of
from mailkeep.connect.port import Connector, Delivery, Gone, Ref, Refused
from mailkeep.decide.nouns import Label
from mailkeep.flow.deciding import headline
from mailkeep.flow.house import House
from mailkeep.flow.jobs import Job, Outcome, Struck
from mailkeep.flow.judging import Judge
from mailkeep.flow.scribe import Grouped
from mailkeep.flow.worker import Worker
from mailkeep.mail import headers
from mailkeep.people.directory import Mailbox
from mailkeep.store.campaigns import Original
from mailkeep.store.clawbacks import FIND_LANE, Searched
from mailkeep.store.naming import verdict_id
from mailkeep.store.nouns import Batch, Headline, Kept

MAILBOXES_AT_ONCE = 128
UNSEARCHED = "unsearched"
"""Kind of the trouble that tells of a mailbox which the provider does not let us search."""


@dataclass(slots=True)
class Quest:
    """What one campaign is searched for by, and what was seen of it."""

    originals: list[Original]
    known: set[tuple[str, str]]
    """(mailbox, mail) of everything with these Message-IDs that has a verdict: copies, and mail they were borrowed from."""
    alike: dict[bytes, Kept | None] = field(default_factory=dict)
    """Likeness → the first mail of it with its verdict; None where it is no copy."""


@dataclass(slots=True, kw_only=True)
class Search:
    """The handler of the find lane: touches nothing, keeps what it finds."""

    house: House
    tenant: str
    connector: Connector
    judge: Judge
    """Judges what was never judged; it is taught nothing."""
    mailboxes: Mapping[str, Mailbox]
    _kept: Grouped[Searched] = field(init=False)
    _quests: dict[str, Quest] = field(default_factory=dict)
    """By campaign."""

    def __post_init__(self) -> None:
        self._kept = Grouped(self.house.store.clawbacks.searched)

    async def handle(self, job: Job) -> Outcome:
        """Searches one mailbox. Raises: ProviderTrouble when it is to be tried later."""
        (campaign,) = job.refs
        quest = self._quest(campaign)
        mailbox = self.mailboxes.get(job.key, Mailbox(id=job.key, address=""))
        mails: dict[str, Kept] = {}
        try:
            for original in quest.originals:
                for ref in await self._strange(quest, mailbox, original):
                    copy = await self._copy(quest, mailbox, ref, original)
                    mails.update({copy.id: copy} if copy else {})
        except Gone:
            pass  # the mailbox itself is not there any more
        except Refused as refusal:
            at = self.house.clock()
            self.house.store.note_trouble(self.tenant, mailbox.id, UNSEARCHED, str(refusal), at)
        found = None
        if mails:
            found = Batch(tenant=self.tenant, mailbox=mailbox, at=self.house.clock(), mails=tuple(mails.values()))
        await self._kept.keep(Searched(campaign=campaign, job=job.name, found=found))
        return Struck()

    def _quest(self, campaign: str) -> Quest:
        if campaign not in self._quests:
            store = self.house.store
            originals = store.originals(campaign)
            refs = store.refs_with(self.tenant, [original.message_id for original in originals])
            self._quests[campaign] = Quest(originals, {(ref.mailbox, ref.id) for ref in refs})
        return self._quests[campaign]

    async def _strange(self, quest: Quest, mailbox: Mailbox, original: Original) -> list[Ref]:
        """Mails in sight with this Message-ID that had no verdict when the search began."""
        refs = await self.connector.find(mailbox, original.message_id)
        strange = (ref for ref in refs if (ref.mailbox, ref.id) not in quest.known)
        return [ref for ref in strange if role_of(ref.folder) is not Role.QUARANTINE]

    async def _copy(self, quest: Quest, mailbox: Mailbox, ref: Ref, original: Original) -> Kept | None:
        """The mail, judged, if it is a true copy; None where it is not, or left meanwhile."""
        try:
            delivery = await self.connector.again(ref)
        except Gone:
            return None
        like = likeness(delivery)
        if like not in quest.alike:
            judge = self.judge.standing_at(mailbox, sent_folder=delivery.sent)
            quest.alike[like] = judged_copy(self.house, self.tenant, judge, delivery, original)
        first = quest.alike[like]
        return readdressed(first, self.tenant, mailbox, delivery) if first else None


def judged_copy(house: House, tenant: str, judge: Judge, delivery: Delivery, original: Original) -> Kept | None:
    """The mail with its verdict if it is a copy of this original. No deed follows from the verdict."""
    started = time.perf_counter()
    scene, judgement = judge(delivery.raw, delivery.received_at)
    elapsed_ms = (time.perf_counter() - started) * 1000
    head = headline(scene, delivery)
    if not is_copy(original, head, fingerprint(scene.message, scene.facts)):
        return None
    unclean = judgement.verdict.label in {Label.MALICIOUS, Label.SUSPICIOUS}
    return Kept(
        id=verdict_id(tenant, delivery.ref),
        ref=delivery.ref,
        headline=head,
        verdict=judgement.verdict,
        judged_at=house.clock(),
        elapsed_ms=elapsed_ms,
        normal=house.normal(scene) if unclean else (),
    )


def likeness(delivery: Delivery) -> bytes:
    """Equal for mails that a judge of attacks cannot tell apart: sender, subject, Message-ID and every byte of the body.

    A campaign's ten thousand copies need not be judged ten thousand times while people wait for them to be pulled.
    """
    block = headers.scan(delivery.raw)
    named = [text for name in ("from", "sender", "reply-to", "subject", "message-id") for text in block.texts(name)]
    head = "\x1f".join((str(delivery.sent), *named)).encode("utf-8", "surrogatepass")
    return blake2b(delivery.raw[block.body :], digest_size=16, person=b"body").digest() + blake2b(head).digest()


def readdressed(first: Kept, tenant: str, mailbox: Mailbox, delivery: Delivery) -> Kept:
    """The verdict of a mail given to one that is alike, in its own mailbox."""
    if first.ref == delivery.ref:
        return first
    head = msgspec.structs.replace(
        first.headline,
        digest=sha256(delivery.raw).hexdigest(),
        recipients=(mailbox.address or mailbox.id,),
        received_at=delivery.received_at,
    )
    return msgspec.structs.replace(
        first, id=verdict_id(tenant, delivery.ref), ref=delivery.ref, headline=head, elapsed_ms=0.0
    )


def is_copy(original: Original, head: Headline, print_: Fingerprint) -> bool:
    """True for a true copy; a Message-ID is the sender's to write, and can be borrowed from an honest mail.

    The sender must be the same, and the text; where there is too little text to tell, the subject.
    """
    if head.message_id != original.message_id or head.sender not in original.senders:
        return False
    if print_.sketch and original.sketches:
        return any(near(print_.sketch, sketch) >= NEAR for sketch in original.sketches)
    return head.subject in original.subjects


def search_worker(house: House, tenant: str, search: Search) -> Worker:
    """A worker whose find lane searches."""
    worker = Worker(store=house.store, tenant=tenant, clock=house.clock)
    worker.subscribe(FIND_LANE, search.handle, MAILBOXES_AT_ONCE)
    return worker
