"""The feeds of a tenant: what may stop mail from reaching us, each with the sign by which it is known.

The kinds below are the words under which troubles are kept, told and counted; they never change.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from mailkeep.connect.grants import Granted, Tier
from mailkeep.connect.vitals import Vitals
from mailkeep.store.coverage import Coverage


class Kind(StrEnum):
    """What is wrong, in a word."""

    CONSENT_LOST = "consent-lost"
    """The provider does not accept the grant or credential (any more), of the tenant, a tier or one mailbox."""
    SECRET_EXPIRED = "secret-expired"  # noqa: S105 - a word for people
    """The last day of a certificate, client secret or key has passed."""
    PROVIDER_DOWN = "provider-down"
    """No mailbox of the tenant can be reached: one alarm, whatever their number."""
    UNREACHABLE = "unreachable"
    """One mailbox cannot be reached."""
    FEED_STALLED = "feed-stalled"
    """The provider answers, and yet mail that was heard of is not read, or nothing is proved any more."""
    SUBSCRIPTION_DEAD = "subscription-dead"
    """Mail arrives in a subscribed mailbox and is found by looking, but no notice comes."""
    NOT_SUBSCRIBED = "not-subscribed"
    """The provider refuses to send notices of a mailbox; its mail is found by looking."""
    QUOTA_EXHAUSTED = "quota-exhausted"
    """Every request for live mail waits for the quota, or a daily limit is used up."""
    CLOCK_SKEW = "clock-skew"
    """Our clock and the provider's differ by more than a minute: tokens fail, and ages are wrong."""
    GAP = "gap"
    """The provider lists mail that could not be judged."""
    UNPROVEN = "unproven"
    """A mailbox cannot be listed, so nothing proves that none of its mail was missed."""
    CANARY = "canary"
    """The mail that a mailbox sends itself is late, lost, or cannot be sent."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong now."""

    kind: Kind
    about: str
    """Tenant, tier or mailbox id."""
    says: str


SKEW_S = 60.0
QUOTA_PATIENCE = timedelta(seconds=30)
"""So long live requests may wait without a pause before the quota counts as exhausted."""
SILENCE = timedelta(seconds=40)
"""So long a provider may leave everything unanswered."""
LIVE_PATIENCE = timedelta(seconds=40)
"""So long mail that was heard of may wait to be read."""
PROOF_PATIENCE = timedelta(minutes=5, seconds=30)
"""The longest pause between two receipts of a tenant: rounds take four minutes, and leave out mail on its way."""
UNNOTICED = 4
"""So many mails in a row without a notice are no accident: even at one notice lost in twenty that is one in 160,000."""
MOST_NAMED = 5
"""Where more mailboxes than this are deaf, it is not them: one alarm for the tenant."""


def line(tenant: str, vitals: Vitals, now: datetime) -> Iterator[Alarm]:
    """What the line to the provider shows: silence, exhausted quota, clocks that differ."""
    if vitals.unanswered_since and now - vitals.unanswered_since > SILENCE:
        says = (
            f"{tenant}: the provider has answered nothing since {vitals.unanswered_since:%H:%M:%S} UTC. It is asked on."
        )
        yield Alarm(kind=Kind.PROVIDER_DOWN, about=tenant, says=says)
    if vitals.exhausted_until and vitals.exhausted_until > now:
        says = (
            f"{tenant}: a limit of the provider is used up until {vitals.exhausted_until:%Y-%m-%d %H:%M} UTC. Mail is "
            "read after that; ask the provider for a higher quota."
        )
        yield Alarm(kind=Kind.QUOTA_EXHAUSTED, about=tenant, says=says)
    elif vitals.waiting_since and now - vitals.waiting_since > QUOTA_PATIENCE:
        says = (
            f"{tenant}: every request for live mail has waited for the provider's quota since "
            f"{vitals.waiting_since:%H:%M:%S} UTC. Ask for a higher quota, or see which other app uses it."
        )
        yield Alarm(kind=Kind.QUOTA_EXHAUSTED, about=tenant, says=says)
    if vitals.skew_s is not None and abs(vitals.skew_s) > SKEW_S:
        which = "behind" if vitals.skew_s > 0 else "ahead of"
        says = (
            f"{tenant}: our clock is {abs(vitals.skew_s):.0f} s {which} the provider's. Let this machine set its time "
            "by NTP; tokens are refused otherwise."
        )
        yield Alarm(kind=Kind.CLOCK_SKEW, about=tenant, says=says)


def grants(granted: Sequence[Granted], before: Mapping[Tier, frozenset[str]], now: datetime) -> Iterator[Alarm]:
    """What the registrations show: secrets past their day, permissions that were there before and are not now.

    Takes: `before`, the permissions each tier was last seen with while all was well.
    """
    for each in granted:
        for expiry in each.expiries:
            if expiry.at <= now:
                says = (
                    f"tier {each.tier}: the {expiry.what} {expiry.name} of {each.app} ended on {expiry.at:%Y-%m-%d}. "
                    "Make a new one and name it in the settings; `mailkeep connect` tells how."
                )
                yield Alarm(kind=Kind.SECRET_EXPIRED, about=each.tier.value, says=says)
        lost = before.get(each.tier, frozenset()) - each.permissions
        if lost or not each.permissions:
            what = ", ".join(sorted(lost)) or "every permission"
            says = (
                f"tier {each.tier}: {each.app} has lost {what}. Have an administrator consent again; `mailkeep doctor` "
                "names what is missing."
            )
            yield Alarm(kind=Kind.CONSENT_LOST, about=each.tier.value, says=says)


def flow_of(
    tenant: str, waiting: tuple[int, datetime | None], coverage: Coverage, started_at: datetime, now: datetime
) -> Iterator[Alarm]:
    """What our own books show while the provider answers: mail heard of and not read, proof that has stopped.

    A tenant to which nobody writes is no stalled feed: its receipts go on and say so.
    Takes: how many live mails are owed and since when the first may be read; since when the tenant is watched.
    """
    owed, since = waiting
    if since is not None and now - max(since, started_at) > LIVE_PATIENCE:
        says = (
            f"{tenant}: {owed} mails that were heard of are not read, the first has waited since {since:%H:%M:%S} UTC."
        )
        yield Alarm(kind=Kind.FEED_STALLED, about=tenant, says=says)
    elif coverage.newest_at is not None and now - max(coverage.newest_at, started_at) > PROOF_PATIENCE:
        says = (
            f"{tenant}: no mailbox was held against the provider's list since {coverage.newest_at:%Y-%m-%d %H:%M} UTC; "
            "nothing proves that no mail was missed since."
        )
        yield Alarm(kind=Kind.FEED_STALLED, about=tenant, says=says)


def deaf(tenant: str, unnoticed: Mapping[str, int], names: Mapping[str, str]) -> Iterator[Alarm]:
    """Subscriptions that tell nothing. Takes: mailbox → mails without a notice since its last one; mailbox → its address."""
    dead = sorted(mailbox for mailbox, mails in unnoticed.items() if mails >= UNNOTICED)
    if len(dead) > MOST_NAMED:
        says = (
            f"{tenant}: no notices come of {len(dead)} subscribed mailboxes, though mail arrives there. See that "
            "serve.public_url leads here from outside and that `mailkeep serve` runs; mail is found by looking meanwhile."
        )
        yield Alarm(kind=Kind.SUBSCRIPTION_DEAD, about=tenant, says=says)
        return
    for mailbox in dead:
        says = (
            f"{names.get(mailbox, mailbox)}: {unnoticed[mailbox]} mails came of which the provider sent no notice. They "
            "were found by looking; the subscription is made anew."
        )
        yield Alarm(kind=Kind.SUBSCRIPTION_DEAD, about=mailbox, says=says)
