"""Acts make the labels what they are to be, whoever else changes them meanwhile."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.connect.contract import ADA, letter
from tests.connect.gmail.yard import GmailYard, workspace

from mailkeep.connect.gmail.acts import Acts
from mailkeep.connect.gmail.labels import flagged, quarantined, trashed
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import Done, Gone, Outcome, Ref, Unreachable
from mailkeep.simulator.google.server import GoogleSimulator

ACTS = {"quarantine": quarantined, "delete": trashed, "flag": flagged}


@asynccontextmanager
async def simulated():
    """A yard, outside of fixtures."""
    async with GoogleSimulator(workspace()) as simulator:
        yield GmailYard(simulator)


def ref(yard, mail):
    return Ref(mailbox=yard.workspace.person(ADA).id, id=mail)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    labels=st.frozensets(
        st.sampled_from(
            ["UNREAD", "STARRED", "IMPORTANT", "CATEGORY_SOCIAL", "SENT", "Work", "Über/Geld", "seen", "Spam!"]
        )
    ),
    place=st.sampled_from(["INBOX", "TRASH", "SPAM", ""]),
    deeds=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=4),
)
def test_any_acts_on_any_mail_are_undone_to_exactly_its_labels(labels, place, deeds):
    async def story():
        async with simulated() as yard:
            box = yard.workspace.person(ADA).mailbox
            own = {label: box.make_label(label).id for label in sorted(labels) if not label.isupper()}
            mail = yard.workspace.deliver(ADA, letter(1), folder=place, labels=[own.get(each, each) for each in labels])
            before = box.mails[mail].labels
            connector = yard.connector()
            state = await connector.state(ref(yard, mail))
            for deed in deeds:
                await getattr(connector, deed)(ref(yard, mail))
            await connector.restore(ref(yard, mail), state)
            assert box.mails[mail].labels == before
            assert await connector.state(ref(yard, mail)) == state
            await connector.close()

    asyncio.run(story())


async def test_what_the_user_does_in_the_last_moment_is_seen_and_the_rest_done(yard, connector):
    mail = yard.deliver(ADA, letter(1))
    state = await connector.state(ref(yard, mail))
    yard.workspace.move(ADA, mail, "Trash")
    outcome = await connector.quarantine(ref(yard, mail))
    assert (outcome.done, outcome.ref.folder) == (Done.DONE, "Mailkeep Quarantine")
    assert "TRASH" not in yard.workspace.mail(ADA, mail).labels
    await connector.restore(ref(yard, mail), state)
    assert await connector.state(ref(yard, mail)) == state


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_mail_that_moves_and_vanishes_between_question_and_act_ends_rightly(yard, connector, act):
    yard.simulator.faults.move = 0.5
    yard.simulator.faults.remove = 0.3
    for number in range(12):
        mail = yard.deliver(ADA, letter(number))
        await connector.state(ref(yard, mail))
        outcome = await getattr(connector, act)(ref(yard, mail))
        there = yard.workspace.person(ADA).mailbox.mails.get(mail)
        assert outcome.done is (Done.GONE if there is None else Done.DONE)
        if there is not None and act != "flag":
            assert "INBOX" not in there.labels


async def test_what_state_told_spares_the_question_once_and_not_for_long(yard, reader):
    mail = yard.deliver(ADA, letter(1))
    moment = [0.0]
    acts = Acts(reader, clock=lambda: moment[0])
    desk, asked = yard.desk(tier=Tier.REMEDIATE), yard.simulator.meter

    async def questions(deed):
        before = asked.spent(ADA, "mailkeep-sim")
        await deed
        return asked.spent(ADA, "mailkeep-sim") - before

    await acts.state(yard.desk(), ref(yard, mail))
    assert await questions(acts.make(desk, ref(yard, mail), trashed)) == 5
    assert await questions(acts.make(desk, ref(yard, mail), trashed)) == 20
    await acts.state(yard.desk(), ref(yard, mail))
    moment[0] = 10.0
    assert await questions(acts.make(desk, ref(yard, mail), trashed)) == 20


async def test_a_quarantine_label_that_the_user_removed_is_made_again(yard, connector):
    first, second = (yard.deliver(ADA, letter(number)) for number in (1, 2))
    await connector.quarantine(ref(yard, first))
    yard.remove_folder(ADA, "Mailkeep Quarantine")
    assert (await connector.quarantine(ref(yard, second))).done is Done.DONE
    assert [each.folder for each in yard.lying(ADA)] == ["All Mail", "Mailkeep Quarantine"]


async def test_the_quarantine_label_is_hidden_and_the_other_shown(yard, connector):
    mail = yard.deliver(ADA, letter(1))
    await connector.flag(ref(yard, mail))
    await connector.quarantine(ref(yard, mail))
    labels = {
        label.name: (label.label_list, label.message_list)
        for label in yard.workspace.person(ADA).mailbox.labels.values()
    }
    assert labels == {"Mailkeep suspicious": ("labelShow", "show"), "Mailkeep Quarantine": ("labelHide", "hide")}


async def test_two_hundred_labels_come_off_and_back(yard, connector):
    box = yard.workspace.person(ADA).mailbox
    labels = [box.make_label(f"Case {number}").id for number in range(210)]
    mail = yard.workspace.deliver(ADA, letter(1), labels=labels)
    before, state = box.mails[mail].labels, await connector.state(ref(yard, mail))
    assert (await connector.quarantine(ref(yard, mail))).done is Done.DONE
    assert len(box.mails[mail].labels) == 1
    await connector.restore(ref(yard, mail), state)
    assert box.mails[mail].labels == before


async def test_labels_that_somebody_else_keeps_changing_are_trouble_and_no_endless_loop(yard, reader):
    mail = yard.deliver(ADA, letter(1))
    turns = iter(range(100))
    with pytest.raises(Unreachable, match="somebody else changes"):
        await Acts(reader).make(
            yard.desk(tier=Tier.REMEDIATE),
            ref(yard, mail),
            lambda marks: marks ^ {("STARRED", "IMPORTANT")[next(turns) % 2]},
        )


async def test_an_act_on_a_mail_that_is_gone_is_gone(yard, connector):
    mail = ref(yard, yard.deliver(ADA, letter(1)))
    await connector.state(mail)
    yard.workspace.remove(ADA, mail.id)
    assert await connector.quarantine(mail) == Outcome(done=Done.GONE, ref=mail)
    with pytest.raises(Gone):
        await connector.state(mail)
