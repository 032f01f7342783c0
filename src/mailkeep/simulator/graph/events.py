"""What `POST /_sim/events` makes happen to accounts, so that a demo or benchmark in another process can stage a takeover."""

from typing import Any

import msgspec

from mailkeep.simulator.graph.consents import Consents
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.records import Audit, Risk, SignIn
from mailkeep.simulator.graph.reports import Reports
from mailkeep.simulator.graph.rules import Rules


class NewRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inbox rule that somebody makes."""

    address: str
    name: str
    actions: dict[str, Any]
    conditions: dict[str, Any] = {}


class NewConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user lets an app act for them."""

    app: str
    """By name; registered with the tenant when it is new."""
    scope: str
    address: str = ""
    """Empty: an administrator, for everybody."""


class Happened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Records take now as their time when they say none."""

    sign_ins: tuple[dict[str, Any], ...] = ()
    """Fields of SignIn."""
    audits: tuple[dict[str, Any], ...] = ()
    """Fields of Audit."""
    risks: tuple[dict[str, Any], ...] = ()
    """Fields of Risk."""
    rules: tuple[NewRule, ...] = ()
    consents: tuple[NewConsent, ...] = ()


class Events:
    """Makes things happen on one simulator."""

    def __init__(self, office: Office, reports: Reports, rules: Rules, consents: Consents) -> None:
        self.office, self.reports, self.rules, self.consents = office, reports, rules, consents

    def happen(self, said: dict[str, Any]) -> dict[str, Any]:
        """Does it; gives the ids of the rules and consents made. Raises: msgspec.ValidationError, AbsentError."""
        order = msgspec.convert(said, Happened)
        now = {"at": self.office.clock()}
        self.reports.sign_ins += [msgspec.convert(now | each, SignIn) for each in order.sign_ins]
        self.reports.audits += [msgspec.convert(now | each, Audit) for each in order.audits]
        self.reports.risks += [msgspec.convert(now | each, Risk) for each in order.risks]
        rules = [
            self.rules.add(each.address, each.name, actions=each.actions, conditions=each.conditions)
            for each in order.rules
        ]
        return {"rules": [rule.id for rule in rules], "consents": [self._consent(each) for each in order.consents]}

    def _consent(self, wanted: NewConsent) -> str:
        known = {app.name: app for app in self.office.apps.values()}
        app = known.get(wanted.app) or self.office.register(wanted.app)
        return self.consents.consent(app, wanted.scope, wanted.address).id
