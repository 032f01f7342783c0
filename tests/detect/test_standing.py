"""How the sender stands with us, above all when something is unknown."""

import msgspec
from tests.detect.plain import AT, FACTS, LONG_PAST, asking, facts, file, link, scene

from mailkeep.detect.standing import authenticated, friend, grave, never, odd_hour, oddities, ours, returned, stranger
from mailkeep.kit.known import Unknown
from mailkeep.profile.history import Acquaintance, Habit, History

OFTEN = Habit(
    mails=40.0,
    axes={
        "hour": {"10": 30.0, "11": 10.0},
        "network": {"192.0.2.0/24": 40.0},
        "client": {"Outlook": 40.0},
        "language": {"en": 40.0},
    },
)
KNOWN = Acquaintance(received=40, sent=30, days=40, weeks=20, first_seen=AT, last_seen=AT, habit=OFTEN)


def past(**given):
    return History(at=AT, learned=LONG_PAST, **given)


def test_unknown_authentication_is_not_authenticated():
    unknown = msgspec.structs.replace(FACTS.authentication, aligned=Unknown("no trusted header"))
    assert not authenticated(scene(facts(authentication=unknown)))
    assert authenticated(scene())


def test_nobody_is_a_stranger_before_enough_was_learned():
    assert stranger(scene(history=past()))
    assert not stranger(scene(history=History(at=AT)))
    assert not stranger(scene(history=past(domain=KNOWN)))


def test_a_forged_own_address_is_not_ours():
    own = msgspec.structs.replace(FACTS.sender, own=True)
    outside = msgspec.structs.replace(FACTS.direction, from_outside=True)
    assert ours(scene(facts(sender=own)))
    assert not ours(scene(facts(sender=own, direction=outside)))


def test_friendship_needs_weeks_and_mail_both_ways():
    assert friend(scene(history=past(sender=KNOWN)))
    one_way = msgspec.structs.replace(KNOWN, sent=0.0)
    assert not friend(scene(history=past(sender=one_way)))


def test_what_is_unknown_was_not_never():
    assert never(OFTEN, "client", "Roundcube")
    assert not never(OFTEN, "client", Unknown("no header"))
    assert not never(OFTEN, "attachment", "zip")
    assert not never(Habit(mails=2.0, axes={"client": {"Outlook": 2.0}}), "client", "Roundcube")


def test_the_hour_beside_a_usual_one_is_not_odd():
    night = msgspec.structs.replace(FACTS.origin, local_hour=3)
    near = msgspec.structs.replace(FACTS.origin, local_hour=12)
    assert odd_hour(scene(facts(origin=night), past(sender=KNOWN)))
    assert not odd_hour(scene(facts(origin=near), past(sender=KNOWN)))


def test_every_oddity_is_told_in_words():
    strange = msgspec.structs.replace(FACTS.origin, local_hour=3, network="198.51.100.0/24", client="Roundcube")
    told = "; ".join(oddities(scene(facts(origin=strange), past(sender=KNOWN))))
    assert "3:00" in told
    assert "198.51.100.0/24" in told
    assert "Roundcube" in told
    assert oddities(scene(history=past(sender=KNOWN))) == ()


def test_trust_may_not_speak_for_what_a_thief_would_send():
    assert grave(scene(facts(words=asking("bank-change"))))
    assert grave(scene(facts(attachments=(file("a.exe", executable=True),))))
    assert grave(scene(facts(words=asking("credentials"), links=(link(),))))
    assert not grave(scene(facts(words=asking("credentials"), links=(link(same_as_sender=True),))))
    known = past(known_link_domains=frozenset({"quiet-gate.test"}))
    assert not grave(scene(facts(words=asking("credentials"), links=(link(),)), known))
    assert not grave(scene())


def test_a_report_of_undelivered_mail_is_known_by_its_form_or_desk_and_not_when_it_carries_a_program():
    bounce = msgspec.structs.replace(FACTS.bulk, bounce=True)
    assert returned(scene(facts(bulk=bounce)))
    assert not returned(scene(facts(bulk=bounce, attachments=(file("a.exe", executable=True),))))
    desk = msgspec.structs.replace(FACTS.sender, address="mailer-daemon@holm-timber.example")
    assert returned(scene(facts(sender=desk)))
    assert not returned(scene())
