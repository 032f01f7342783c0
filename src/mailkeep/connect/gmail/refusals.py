"""What Google's refusals mean in the port's words, and what a person has to do. No I/O.

Source: Gmail API "Resolve errors"; google.rpc.ErrorInfo.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from mailkeep.connect.answers import Answer, trouble_of
from mailkeep.connect.assertions import GoogleGrant
from mailkeep.connect.port import ConsentLost, Gone, ProviderTrouble, Refused, Throttled, Unreachable

THROTTLES = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
"""Reasons of a 403 that means 429."""
SPENT = frozenset({"dailyLimitExceeded", "quotaExceeded"})
"""Reasons of a 403 for a quota that is used up for the day."""
BRIEF_S = 2.0
"""Wait after a refusal that names none."""
SPENT_S = 300.0
"""So often it is asked whether a day's quota has come back."""


class BadRequest(Refused):
    """What was asked makes no sense to Google: this one thing, and nothing else."""


class StalePage(BadRequest):
    """The token of a page is not known any more: the list is to be read from its beginning."""


class StaleLabel(BadRequest):
    """A label that was to be changed is not there any more."""


class TooLong(BadRequest):
    """An answer of which only the beginning was read."""


class DaySpent(Throttled):
    """The day's quota is used up."""


class Fault(msgspec.Struct, frozen=True):
    """What an error answer says."""

    reasons: frozenset[str] = frozenset()
    """Google's words: userRateLimitExceeded, insufficientPermissions, SERVICE_DISABLED …"""
    message: str = ""


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    errors: tuple[_Reason, ...] = ()
    details: tuple[_Reason, ...] = ()


class _ErrorBody(msgspec.Struct, frozen=True):
    error: _Error


def read_fault(body: bytes) -> Fault:
    """What an error answer says; nothing where it is none of Google's."""
    try:
        error = msgspec.json.decode(body, type=_ErrorBody).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Fault()
    reasons = frozenset(each.reason for each in (*error.errors, *error.details)) - {""}
    return Fault(reasons, error.message)


def worded(answer: Answer, now: datetime) -> Answer:
    """The answer, with Google's several ways to say "too many" and for how long made one: 429 and Retry-After.

    Takes: `now` by the provider's clock.
    """
    if answer.status not in {403, 429}:
        return answer
    fault = read_fault(answer.body)
    if answer.status == 403 and not fault.reasons & THROTTLES:
        return answer
    wait_s = answer.retry_after_s
    if wait_s is None:
        wait_s = retry_moment(fault.message, now)
    headers = {**answer.headers, "retry-after": f"{BRIEF_S if wait_s is None else wait_s:.3f}"}
    return msgspec.structs.replace(answer, status=429, headers=headers)


def retry_moment(text: str, now: datetime) -> float | None:
    """Seconds until the moment that Google's sentence names ("Retry after 2026-03-02T12:00:00.000Z"); None: it names none."""
    _, _, moment = text.partition("Retry after ")
    try:
        at = datetime.fromisoformat(moment.split()[0].rstrip(".)") if moment else "")
    except (ValueError, IndexError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now) / timedelta(seconds=1))


def refusal(answer: Answer, doing: str, grant: GoogleGrant) -> ProviderTrouble:
    """What to raise. Takes: what was asked of whom, and by whom."""
    fault = read_fault(answer.body)
    if answer.status in {400, 403, 404} and not fault.message:
        return Unreachable(
            f"{doing}: status {answer.status} from something that is not Google, such as a proxy between. It is tried again."
        )
    if answer.status == 400:
        return _bad_request(fault, doing)
    if answer.status == 403 and fault.reasons & SPENT:
        return DaySpent(
            f"{doing}: the day's quota of the Cloud project is used up ({fault.message}). It is asked again every few minutes;"
            " a higher quota is asked for in the Google Cloud console under APIs & Services, Quotas.",
            SPENT_S,
        )
    remedy = _remedy(fault, grant) if answer.status == 403 else ""
    return ConsentLost(f"{doing}: {fault.message.rstrip('.')}. {remedy}") if remedy else trouble_of(answer, doing)


def _bad_request(fault: Fault, doing: str) -> ProviderTrouble:
    says = fault.message.rstrip(".")
    if "Invalid id" in says:
        return Gone(f"{doing}: there is no mail of this id.")
    if "Invalid label:" in says or "labelId not found" in says:
        return StaleLabel(f"{doing}: {says}.")
    if "Mail service not enabled" in says or "Precondition check failed" in says:
        return Refused(
            f"{doing}: {says}. Gmail is not switched on for this user: give the user a licence with Gmail, or leave it out of"
            " `mailboxes`."
        )
    return BadRequest(f"{doing}: status 400: {says}.")


def _remedy(fault: Fault, grant: GoogleGrant) -> str:
    """What a person has to do where access is refused; empty where that is not known."""
    if fault.reasons & {"accessNotConfigured", "SERVICE_DISABLED"}:
        return "Enable this API in the Google Cloud console under APIs & Services, Library."
    if fault.reasons & {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return f"{grant.who} has only {' '.join(grant.scopes)}, and more is needed."
    if "domainPolicy" in fault.reasons:
        return "A policy of the domain forbids it: allow the app in admin.google.com, Security, API controls."
    if "Not Authorized to access" in fault.message:
        return (
            f"{grant.user} is no administrator who may read users: set `admin` to one with the privilege Users, Read."
        )
    if "sending test message" in fault.message:
        return "Grant gmail-api-push@system.gserviceaccount.com the role Pub/Sub Publisher on the topic."
    return ""
