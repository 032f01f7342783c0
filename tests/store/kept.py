"""Judged mails and deeds for tests of what is kept of them."""

from datetime import UTC, datetime

from mailkeep.act.nouns import Action
from mailkeep.cases.fingerprint import RECIPE, Fingerprint
from mailkeep.connect.port import Ref
from mailkeep.decide.nouns import Act, Label, Verdict, Versions
from mailkeep.people.directory import Mailbox
from mailkeep.store.naming import deed_id, verdict_id
from mailkeep.store.nouns import Batch, Headline, Kept

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ADA = Mailbox(id="ada", address="ada@corp.example")
BEN = Mailbox(id="ben", address="ben@corp.example")


def a_verdict(label=Label.MALICIOUS, score=0.97):
    versions = Versions(mailkeep="0.1.0", weights="w", model="m", policy="p")
    return Verdict(label=label, attack=None, score=score, log_odds=3.5, signals=(), versions=versions)


def a_headline(**changes):
    fields = {
        "digest": "d" * 64,
        "message_id": "one@evil.test",
        "subject": "Your account",
        "sender": "help@evil.test",
        "recipients": ("ada@corp.example",),
        "received_at": AT,
        "way": "incoming",
        "sent": False,
    }
    return Headline(**{**fields, **changes})


def a_deed(ref, act=Act.QUARANTINE, *, turn="policy", tenant="corp", **changes):
    verdict = verdict_id(tenant, ref)
    fields = {
        "id": deed_id(verdict, act, turn),
        "verdict": verdict,
        "ref": ref,
        "act": act,
        "because": "malicious incoming → quarantine",
        "by": "policy",
        "asked_at": AT,
    }
    return Action(**{**fields, **changes})


def a_print(*keys, sketch=()):
    return Fingerprint(recipe=RECIPE, keys=keys, sketch=sketch)


def a_mail(number, *, mailbox=ADA, label=Label.MALICIOUS, acts=(Act.QUARANTINE,), head=None, **changes):
    ref = Ref(mailbox=mailbox.id, id=f"r{number}", folder="INBOX")
    fields = {
        "id": verdict_id("corp", ref),
        "ref": ref,
        "headline": head or a_headline(message_id=f"{number}@evil.test"),
        "verdict": a_verdict(label),
        "judged_at": AT,
        "elapsed_ms": 1.5,
        "actions": tuple(a_deed(ref, act) for act in acts),
    }
    return Kept(**{**fields, **changes})


def a_batch(*mails, mailbox=ADA, cursor="c1", **changes):
    return Batch(**{"tenant": "corp", "mailbox": mailbox, "at": AT, "mails": mails, "cursor": cursor, **changes})
