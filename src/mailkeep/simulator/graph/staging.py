"""The made-up company as a Microsoft 365 tenant: its people, and the past mail that lies in their mailboxes."""

import time
from collections.abc import Iterable

from mailkeep.simulator.company import Company
from mailkeep.simulator.graph.office import Clock, Office
from mailkeep.simulator.pen import steady
from mailkeep.simulator.post import Post
from mailkeep.simulator.tenant import ARCHIVED_AFTER


def office_of(
    company: Company, history: Iterable[Post] = (), *, clock: Clock = time.time, byte_true: bool = False
) -> Office:
    """A tenant of these people with this past: read mail in Inbox and Archive, their own in Sent Items."""
    office = Office(name=company.name, clock=clock, byte_true=byte_true)
    for employee in company.employees:
        office.add_person(employee.address, employee.name, title=employee.title, department=employee.department)
    for employee in company.employees:
        if employee.manager:
            office.person(employee.address).manager = office.person(employee.manager).id
    posts = list(history)
    last = max((post.at for post in posts), default=None)
    for post in posts:
        old = last is not None and last - post.at > ARCHIVED_AFTER
        for address in post.mailboxes:
            archived = old and steady(post.message_id + address) % 4 == 0
            folder = "archive" if archived else "inbox"
            office.deliver(address, post.raw, folder=folder, at=post.at.timestamp(), read=True)
        if post.sent_from:
            office.deliver(post.sent_from, post.sent_raw, folder="sentitems", at=post.at.timestamp())
    return office


def deliver(office: Office, post: Post, *, at: float | None = None) -> tuple[str, ...]:
    """Delivers one mail to its recipients, and its copy to the sender's Sent Items; gives the recipients' immutable ids.

    Takes: at as Unix time; now by default, whatever day the mail was written for.
    """
    found = [office.deliver(address, post.raw, at=at) for address in post.mailboxes]
    if post.sent_from:
        office.deliver(post.sent_from, post.sent_raw, folder="sentitems", at=at)
    return tuple(each for each in found if each is not None)
