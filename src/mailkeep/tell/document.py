"""A Report as the JSON object that every `--json` prints and every sink may send."""

from typing import Any

import msgspec

from mailkeep.act.nouns import Action, Receipt
from mailkeep.detect.scene import Signal
from mailkeep.tell.report import Report


def document(report: Report) -> dict[str, Any]:
    """The verdict object of the command line's promise, with the further fields of a report behind the promised ones."""
    verdict = report.verdict
    return {
        "id": report.id,
        "message_id": report.message_id,
        "mailbox": report.mailbox,
        "path": report.path,
        "label": verdict.label.value,
        "attack": verdict.attack.value if verdict.attack else None,
        "score": round(verdict.score, 6),
        "signals": [signal_document(signal) for signal in verdict.signals],
        "actions": [action_document(report, action) for action in report.actions],
        "elapsed_ms": round(report.elapsed_ms, 3),
        "tenant": report.tenant,
        "subject": report.subject,
        "sender": report.sender,
        "recipients": list(report.recipients),
        "received_at": report.received_at.isoformat(),
        "judged_at": report.judged_at.isoformat(),
        "campaign": report.campaign or None,
        "normal": list(report.normal),
        "versions": msgspec.to_builtins(verdict.versions),
    }


def signal_document(signal: Signal) -> dict[str, Any]:
    """One signal with its evidence; places as {part, start, end, label}."""
    return {
        "id": signal.id,
        "family": signal.family.value,
        "weight": round(signal.weight, 4),
        "says": signal.says,
        "evidence": [{"place": msgspec.to_builtins(e.place), "says": e.says} for e in signal.evidence],
    }


def action_document(report: Report, action: Action) -> dict[str, Any]:
    """One action with how it ended."""
    receipt = _receipt(report, action)
    return {
        "id": action.id,
        "act": action.act.value,
        "because": action.because,
        "by": action.by,
        "dry": action.dry,
        "outcome": outcome(report, action),
        "why": receipt.why if receipt else "",
        "undo": msgspec.to_builtins(action.undo) if action.undo else None,
    }


def outcome(report: Report, action: Action) -> str:
    """How an action ended: done, already, gone, failed, dry, or "pending" before there is a receipt."""
    receipt = _receipt(report, action)
    if receipt:
        return receipt.ended.value
    return "dry" if action.dry else "pending"


def _receipt(report: Report, action: Action) -> Receipt | None:
    return next((receipt for receipt in report.receipts if receipt.action == action.id), None)


def line(report: Report) -> bytes:
    """The document as one line of JSON, without the line end."""
    return msgspec.json.encode(document(report))
