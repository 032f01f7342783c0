"""Searching every mailbox for the copies of a campaign, those that were never judged included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
from mailkeep.people.directory import Mailbox
from mailkeep.store.campaigns import Original
from mailkeep.store.clawbacks import FIND_LANE, Searched
from mailkeep.store.naming import verdict_id
from mailkeep.store.nouns import Batch, Headline, Kept

MAILBOXES_AT_ONCE = 128
UNSEARCHED = "unsearched"
"""Kind of the trouble that tells of a mailbox which the provider does not let us search."""


@dataclass(slots=True, kw_only=True)
class Search:
    """The handler of the find lane: touches nothing, keeps what it finds."""

    house: House
    tenant: str
    connector: Connector
    judge: Judge
    """Judges what was never judged; it is taught nothing."""
    mailboxes: Mapping[str, Mailbox]
    refused: dict[str, str] = field(default_factory=dict)
    """Mailbox → why it could not be searched, for good."""
    _kept: Grouped[Searched] = field(init=False)
    _campaigns: dict[str, tuple[list[Original], set[tuple[str, str]]]] = field(default_factory=dict)
    """Campaign → what is searched for, and the (mailbox, mail) known to be its copies."""

    def __post_init__(self) -> None:
        self._kept = Grouped(self.house.store.clawbacks.searched)

    async def handle(self, job: Job) -> Outcome:
        """Searches one mailbox. Raises: ProviderTrouble when it is to be tried later."""
        (campaign,) = job.refs
        mailbox = self.mailboxes.get(job.key, Mailbox(id=job.key, address=""))
        mails: dict[str, Kept] = {}
        try:
            for original in self._sought(campaign)[0]:
                for ref in await self._strange(campaign, mailbox, original):
                    mails.update({copy.id: copy for copy in await self._copies(mailbox, ref, original)})
        except Gone:
            pass
        except Refused as refusal:
            self._note(mailbox, str(refusal))
        found = None
        if mails:
            found = Batch(tenant=self.tenant, mailbox=mailbox, at=self.house.clock(), mails=tuple(mails.values()))
        await self._kept.keep(Searched(campaign=campaign, job=job.name, found=found))
        return Struck()

    def _sought(self, campaign: str) -> tuple[list[Original], set[tuple[str, str]]]:
        if campaign not in self._campaigns:
            store = self.house.store
            known = {(ref.mailbox, ref.id) for ref in store.refs_of(store.reach(campaign))}
            self._campaigns[campaign] = store.originals(campaign), known
        return self._campaigns[campaign]

    async def _strange(self, campaign: str, mailbox: Mailbox, original: Original) -> list[Ref]:
        """Mails with this Message-ID that have no verdict. What has one and is no known copy only borrowed the Message-ID."""
        refs = await self.connector.find(mailbox, original.message_id)
        known = self._sought(campaign)[1]
        strange = [ref for ref in refs if (ref.mailbox, ref.id) not in known]
        if not strange:
            return []
        judged = self.house.store.known(self.tenant, mailbox.id, [ref.id for ref in strange])
        return [ref for ref in strange if ref.id not in judged and role_of(ref.folder) is not Role.QUARANTINE]

    async def _copies(self, mailbox: Mailbox, ref: Ref, original: Original) -> Iterable[Kept]:
        """The mail, judged, if it is a true copy; nothing else, and nothing where it left meanwhile."""
        try:
            delivery = await self.connector.again(ref)
        except Gone:
            return ()
        return judged_copy(
            self.house, self.tenant, self.judge.standing_at(mailbox, sent_folder=delivery.sent), delivery, original
        )

    def _note(self, mailbox: Mailbox, says: str) -> None:
        self.refused[mailbox.id] = says
        self.house.store.note_trouble(self.tenant, mailbox.id, UNSEARCHED, says, self.house.clock())


def judged_copy(house: House, tenant: str, judge: Judge, delivery: Delivery, original: Original) -> tuple[Kept, ...]:
    """The mail with its verdict if it is a copy of this original; else nothing. No deed follows from the verdict."""
    scene, judgement = judge(delivery.raw, delivery.received_at)
    head = headline(scene, delivery)
    if not is_copy(original, head, fingerprint(scene.message, scene.facts)):
        return ()
    unclean = judgement.verdict.label in {Label.MALICIOUS, Label.SUSPICIOUS}
    kept = Kept(
        id=verdict_id(tenant, delivery.ref),
        ref=delivery.ref,
        headline=head,
        verdict=judgement.verdict,
        judged_at=house.clock(),
        elapsed_ms=0.0,
        normal=house.normal(scene) if unclean else (),
    )
    return (kept,)


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
