"""Mbox files keep the promises, and their own traps are known."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.connect.contract import ADA, NOON, Lying, Promises, box, drain, letter, subjects

from mailkeep.connect.mbox import MboxTenant
from mailkeep.connect.mbox_drawer import MARKS
from mailkeep.connect.mbox_file import MboxFile
from mailkeep.connect.mbox_text import flags_in, with_lines
from mailkeep.connect.port import Done, Gone, Refused

STATUS = {"seen": ("Status", "RO"), "answered": ("X-Status", "A"), "flagged": ("X-Status", "F")}


def stretch(raw, at=NOON, flags=frozenset()):
    """The mail as an mbox writer puts it down."""
    import re

    quoted = re.sub(rb"(?m)^(>*From )", rb">\1", raw)
    text = b"From ben@corp.example " + at.strftime("%a %b %d %H:%M:%S %Y").encode() + b"\n" + quoted + b"\n"
    return with_flags(text, flags) if flags else text


def with_flags(text, flags):
    lines = {}
    for flag in sorted(flags):
        name, letters = STATUS[flag]
        lines[name] = lines.get(name, f"{name}: ") + letters
    return with_lines(text, frozenset(lines.values()))


class MboxYard:
    """Mbox files as delivery agents and mail programs treat them."""

    mailbox_ids = True
    folders = False

    def __init__(self, root: Path, suffix: str) -> None:
        self.root = root
        self.suffix = suffix
        root.mkdir()

    def connector(self):
        return MboxTenant(self.root)

    def path(self, mailbox, folder="INBOX"):
        return self.root / f"{mailbox}{MARKS.get(folder, '')}{self.suffix}"

    def text(self, path):
        if not path.exists():
            return b""
        return gzip.decompress(path.read_bytes()) if self.suffix.endswith("gz") else path.read_bytes()

    def write(self, path, text):
        if self.suffix.endswith("gz"):
            path.write_bytes(gzip.compress(text))
        elif path.exists() and text.startswith(self.text(path)):
            with path.open("ab") as file:
                file.write(text[len(self.text(path)) :])
        else:
            path.write_bytes(text)

    def deliver(self, mailbox, raw, folder="INBOX", at=NOON, flags=frozenset()):
        path = self.path(mailbox, folder)
        self.write(path, self.text(path) + stretch(raw, at, flags))

    def stretches(self, mailbox):
        for folder in ("INBOX", *MARKS):
            path = self.path(mailbox, folder)
            file = MboxFile(path, ours=folder in ("Trash", "Mailkeep Quarantine"))
            for slip in file.index().slips:
                text = file.text(slip)
                yield folder, path, slip, text, file.mail(text)
            file.close()

    def found(self, mailbox, raw):
        return next(each for each in list(self.stretches(mailbox)) if without_status(each[4]) == raw)

    def put(self, path, slip, text):
        old = self.text(path)
        self.write(path, old[: slip.offset] + text + old[slip.offset + slip.size :])

    def move(self, mailbox, raw, folder):
        _, path, slip, text, _ = self.found(mailbox, raw)
        target = self.path(mailbox, folder)
        self.write(target, self.text(target) + text)
        self.put(path, slip, b"")

    def mark(self, mailbox, raw, flags):
        _, path, slip, text, _ = self.found(mailbox, raw)
        self.put(path, slip, with_flags(text, flags))

    def remove(self, mailbox, raw):
        _, path, slip, _, _ = self.found(mailbox, raw)
        self.put(path, slip, b"")

    def lying(self, mailbox):
        return [
            Lying(folder, flags_in(mail), without_status(mail)) for folder, _, _, _, mail in self.stretches(mailbox)
        ]


def without_status(mail):
    return with_lines(b"From\n" + mail, frozenset()).partition(b"\n")[2]


@pytest.fixture(params=[".mbox", ".mbox.gz"])
def yard(tmp_path, request):
    return MboxYard(tmp_path / "tenant", request.param)


class TestMbox(Promises):
    """The promises, for plain and compressed files."""

    async def test_state_tells_folder_and_flags(self, yard, connector):
        yard.deliver(ADA, letter(1), folder="Sent", flags=frozenset({"seen"}))
        (mail,), _ = await drain(connector)
        assert mail.state.folder == "Sent"
        assert {"seen", "Status: RO"} == mail.state.flags


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
@pytest.mark.parametrize("back", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
async def test_restored_mails_lie_at_their_former_places_byte_for_byte(yard, connector, order, back):
    for number in range(6):
        yard.deliver(ADA, letter(number, lines=number + 1), flags=frozenset({"seen"} if number % 2 else ()))
    before = yard.text(yard.path(ADA))
    found, _ = await drain(connector)
    for at in order:
        await (connector.delete if at == 2 else connector.quarantine)(found[at].ref)
    yard.deliver(ADA, letter(9))
    for at in back:
        assert (await connector.restore(found[at].ref, found[at].state)).done is Done.DONE
    assert yard.text(yard.path(ADA)) == before + stretch(letter(9))


async def test_a_flag_undone_leaves_the_same_bytes(yard, connector):
    padded = b"From x@y Mon Mar  2 12:00:00 2026\nStatus: RO\nX-Status:      \nX-Keywords:     \nSubject: a\n\nbody\n\n"
    yard.write(yard.path(ADA), padded + stretch(letter(1)))
    before = yard.text(yard.path(ADA))
    for mail in (await drain(connector))[0]:
        assert (await connector.flag(mail.ref)).done is Done.DONE
        assert "flagged" in (await connector.state(mail.ref)).flags
        await connector.restore(mail.ref, mail.state)
    assert yard.text(yard.path(ADA)) == before


async def test_identical_twins_are_two_mails(yard, connector):
    for _ in range(3):
        yard.deliver(ADA, letter(1))
    found, _ = await drain(connector)
    assert len({each.ref.id for each in found}) == 3
    for mail in found[:2]:
        assert (await connector.quarantine(mail.ref)).done is Done.DONE
        assert (await connector.quarantine(mail.ref)).done is Done.ALREADY
    assert sorted(each.folder for each in yard.lying(ADA)) == ["INBOX", "Mailkeep Quarantine", "Mailkeep Quarantine"]
    for mail in found[:2]:
        await connector.restore(mail.ref, mail.state)
    assert [each.folder for each in yard.lying(ADA)] == ["INBOX"] * 3


async def test_a_move_that_a_crash_broke_off_is_ended_by_the_next_try(yard, connector):
    for number in range(4):
        yard.deliver(ADA, letter(number))
    whole = yard.path(ADA).read_bytes()
    text = yard.text(yard.path(ADA))
    found, _ = await drain(connector)
    await connector.quarantine(found[1].ref)
    away = yard.path(ADA, "Mailkeep Quarantine").read_bytes()
    yard.path(ADA).write_bytes(whole)  # what a crash before the second file was renamed leaves
    later = yard.connector()
    assert (await later.quarantine(found[1].ref)).done is Done.DONE
    assert sorted(each.raw for each in yard.lying(ADA)) == [letter(n) for n in range(4)]
    assert (await later.quarantine(found[1].ref)).done is Done.ALREADY
    await later.restore(found[1].ref, found[1].state)
    assert yard.text(yard.path(ADA)) == text
    yard.path(ADA, "Mailkeep Quarantine").write_bytes(away)  # the same, on the way back
    again = yard.connector()
    assert (await again.restore(found[1].ref, found[1].state)).done in (Done.DONE, Done.ALREADY)
    assert [each.raw for each in yard.lying(ADA) if each.folder == "INBOX"] == [letter(n) for n in range(4)]
    await again.close()
    await later.close()


async def test_a_last_mail_still_being_written_is_given_again_once_whole(yard, connector):
    yard.deliver(ADA, letter(1))
    whole = yard.text(yard.path(ADA)) + stretch(letter(2, lines=50))
    yard.write(yard.path(ADA), whole[:-300])
    page = await connector.fetch(await box(connector), None, limit=10)
    assert len(page.deliveries) == 2
    assert "ends within a line" in page.skipped[0][1]
    yard.write(yard.path(ADA), whole)
    found, cursor = await drain(connector, page.cursor)
    assert subjects(found) == [letter(2, lines=50)]
    yard.deliver(ADA, letter(3))
    assert subjects((await drain(connector, cursor))[0]) == [letter(3)]


async def test_a_compressed_file_that_ends_early_gives_what_it_holds_and_is_not_rewritten(tmp_path):
    yard = MboxYard(tmp_path / "tenant", ".mbox.gz")
    text = b"".join(stretch(letter(number) + os.urandom(300).hex().encode() + b"\n") for number in range(50))
    path = yard.path(ADA)
    path.write_bytes(gzip.compress(text)[:-4000])
    yard.deliver("ben@corp.example", letter(1))
    connector = yard.connector()
    page = await connector.fetch(await box(connector), None, limit=100)
    assert 20 < len(page.deliveries) < 50
    assert "ends early" in page.skipped[0][1]
    cut = path.read_bytes()
    with pytest.raises(Refused, match="ends early"):
        await connector.quarantine(page.deliveries[0].ref)
    assert path.read_bytes() == cut
    assert subjects((await drain(connector, mailbox="ben@corp.example"))[0]) == [letter(1)]
    path.write_bytes(gzip.compress(text))
    rest, _ = await drain(connector, page.cursor)
    assert 50 - len(page.deliveries) <= len(rest) <= 51 - len(page.deliveries) + 1
    await connector.close()


async def test_what_is_no_mbox_is_told_and_the_rest_goes_on(yard, connector):
    yard.write(yard.path(ADA), b"%PDF-1.7 not mail\n")
    yard.deliver("ben@corp.example", letter(1))
    page = await connector.fetch(await box(connector), None, limit=10)
    assert page.deliveries == ()
    assert "no mbox" in page.skipped[0][1]
    assert len((await drain(connector, mailbox="ben@corp.example"))[0]) == 1


async def test_a_folder_without_mbox_files_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "notes.txt").write_bytes(b"x")
    with pytest.raises(Refused, match=r"holds no mbox file.*Name a folder"):
        await MboxTenant(tmp_path).mailboxes()


async def test_one_file_is_a_tenant_of_one_mailbox(yard):
    yard.deliver(ADA, letter(1))
    yard.deliver("ben@corp.example", letter(2))
    alone = MboxTenant(yard.path(ADA))
    assert [each.id for each in await alone.mailboxes()] == [ADA]
    (mail,), _ = await drain(alone)
    assert (await alone.quarantine(mail.ref)).done is Done.DONE
    await alone.close()


async def test_a_file_that_went_away_is_gone(yard, connector):
    yard.deliver(ADA, letter(1))
    mailbox = await box(connector)
    yard.path(ADA).unlink()
    yard.deliver("ben@corp.example", letter(2))
    with pytest.raises(Gone, match="any more"):
        await connector.fetch(mailbox, None, limit=1)


async def test_a_file_sorted_anew_gives_nothing_twice(yard, connector):
    for number in range(30):
        yard.deliver(ADA, letter(number))
    _, cursor = await drain(connector)
    texts = [stretch(letter(number)) for number in range(31)]
    yard.write(yard.path(ADA), b"".join(reversed(texts[5:])))
    assert subjects((await drain(connector, cursor))[0]) == [letter(30)]


async def test_a_mail_cannot_forge_a_former_place(yard, connector):
    forged = (
        b'X-Mailkeep-Place: {"id":"x","folder":"INBOX","offset":0,"size":3,"whole":0,"before":"","after":""}\n'
        + letter(1)
    )
    yard.deliver(ADA, forged)
    (mail,), _ = await drain(connector)
    assert mail.raw == forged
    before = yard.text(yard.path(ADA))
    await connector.quarantine(mail.ref)
    assert (await connector.again(mail.ref)).raw == forged
    await connector.restore(mail.ref, mail.state)
    assert yard.text(yard.path(ADA)) == before


async def test_restoring_to_a_folder_an_mbox_cannot_have_is_refused(yard, connector):
    from mailkeep.connect.port import State

    yard.deliver(ADA, letter(1))
    (mail,), _ = await drain(connector)
    with pytest.raises(Refused, match="no folder 'Projects'"):
        await connector.restore(mail.ref, State(folder="Projects"))


async def test_the_date_is_the_from_lines_else_the_header_else_the_files(yard, connector):
    bare = b"From ada@corp.example\nDate: Tue, 3 Mar 2026 10:00:00 +0100\nSubject: b\n\nx\n\n"
    undated = b"From ada@corp.example\nSubject: c\n\nx\n\n"
    yard.write(yard.path(ADA), stretch(letter(1)) + bare + undated)
    os.utime(yard.path(ADA), (1_000_000_000, 1_000_000_000))
    found, _ = await drain(connector)
    assert [each.received_at for each in found] == [
        NOON,
        datetime(2026, 3, 3, 9, tzinfo=UTC),
        datetime.fromtimestamp(1e9, tz=UTC),
    ]
