"""What lies there is told from lists alone, at little cost."""

from datetime import timedelta

from tests.connect.contract import ADA, NOON, drain, letter

from mailkeep.connect.gmail.listing import find, listed
from mailkeep.connect.port import QUARANTINE_FOLDER, Ref


async def spent(yard, deed):
    before = yard.simulator.meter.spent(ADA, "mailkeep-sim")
    found = await deed
    return found, yard.simulator.meter.spent(ADA, "mailkeep-sim") - before


async def test_mails_met_before_are_placed_by_the_lists_they_are_in(yard, connector):
    places = ["INBOX", "Sent", "Trash", "Spam", "Projects", "", "Drafts", QUARANTINE_FOLDER, "INBOX", "INBOX"]
    for number, place in enumerate(places):
        yard.deliver(ADA, letter(number), folder=place)
    await drain(connector)
    mailbox = next(each for each in await connector.mailboxes() if each.address == ADA)
    first, _ = await spent(yard, connector.listed(mailbox, NOON))
    yard.move(ADA, letter(0), "Spam")
    yard.move(ADA, letter(2), "INBOX")
    again, units = await spent(yard, connector.listed(mailbox, NOON))
    assert sorted(each.folder for each in first) == sorted(
        ["INBOX"] * 3 + ["Sent", "Trash", "Spam", "Projects", "All Mail"]
    )
    assert sorted(each.folder for each in again) == sorted(
        ["INBOX"] * 3 + ["Sent", "Spam", "Spam", "Projects", "All Mail"]
    )
    assert units <= 60


async def test_a_quiet_mailbox_costs_one_list(yard, reader):
    yard.deliver(ADA, letter(1), at=NOON - timedelta(days=9))
    found, units = await spent(yard, listed(reader, yard.desk(), NOON))
    assert found == ()
    assert units == 5


async def test_a_mail_that_fetch_never_saw_is_listed(yard, reader):
    for number in range(6):
        yard.deliver(ADA, letter(number))
    assert len(await listed(reader, yard.desk(), NOON)) == 6


async def test_a_message_id_with_a_quotation_mark_cannot_be_put_into_a_search(yard, reader):
    raw = letter(9).replace(b"<9@corp.example>", b'<"a b"@corp.example>')
    yard.deliver(ADA, raw)
    assert await find(reader, yard.desk(), '"a b"@corp.example') == ()


async def test_a_quarantine_label_that_the_user_removed_hides_nothing_and_breaks_nothing(yard, connector):
    ids = [yard.deliver(ADA, letter(number)) for number in range(4)]
    mailbox = next(each for each in await connector.mailboxes() if each.address == ADA)
    await drain(connector)
    await connector.quarantine(Ref(mailbox=mailbox.id, id=ids[0]))
    assert len(await connector.listed(mailbox, NOON)) == await connector.count(mailbox) == 3
    yard.remove_folder(ADA, QUARANTINE_FOLDER)
    assert len(await connector.listed(mailbox, NOON)) == await connector.count(mailbox) == 4
