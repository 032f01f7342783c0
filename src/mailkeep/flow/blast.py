"""The blast list of a campaign: who had it, and what they did with it before it was pulled."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from mailkeep.connect.port import Connector, Gone, ProviderTrouble
from mailkeep.facts.read.thread import thread_of
from mailkeep.flow.deeds import former_state
from mailkeep.flow.house import House
from mailkeep.kit.known import Unknown
from mailkeep.store.campaigns import SentMail
from mailkeep.store.ledger import Deed
from mailkeep.tell.report import Report

ASKED_AT_ONCE = 64
NO_CLICKS = Unknown("mail alone does not tell who opened a link")


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """One copy, in one mailbox."""

    id: str
    """Of its verdict."""
    mailbox: str
    delivered_at: datetime
    label: str
    read: bool | Unknown
    answered: bool | Unknown
    """By the mark that mail programs set, or by a reply among what the owner sent."""
    forwarded: bool | Unknown
    """Likewise."""
    clicked: bool | Unknown
    done: str
    """The last deed and how it ended: "quarantine done"; empty where nothing was done."""


async def blast_list(house: House, campaign_id: str) -> tuple[Copy, ...]:
    """Every copy that is known, in the order of delivery.

    How a mail was marked is what was found before it was pulled; where nothing was done to it, the provider is asked.
    Raises: NoSuchId.
    """
    campaign = house.store.campaign(campaign_id)
    reports = house.store.reports_of(house.store.reach(campaign.id))
    deeds = {report.id: _deeds(report) for report in reports}
    flags: dict[str, frozenset[str] | Unknown] = {}
    for name, done in deeds.items():
        former = former_state(done)
        if former is not None:
            flags[name] = former.flags
    asked = [name for name in deeds if name not in flags]
    if asked:
        async with house.tenant(campaign.tenant).connected() as connector:
            flags.update(await _flags_now(house, connector, asked))
    sent = _sent(house, campaign.tenant, reports)
    copies = (_copy(report, deeds[report.id], flags[report.id], sent) for report in reports)
    return tuple(sorted(copies, key=lambda copy: (copy.delivered_at, copy.mailbox)))


def _deeds(report: Report) -> list[Deed]:
    receipts = {receipt.action: receipt for receipt in report.receipts}
    return [(action, receipts.get(action.id)) for action in report.actions]


async def _flags_now(
    house: House, connector: Connector, verdicts: Sequence[str]
) -> dict[str, frozenset[str] | Unknown]:
    gate = asyncio.Semaphore(ASKED_AT_ONCE)
    refs = dict(zip(verdicts, house.store.refs_of(verdicts), strict=True))

    async def ask(verdict: str) -> tuple[str, frozenset[str] | Unknown]:
        async with gate:
            try:
                return verdict, (await connector.state(refs[verdict])).flags
            except Gone:
                return verdict, Unknown("its owner removed it")
            except ProviderTrouble as trouble:
                return verdict, Unknown(str(trouble))

    return dict(await asyncio.gather(*map(ask, verdicts)))


def _sent(house: House, tenant: str, reports: Sequence[Report]) -> Mapping[tuple[str, str], list[tuple[str, SentMail]]]:
    """(mailbox, thread) → what its owner sent in it, with the mark that it bears."""
    found: dict[tuple[str, str], list[tuple[str, SentMail]]] = defaultdict(list)
    if not reports:
        return found
    refs = house.store.refs_of([report.id for report in reports])
    mailboxes = sorted({ref.mailbox for ref in refs})
    names = {ref.mailbox: report.mailbox for ref, report in zip(refs, reports, strict=True)}
    for mail in house.store.sent_since(tenant, mailboxes, min(report.received_at for report in reports)):
        mark, thread = thread_of(mail.subject)
        found[names[mail.mailbox], thread].append((mark, mail))
    return found


def _copy(
    report: Report,
    deeds: Sequence[Deed],
    flags: frozenset[str] | Unknown,
    sent: Mapping[tuple[str, str], list[tuple[str, SentMail]]],
) -> Copy:
    later = [
        (mark, mail)
        for mark, mail in sent.get((report.mailbox, thread_of(report.subject)[1]), ())
        if mail.at >= report.received_at
    ]
    replied = any(mark == "reply" or report.sender in mail.recipients for mark, mail in later)
    passed_on = any(mark == "forward" for mark, _ in later)
    last = next(((action, receipt) for action, receipt in reversed(deeds) if receipt is not None), None)
    return Copy(
        id=report.id,
        mailbox=report.mailbox,
        delivered_at=report.received_at,
        label=report.verdict.label.value,
        read=_marked(flags, "seen", shown=replied or passed_on),
        answered=_marked(flags, "answered", shown=replied),
        forwarded=_marked(flags, "passed", shown=passed_on),
        clicked=NO_CLICKS,
        done=f"{last[0].act.value} {last[1].ended.value}" if last and last[1] else "",
    )


def _marked(flags: frozenset[str] | Unknown, flag: str, *, shown: bool) -> bool | Unknown:
    """True where the mark or something else shows it; unknown where nothing does and the marks are not known."""
    if shown:
        return True
    return flags if isinstance(flags, Unknown) else flag in flags
