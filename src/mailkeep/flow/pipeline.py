"""The corridor: how a mail becomes a kept decision. Walk it once and you know the product.

    delivery → parse → Message → observe → Facts → recall → Scene → weigh → Signals → judge → Verdict → plan → Intents
             → keep (verdict, intents, learning and cursor in one transaction) → due: perform → Receipt → tell

A crash between any two lines loses no mail and repeats no effect: no verdict of a page counts before all of it is kept,
and what is due was kept with it. Learning a mail twice is learning it once.
"""

import time
from collections.abc import Iterator, Sequence

import msgspec

from mailkeep.cases.fingerprint import fingerprint
from mailkeep.connect.port import Delivery, Page
from mailkeep.decide.nouns import Label
from mailkeep.detect.scene import Scene
from mailkeep.flow.ahead import Read
from mailkeep.flow.deciding import deeds_of, headline, wanted
from mailkeep.flow.judging import Judge
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import Walk
from mailkeep.people.directory import Mailbox
from mailkeep.store.due import DueRow
from mailkeep.store.naming import verdict_id
from mailkeep.store.nouns import Batch, Bookmark, Kept, Times

LOOK_AGAIN = 1.5
"""Log-odds of evidence from which a mail of the past is judged a second time, once everything is learned."""


class Fetched(msgspec.Struct, frozen=True):
    """A page with what was read of its mails ahead: None for each that was not."""

    page: Page
    reads: Sequence[Read | None]
    times: Times | None = None
    """When it came, and when a notice told that it would; None where its delay says nothing."""


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How one mail is to be treated."""

    asleep: bool = False
    """It lay there before the scan began: nobody waits for it, and it is judged again where that could matter."""
    act: bool = False
    """Threats asleep are acted on as well; else what would be done is only written down."""
    second: bool = False
    """This is the second look, with everything learned: it stands."""


def manner_of(delivery: Delivery, bookmark: Bookmark, *, act: bool) -> Manner:
    """How a mail is to be treated that was found by reading on from this bookmark.

    Once a mailbox was read to its end, all that is new in it has arrived since, whatever date it bears: dates are the
    sender's to write, and old mail can be copied in.
    """
    if bookmark.begun_at is None or bookmark.caught_up_at is not None:
        return Manner(act=act)
    return Manner(asleep=delivery.received_at < bookmark.begun_at, act=act)


async def walk_page(
    walk: Walk, mailbox: Mailbox, fetched: Fetched, bookmark: Bookmark, *, act: bool
) -> tuple[Kept, ...]:
    """Judges and keeps every mail of a page that has no verdict yet. Raises: StoreError, and then nothing is kept."""
    page = fetched.page
    walk.tell(Step.FETCHED, mailbox, mails=len(page.deliveries))
    async with walk.precedence.page():
        desks = walk.desks(mailbox)
        mails: list[Kept] = []
        for delivery, known in _fresh(walk, mailbox, fetched):
            kept = decide(walk, desks[delivery.sent], delivery, manner_of(delivery, bookmark, act=act), known)
            mails.append(msgspec.structs.replace(kept, times=fetched.times))
            await walk.precedence.give_way()
        if mails or page.more or page.cursor != bookmark.cursor or bookmark.caught_up_at is None:
            keep(walk, mailbox, tuple(mails), page)
    return tuple(mails)


def decide(walk: Walk, judge: Judge, delivery: Delivery, manner: Manner, known: Read | None = None) -> Kept:
    """One mail through the quiet middle, with the deeds it leads to; nothing is kept yet.

    Takes: what the mail says, where another process has read it already.
    """
    started = time.perf_counter()
    scene, judgement = judge.weigh(*known) if known else judge(delivery.raw, delivery.received_at)
    elapsed_ms = (time.perf_counter() - started) * 1000
    verdict = judgement.verdict
    _teach(judge, scene, verdict.label, manner)
    walk.note_faults(judgement.faults)
    evidence = verdict.log_odds - walk.house.bench.weights.calibration.prior
    again = manner.asleep and not manner.second and evidence >= LOOK_AGAIN
    intents = () if again else wanted(walk.house, judge, scene, verdict, dry=manner.asleep and not manner.act)
    identity = verdict_id(walk.tenant.name, delivery.ref)
    unclean = verdict.label in {Label.MALICIOUS, Label.SUSPICIOUS}
    walk.tell(Step.JUDGED, judge.vantage.mailbox)
    return Kept(
        id=identity,
        ref=delivery.ref,
        headline=headline(scene, delivery),
        verdict=verdict,
        judged_at=walk.house.clock(),
        elapsed_ms=elapsed_ms,
        actions=deeds_of(intents, delivery.ref, identity, walk.house.clock()),
        fingerprint=fingerprint(scene.message, scene.facts) if unclean and not again else None,
        look_again=again,
        normal=walk.house.normal(scene) if unclean else (),
    )


def keep(walk: Walk, mailbox: Mailbox, mails: tuple[Kept, ...], page: Page | None = None) -> None:
    """Keeps these decisions with what was learned from them and, for a page, the cursor behind it. Then tells of them."""
    batch = Batch(
        tenant=walk.tenant.name,
        mailbox=mailbox,
        at=walk.house.clock(),
        mails=mails,
        cursor=page.cursor if page else None,
        more=page.more if page else True,
    )
    keep_all(walk, [batch])


def keep_all(walk: Walk, batches: Sequence[Batch], struck: Sequence[DueRow] = ()) -> None:
    """The same for several mailboxes in one transaction, which strikes off the work that is done by that."""
    walk.judge.memory.flush()
    walk.house.store.keep_all(batches, walk.shelf, struck)
    for batch in batches:
        walk.tell(Step.KEPT, batch.mailbox, mails=len(batch.mails))
    mails = [mail for batch in batches for mail in batch.mails]
    walk.kept_at = walk.house.clock() if mails else walk.kept_at
    walk.report([mail.id for mail in mails if mail.verdict.label is not Label.CLEAN and not mail.look_again])


def _teach(judge: Judge, scene: Scene, label: Label, manner: Manner) -> None:
    """Learns the mail, unless it is an attack: attackers must not become normal by writing often."""
    if label is not Label.MALICIOUS:
        judge.learn(scene, pardon=manner.second)
    elif manner.second or not manner.asleep:
        judge.forget(scene)


def _fresh(walk: Walk, mailbox: Mailbox, fetched: Fetched) -> Iterator[tuple[Delivery, Read | None]]:
    """The deliveries without a verdict, each once: a mail that was moved or restored is not judged anew, nor is one that a
    notice told of while the page waited.
    """
    refs = [each.ref.id for each in fetched.page.deliveries]
    seen = walk.house.store.known(walk.tenant.name, mailbox.id, refs)
    for delivery, known in zip(fetched.page.deliveries, fetched.reads, strict=True):
        if delivery.ref.id not in seen and walk.precedence.take(verdict_id(walk.tenant.name, delivery.ref)):
            yield delivery, known
