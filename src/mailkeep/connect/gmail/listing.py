"""What lies in a mailbox, asked anew each time: for the proof that nothing was missed, and for copies of one mail."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from mailkeep.connect.gmail.client import Desk
from mailkeep.connect.gmail.labels import LEFT_OUT, PLACES, QUARANTINE, state_of
from mailkeep.connect.gmail.reader import Known, Reader
from mailkeep.connect.gmail.refusals import StaleLabel
from mailkeep.connect.gmail.wire import LIST_MOST, rfc822_query, since_query
from mailkeep.connect.port import Gone, Listed, Ref

FEW = 2
"""So many mails are cheaper asked for one by one than place by place."""
AT_ONCE = 8


async def listed(reader: Reader, desk: Desk, since: datetime) -> tuple[Listed, ...]:
    """Every mail received since then, newest first.

    Costs: two round trips. Gmail lists ids alone; a mail that was met before is placed by which lists it is in, and only
    one never met is asked for by itself.
    """
    if reader.metadata_only:
        found = await _by_looking(reader, desk, since)
    else:
        query = since_query(since)
        ids = await all_ids(reader, desk, query=query)
        found = await (_one_by_one(reader, desk, ids) if len(ids) <= FEW else _by_place(reader, desk, ids, query))
    return tuple(
        Listed(id=mail, folder=state_of(known.marks).folder, received_at=known.received_at)
        for mail, known in found.items()
        if known.received_at >= since and not known.marks & LEFT_OUT
    )


async def find(reader: Reader, desk: Desk, message_id: str) -> tuple[Ref, ...]:
    """Every copy of a mail. A Message-ID with blanks or quotation marks cannot be put into words for Gmail's search."""
    if not message_id or any(letter.isspace() or letter == '"' for letter in message_id):
        return ()
    ids = await all_ids(reader, desk, query=rfc822_query(message_id))
    found = await _one_by_one(reader, desk, ids)
    return tuple(
        Ref(mailbox=desk.mailbox, id=mail, folder=state_of(known.marks).folder) for mail, known in found.items()
    )


async def all_ids(reader: Reader, desk: Desk, *, query: str = "", label: str = "") -> list[str]:
    """Every mail that the search gives, newest first. Raises: StaleLabel, ProviderTrouble."""
    ids: dict[str, None] = {}
    page = ""
    while True:
        found = await reader.client.list_mails(desk, query=query, label=label, page=page)
        ids.update(dict.fromkeys(each.id for each in found.messages))
        page = found.next_page_token
        if not page:
            return list(ids)


async def _ids_under(reader: Reader, desk: Desk, label: str, query: str) -> frozenset[str]:
    """The mails that carry this label; none when the user removed the label itself."""
    try:
        return frozenset(await all_ids(reader, desk, query=query, label=label))
    except StaleLabel:
        reader.book(desk).forget()
        return frozenset()


async def _one_by_one(reader: Reader, desk: Desk, ids: Sequence[str]) -> dict[str, Known]:
    """What is known of these now; those that left meanwhile are missing."""
    found: dict[str, Known] = {}
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        glances = await asyncio.gather(*(_glance(reader, desk, mail) for mail in part))
        found.update({mail: known for mail, known in zip(part, glances, strict=True) if known is not None})
    return found


async def _glance(reader: Reader, desk: Desk, mail: str) -> Known | None:
    try:
        return await reader.glance(desk, mail)
    except Gone:
        return None


async def _by_place(reader: Reader, desk: Desk, ids: Sequence[str], query: str) -> dict[str, Known]:
    """What is known of these, those met before placed by the lists they are in."""
    fresh = await _one_by_one(reader, desk, [mail for mail in ids if reader.remembered(desk, mail) is None])
    quarantine = await reader.quarantine_label(desk)
    labels = {mark: quarantine if mark == QUARANTINE else mark for mark in (*PLACES, "CHAT")}
    asked = [(mark, label) for mark, label in labels.items() if label]
    lists = await asyncio.gather(*(_ids_under(reader, desk, label, query) for _, label in asked))
    places = {mark: there for (mark, _), there in zip(asked, lists, strict=True)}
    found: dict[str, Known] = {}
    for mail in ids:
        known = fresh.get(mail) or reader.remembered(desk, mail)
        if known is not None:
            now = {mark for mark, there in places.items() if mail in there}
            found[mail] = Known(known.received_at, known.marks - frozenset(labels) | now)
    return found


async def _by_looking(reader: Reader, desk: Desk, since: datetime) -> dict[str, Known]:
    """Mails from the newest back to that moment, where no search is allowed."""
    found: dict[str, Known] = {}
    page, most = "", AT_ONCE
    while True:
        listing = await reader.client.list_mails(desk, page=page, most=most)
        part = await _one_by_one(reader, desk, [each.id for each in listing.messages])
        found.update(part)
        page, most = listing.next_page_token, min(2 * most, LIST_MOST)
        if not page or any(known.received_at < since for known in part.values()):
            return found
