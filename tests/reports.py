"""A report for tests that render one."""

from datetime import UTC, datetime

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.connect.port import Ref, State
from mailkeep.decide.nouns import Act, Label, Verdict, Versions
from mailkeep.detect.scene import Attack, Evidence, Family, Signal
from mailkeep.mail import Place
from mailkeep.tell.report import Report

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def a_report(**changes):
    against = Signal(
        id="reply-to-elsewhere",
        family=Family.IMPERSONATION,
        weight=2.5,
        evidence=(Evidence(Place("header", 10, 40, "Reply-To"), "answers go to evil.test, not corp.example"),),
        attack=Attack.BEC,
        says="Answers are led elsewhere",
    )
    trust = Signal(
        id="known-thread",
        family=Family.TRUST,
        weight=-0.5,
        evidence=(Evidence(Place("header", label="References"), "the conversation is known"),),
        says="The conversation took place here",
    )
    verdict = Verdict(
        label=Label.MALICIOUS,
        attack=Attack.BEC,
        score=0.97,
        log_odds=3.5,
        signals=(against, trust),
        versions=Versions(mailkeep="0.1.0", weights="w", model="m", policy="p"),
    )
    action = Action(
        id="a1",
        verdict="v1",
        ref=Ref(mailbox="ada", id="r1", folder="INBOX"),
        act=Act.QUARANTINE,
        because="malicious incoming → quarantine",
        by="policy",
        asked_at=AT,
        undo=State(folder="INBOX", flags=frozenset({"seen"})),
    )
    fields = {
        "id": "v1",
        "tenant": "corp",
        "mailbox": "ada@corp.example",
        "path": "INBOX/r1",
        "message_id": "m@evil.test",
        "subject": "[bold]Wire[/bold] today",
        "sender": "boss@evil.test",
        "recipients": ("ada@corp.example",),
        "received_at": AT,
        "judged_at": AT,
        "elapsed_ms": 1.25,
        "verdict": verdict,
        "actions": (action,),
        "receipts": (Receipt(action="a1", ended=Ended.DONE, at=AT),),
        "normal": ("boss@evil.test never wrote before.",),
    }
    return Report(**{**fields, **changes})
