"""The made-up company as a workspace: its people with months of past mail, and the registrations that guard it."""

from collections.abc import Iterable
from typing import Any

from mailkeep.simulator.company import Company
from mailkeep.simulator.google.workspace import Workspace
from mailkeep.simulator.pen import steady
from mailkeep.simulator.post import Post
from mailkeep.simulator.tenant import ARCHIVED_AFTER

TIERS = {
    "observe": (
        "gmail.readonly",
        "admin.directory.user.readonly",
        "admin.directory.group.readonly",
        "admin.directory.domain.readonly",
        "admin.reports.audit.readonly",
    ),
    "flag": ("gmail.modify",),
    "remediate": ("gmail.modify",),
    "contain": (
        "admin.directory.user",
        "admin.directory.user.security",
        "gmail.settings.basic",
        "gmail.settings.sharing",
    ),
}
"""Least scopes of each tier, as an administrator would delegate them."""
TOPIC, SUBSCRIPTION = "mailkeep-notices", "mailkeep-pull"


def workspace_of(company: Company, history: Iterable[Post] = (), **how: Any) -> Workspace:  # noqa: ANN401 - passed on
    """The company's people, the first of them administrator, and their past mail as read mail, older parts archived.

    Takes: `how`: further arguments of `Workspace`.
    """
    workspace = Workspace(company.domain, **how)
    for number, each in enumerate(company.employees):
        workspace.add_person(
            each.address,
            each.name,
            manager=each.manager,
            title=each.title,
            department=each.department,
            unit=f"/{each.department}",
            admin=not number,
        )
    posts = list(history)
    last = max((post.at for post in posts), default=None)
    for post in posts:
        old = last is not None and last - post.at > ARCHIVED_AFTER
        for address in post.mailboxes:
            archived = old and steady(post.message_id + address) % 4 == 0
            person = workspace.person(address)
            workspace.put(person, post.raw, () if archived else ("INBOX",), post.at)
        if post.sent_from:
            workspace.put(workspace.person(post.sent_from), post.sent_raw, ("SENT",), post.at)
    return workspace


def deliver(workspace: Workspace, post: Post) -> tuple[str, ...]:
    """One live mail arrives; gives the recipients' ids."""
    given = tuple(workspace.deliver(address, post.raw, at=post.at) for address in post.mailboxes)
    if post.sent_from:
        workspace.put(workspace.person(post.sent_from), post.sent_raw, ("SENT",), post.at)
    return given


def furnish(workspace: Workspace, tiers: Iterable[str] = tuple(TIERS)) -> dict[str, dict[str, str]]:
    """A service account for each tier, a topic and a subscription to pull from; gives the key files by tier.

    The workspace must be served already: the key files name it as the place to get tokens from.
    """
    workspace.pubsub.subscription(SUBSCRIPTION, TOPIC)
    return {tier: workspace.grant(f"mailkeep-{tier}", TIERS[tier]).key_file(workspace.url) for tier in tiers}
