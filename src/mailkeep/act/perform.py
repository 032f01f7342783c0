"""One deed: look up how the mail lies, write that down, do it, write the receipt.

A crash between any two of these lines is harmless: the undo that was written first is never overwritten, the provider
answers "already" to a deed done twice, and the ledger takes one receipt a deed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.connect.port import Connector, Done, Gone, Outcome, Refused, State
from mailkeep.decide.nouns import Act

ENDS = {Done.DONE: Ended.DONE, Done.ALREADY: Ended.ALREADY, Done.GONE: Ended.GONE}


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """How one deed ended, with what else is to be written down at its end."""

    receipt: Receipt
    folder: str = ""
    """Where the mail lies now; empty where nobody knows."""
    asked_at: datetime | None = None
    """When the provider was asked for the deed; None where it did not come to that."""


class Ledger(Protocol):
    """Where deeds are written down before and after; `flow.scribe` fits, and writes for many deeds at a time."""

    async def keep_undo(self, action: str, state: State) -> None:
        """Writes down how the mail lay before the deed, unless that is written already; it is kept when this returns."""

    async def close(self, closing: Closing) -> None:
        """Writes the one receipt of a deed and strikes the work off; both are kept when this returns."""


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """What a deed is done with."""

    connector: Connector
    ledger: Ledger
    clock: Callable[[], datetime]
    undo_kept: Callable[[Action], None]
    """Told after the undo is written, before the deed."""
    acted: Callable[[Action], None]
    """Told after the deed, before the receipt."""


async def perform(action: Action, hand: Hand) -> Receipt:
    """The receipt of this deed, which is in the ledger when this returns.

    Raises: ProviderTrouble when asking again later makes sense, or a person must act first; there is no receipt then.
    """
    try:
        action = await _with_undo(action, hand)
        asked_at = hand.clock()
        outcome = await _deed(action, hand.connector)
    except Gone:
        return await _close(hand, Receipt(action=action.id, ended=Ended.GONE, at=hand.clock()))
    except Refused as refusal:
        return await _close(hand, Receipt(action=action.id, ended=Ended.FAILED, at=hand.clock(), why=str(refusal)))
    hand.acted(action)
    receipt = Receipt(action=action.id, ended=ENDS[outcome.done], at=hand.clock())
    await hand.ledger.close(Closing(receipt=receipt, folder=outcome.ref.folder, asked_at=asked_at))
    return receipt


async def _with_undo(action: Action, hand: Hand) -> Action:
    """The deed with how the mail lies before it, which is written down now at the latest."""
    if action.undo is None and action.act is not Act.RESTORE:
        state = await hand.connector.state(action.ref)
        await hand.ledger.keep_undo(action.id, state)
        action = msgspec.structs.replace(action, undo=state)
    hand.undo_kept(action)
    return action


async def _deed(action: Action, connector: Connector) -> Outcome:
    if action.act is Act.QUARANTINE:
        return await connector.quarantine(action.ref)
    if action.act is Act.DELETE:
        return await connector.delete(action.ref)
    if action.act is Act.FLAG:
        return await connector.flag(action.ref)
    if action.undo is None:
        raise Refused(f"deed {action.id}: there is no former state to bring the mail back to.")
    return await connector.restore(action.ref, action.undo)


async def _close(hand: Hand, receipt: Receipt) -> Receipt:
    await hand.ledger.close(Closing(receipt=receipt))
    return receipt
