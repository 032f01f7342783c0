"""How the sender stands with us: stranger or friend, vouched for or not, as usual or not."""

from mailkeep.detect.asks import first_ask, links_away
from mailkeep.detect.scene import Scene
from mailkeep.kit.known import known
from mailkeep.profile.history import Habit

ENOUGH_MAILS = 5.0
"""Decayed mails behind a habit before its absence of something means anything."""
RARE = 0.02
"""Share below which a value is not a habit."""
TAKES_OVER = ("bank-change", "payroll-change", "gift-cards", "personal-data", "crypto")
"""Asks a taken-over mailbox is used for."""


def authenticated(scene: Scene) -> bool:
    """True when a believed host found the From domain vouched for; False also when that could not be learned."""
    return scene.facts.authentication.aligned is True


def ours(scene: Scene) -> bool:
    """True when the mail comes from one of our addresses and nothing says it was forged outside."""
    return scene.facts.sender.own and not scene.facts.direction.from_outside


def stranger(scene: Scene) -> bool:
    """True when enough past was learned and neither this address nor its organisation ever wrote or was written to."""
    history = scene.history
    return history.speaks and not ours(scene) and not history.sender.known and not history.domain.known


def returned(scene: Scene) -> bool:
    """True for a mail host's report of a mail that could not be delivered: its words are the host's, not a lure's.

    Anybody can write in this form, so it does not hold for reports that carry a program or a form.
    """
    desk = scene.facts.sender.address.partition("@")[0]
    formal = scene.facts.bulk.bounce or desk in {"mailer-daemon", "postmaster"}
    return formal and not any(each.executable or each.html_form for each in scene.facts.attachments)


def friend(scene: Scene) -> bool:
    """True for an address with whom somebody here has long exchanged mail both ways."""
    return scene.history.pair.established or scene.history.sender.established


def never(habit: Habit, axis: str, value: object) -> bool:
    """True when this sender's habit is known well enough, and this value is not part of it. Unknown values never count."""
    if not isinstance(value, str) or not value or habit.mails < ENOUGH_MAILS:
        return False
    share = habit.share(axis, value)
    return known(share) and share < RARE


def odd_hour(scene: Scene) -> bool:
    """True when the sender, on his own clock, hardly ever writes within an hour of this one."""
    hour = scene.facts.origin.local_hour
    habit = scene.history.sender.habit
    if not known(hour) or habit.mails < ENOUGH_MAILS * 2:
        return False
    shares = [habit.share("hour", str((hour + step) % 24)) for step in (-1, 0, 1)]
    return all(known(share) for share in shares) and sum(share for share in shares if known(share)) < RARE


def oddities(scene: Scene) -> tuple[str, ...]:
    """Clauses on what this sender does for the first time: hour, network, mail program, language, zone."""
    habit = scene.history.sender.habit
    origin = scene.facts.origin
    clauses = []
    if odd_hour(scene):
        clauses.append(f"written at {origin.local_hour}:00 on the sender's clock, an hour never used")
    if never(habit, "network", origin.network):
        clauses.append(f"sent from {origin.network}, a place never used")
    if never(habit, "client", origin.client):
        clauses.append(f"written with {origin.client}, a program never used")
    if never(habit, "language", scene.facts.words.language):
        clauses.append(f"written in {scene.facts.words.language!r}, a language never used")
    if known(origin.zone_minutes) and never(habit, "zone", str(origin.zone_minutes)):
        clauses.append(f"the clock stands at UTC{origin.zone_minutes / 60:+g}, never so before")
    return tuple(clauses)


def grave(scene: Scene) -> bool:
    """True when the mail does what a taken-over friend's mailbox is used for. No sign of trust may speak then.

    Source: ATT&CK T1534, T1586.002; FBI IC3 2024, vendor e-mail compromise.
    """
    if scene.facts.direction.from_outside or first_ask(scene, *TAKES_OVER):
        return True
    if any(each.executable or each.dangerous_members or each.html_form for each in scene.facts.attachments):
        return True
    if scene.facts.codes:
        return True
    if not first_ask(scene, "credentials", "account-suspended", "file-share", "e-signature", "voicemail"):
        return False
    return any(link.registrable not in scene.history.known_link_domains for link in links_away(scene))
