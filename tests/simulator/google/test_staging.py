"""The made-up company as a workspace."""

from datetime import date
from random import Random

from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.google.staging import TIERS, deliver, furnish, workspace_of
from mailkeep.simulator.tenant import set_stage

STAGE = set_stage(Random(7), date(2026, 3, 4), size=6, days=40, attacks=4)


def test_every_mailbox_holds_its_past():
    workspace = workspace_of(STAGE.company, STAGE.history)
    lying = [mail for person in workspace.people.values() for mail in workspace.lying(person.address)]
    copies = sum(len(post.mailboxes) + bool(post.sent_from) for post in STAGE.history)
    assert len(lying) == copies
    assert {frozenset(), frozenset({"INBOX"}), frozenset({"SENT"})} == {mail.labels for mail in lying}
    assert len({mail.thread for mail in lying}) < copies


def test_people_have_their_managers_and_one_is_administrator():
    workspace = workspace_of(STAGE.company)
    assert sum(person.admin for person in workspace.people.values()) == 1
    managers = {person.manager for person in workspace.people.values()} - {""}
    assert managers <= set(workspace.people)


def test_live_mail_arrives_unread():
    workspace = workspace_of(STAGE.company)
    attack = STAGE.attacks[0]
    (first, *_) = deliver(workspace, attack)
    mail = workspace.mail(attack.mailboxes[0], first)
    assert (mail.raw, mail.labels) == (attack.raw, {"INBOX", "UNREAD"})


async def test_each_tier_has_a_key_of_its_own():
    workspace = workspace_of(STAGE.company)
    async with GoogleSimulator(workspace) as sim:
        keys = furnish(workspace)
    assert set(keys) == set(TIERS)
    assert len({key["client_id"] for key in keys.values()}) == len(TIERS)
    assert {key["token_uri"] for key in keys.values()} == {f"{sim.url}/token"}
