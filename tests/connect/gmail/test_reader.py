"""Mails are read byte for byte, with where they lie."""

from tests.connect.contract import ADA, NOON, letter

from mailkeep.connect.port import State


async def test_a_mail_is_read_in_one_round_trip(yard, reader):
    mail = yard.deliver(ADA, letter(1), flags=frozenset({"seen"}))
    await reader.client.profile(yard.desk())  # a token is in hand
    before = yard.simulator.meter.asked
    read = await reader.read(yard.desk(), mail)
    assert yard.simulator.meter.asked == before + 1
    assert read.delivery.raw == letter(1)
    assert read.delivery.received_at == NOON
    assert read.delivery.state == State(folder="INBOX", flags=frozenset({"seen"}))
    assert read.delivery.ref.mailbox == yard.workspace.person(ADA).id


async def test_a_mail_to_oneself_is_sent_and_lies_in_the_inbox(yard, reader):
    mail = yard.workspace.deliver(ADA, letter(1), labels=("SENT", "UNREAD"))
    read = await reader.read(yard.desk(), mail)
    assert read.delivery.sent
    assert read.delivery.ref.folder == "INBOX"


async def test_a_mail_of_two_hundred_megabytes_is_its_headers_and_a_sentence(yard, reader):
    mail = yard.deliver(ADA, letter(1) + b"y" * (101 * 1024 * 1024))
    read = await reader.read(yard.desk(), mail)
    assert "only its headers" in read.short
    assert b"Subject: Letter 1" in read.delivery.raw
    assert len(read.delivery.raw) < 1000


async def test_what_was_met_is_remembered(yard, reader):
    mail = yard.deliver(ADA, letter(1))
    assert reader.remembered(yard.desk(), mail) is None
    await reader.glance(yard.desk(), mail)
    assert reader.remembered(yard.desk(), mail).received_at == NOON
