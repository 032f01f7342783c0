"""Maildir keeps the promises, and its own traps are known."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.connect.contract import ADA, BEN, NOON, Lying, Promises, box, drain, letter, subjects

from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.maildir_names import LETTERS, directory_name, flags_of, folder_name, info_of
from mailkeep.connect.port import Gone, Refused


class MaildirYard:
    """Maildirs as delivery agents and mail programs treat them."""

    mailbox_ids = True
    folders = True

    def __init__(self, root: Path) -> None:
        self.root = root
        self.numbers = count(1)

    def connector(self):
        return MaildirTenant(self.root)

    def folder(self, mailbox, folder):
        path = self.root / mailbox / directory_name(folder)
        for inner in ("cur", "new", "tmp"):
            (path / inner).mkdir(parents=True, exist_ok=True)
        return path

    def deliver(self, mailbox, raw, folder="INBOX", at=NOON, flags=frozenset()):
        path = self.folder(mailbox, folder)
        unique = f"{int(at.timestamp())}.M{next(self.numbers)}P77.host"
        fresh = path / "tmp" / unique
        fresh.write_bytes(raw)
        os.utime(fresh, (at.timestamp(), at.timestamp()))
        fresh.rename(path / "cur" / f"{unique}:2,{info_of(flags)}" if flags else path / "new" / unique)

    def file(self, mailbox, raw):
        return next(
            path
            for path in (self.root / mailbox).rglob("*")
            if path.is_file() and path.parent.name in ("cur", "new") and path.read_bytes() == raw
        )

    def move(self, mailbox, raw, folder):
        path = self.file(mailbox, raw)
        name = path.name if ":2," in path.name else f"{path.name}:2,"
        path.rename(self.folder(mailbox, folder) / "cur" / name)

    def mark(self, mailbox, raw, flags):
        path = self.file(mailbox, raw)
        path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,{info_of(flags)}")

    def remove(self, mailbox, raw):
        self.file(mailbox, raw).unlink()

    def remove_folder(self, mailbox, folder):
        path = self.root / mailbox / directory_name(folder)
        for file in path.rglob("*"):
            if file.is_file():
                file.unlink()
        for inner in (*path.iterdir(), path):
            inner.rmdir()

    def lying(self, mailbox):
        root = self.root / mailbox
        found = []
        for path in root.rglob("*"):
            if path.is_file() and path.parent.name in ("cur", "new"):
                directory = path.parent.parent
                folder = folder_name("" if directory == root else directory.name)
                info = path.name.partition(":2,")[2]
                found.append(Lying(folder, flags_of(info, recent=path.parent.name == "new"), path.read_bytes()))
        return found


@pytest.fixture
def yard(tmp_path):
    return MaildirYard(tmp_path / "tenant")


class TestMaildir(Promises):
    """The promises."""


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


async def test_new_mail_that_a_program_moved_to_cur_is_not_seen_twice(yard, connector):
    yard.deliver(ADA, letter(1))
    _, cursor = await drain(connector)
    yard.mark(ADA, letter(1), frozenset({"seen"}))
    assert (await drain(connector, cursor))[0] == []


async def test_a_mail_from_new_lies_in_new_again_after_an_undo(yard, connector):
    yard.deliver(ADA, letter(1))
    path = yard.file(ADA, letter(1))
    (mail,), _ = await drain(connector)
    await connector.quarantine(mail.ref)
    await connector.restore(mail.ref, mail.state)
    assert yard.file(ADA, letter(1)) == path


async def test_a_single_maildir_is_a_tenant_of_one_mailbox(yard):
    yard.deliver(ADA, letter(1))
    alone = MaildirTenant(yard.root / ADA)
    assert [each.address for each in await alone.mailboxes()] == [ADA]
    assert subjects((await drain(alone))[0]) == [letter(1)]
    (mail,), _ = await drain(alone)
    await alone.quarantine(mail.ref)
    assert (await drain(alone))[0] == []


async def test_folders_named_by_people_are_mailboxes_without_an_address(yard, connector):
    yard.deliver("allen-p", letter(1))
    (mailbox,) = await connector.mailboxes()
    assert (mailbox.id, mailbox.address) == ("allen-p", "")
    (named,) = await MaildirTenant(yard.root, {"allen-p": "Phillip.Allen@corp.example"}).mailboxes()
    assert (named.id, named.address) == ("allen-p", "phillip.allen@corp.example")


async def test_two_mails_of_one_name_are_two_mails(yard, connector):
    for folder, raw in (("INBOX", letter(1)), ("Archive", letter(1)), ("Other", letter(22))):
        (yard.folder(ADA, folder) / "cur" / "1700000000.M1.host:2,S").write_bytes(raw)
    found, cursor = await drain(connector)
    assert len({each.ref.id for each in found}) == 3
    for mail in found:
        assert (await connector.quarantine(mail.ref)).done == "done"
        assert (await connector.quarantine(mail.ref)).done == "already"
    assert len(yard.lying(ADA)) == 3
    for mail in found:
        await connector.restore(mail.ref, mail.state)
    assert sorted(each.folder for each in yard.lying(ADA)) == ["Archive", "INBOX", "Other"]
    assert {each.ref.id for each in (await drain(connector, cursor))[0]} <= {each.ref.id for each in found}


async def test_a_file_that_was_still_being_copied_is_given_again_once_whole(yard, connector):
    path = yard.folder(ADA, "INBOX") / "cur" / "1700000000.M1.host:2,"
    path.write_bytes(letter(1)[:40])
    (part,), cursor = await drain(connector)
    path.write_bytes(letter(1))
    (whole,), _ = await drain(connector, cursor)
    assert whole.raw == letter(1)
    assert whole.ref.id != part.ref.id
    assert (await connector.quarantine(part.ref)).done == "done"


async def test_the_arrival_is_the_earlier_of_name_and_file_time(yard, connector):
    cur = yard.folder(ADA, "INBOX") / "cur"
    early, late = int(NOON.timestamp()), int((NOON + timedelta(days=9)).timestamp())
    for name, time in ((f"{early}.M1.host:2,", late), (f"{late}.M2.host:2,", early)):
        (cur / name).write_bytes(letter(1))
        os.utime(cur / name, (time, time))
    assert {each.received_at for each in (await drain(connector))[0]} == {NOON}


async def test_thousands_moved_in_at_once_with_old_dates_are_all_given(yard, connector):
    for number in range(20):
        yard.deliver(ADA, letter(number))
    _, cursor = await drain(connector)
    for number in range(1000, 1400):
        yard.deliver(ADA, letter(number), at=datetime(2010, 1, 1, tzinfo=UTC))
    found, cursor = await drain(connector, cursor, limit=150)
    assert {letter(number) for number in range(1000, 1400)} <= set(subjects(found))
    assert (await drain(connector, cursor))[0] == []


async def test_a_folder_moved_in_whole_is_given(yard, connector, tmp_path):
    yard.deliver(ADA, letter(1))
    yard.deliver(BEN, letter(2), folder="Old", at=NOON - timedelta(days=500))
    _, cursor = await drain(connector)
    (yard.root / BEN / ".Old").rename(yard.root / ADA / ".Old")
    assert subjects((await drain(connector, cursor))[0]) == [letter(2)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
async def test_an_unreadable_folder_and_mail_are_told_and_the_rest_goes_on(yard, connector):
    await unreadable(yard, connector)


def test_an_unreadable_folder_and_mail_are_told_to_an_ordinary_user_too():
    if os.geteuid() != 0:
        pytest.skip("this test becomes an ordinary user, which only root can")
    code = (
        "import asyncio, concurrent.futures.thread, os, sys; from pathlib import Path\n"
        "from tests.connect.test_maildir import MaildirYard, unreadable\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "yard = MaildirYard(Path(sys.argv[1])); asyncio.run(unreadable(yard, yard.connector()))\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own directory is closed to that user
        Path(folder).chmod(0o777)
        asked = [sys.executable, "-c", code, f"{folder}/tenant"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def unreadable(yard, connector):
    """A closed mail, a closed folder and a closed mailbox, opened again one after the other."""
    for number, folder in enumerate(("INBOX", "INBOX", "Closed")):
        yard.deliver(ADA, letter(number), folder=folder)
    yard.deliver(BEN, letter(9))
    closed, folder = yard.file(ADA, letter(1)), yard.root / ADA / ".Closed" / "new"
    closed.chmod(0)
    folder.chmod(0)
    (yard.root / BEN).chmod(0)
    page = await connector.fetch(await box(connector), None, limit=10)
    assert subjects(list(page.deliveries)) == [letter(0)]
    assert sorted(Path(what).parent.parent.name for what, _ in page.skipped) == [ADA, ADA]
    assert any(".Closed" in what for what, _ in page.skipped)
    assert all("ermission" in why for _, why in page.skipped)
    with pytest.raises((Refused, Gone)) as refused:
        await connector.fetch(await box(connector, BEN), None, limit=10)
    assert BEN in str(refused.value)
    closed.chmod(0o600)
    folder.chmod(0o700)
    assert subjects((await drain(connector, page.cursor))[0]) == [letter(1), letter(2)]
    (yard.root / BEN).chmod(0o700)


async def test_a_folder_that_holds_no_maildir_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(Refused, match=r"holds no Maildir.*Name the folder"):
        await MaildirTenant(tmp_path).mailboxes()


async def test_a_mailbox_that_went_away_is_gone(yard, connector):
    yard.deliver(ADA, letter(1))
    mailbox = await box(connector)
    (yard.root / ADA).rename(yard.root.parent / "elsewhere")
    with pytest.raises(Gone, match="not there any more"):
        await connector.fetch(mailbox, None, limit=1)


async def test_pipes_links_and_hidden_files_are_no_mail(yard, connector):
    yard.deliver(ADA, letter(1))
    cur = yard.folder(ADA, "INBOX") / "cur"
    os.mkfifo(cur / "1700000000.pipe:2,")
    (cur / "1700000001.link:2,").symlink_to("/etc/hostname")
    (cur / ".hidden").write_bytes(b"")
    page = await connector.fetch(await box(connector), None, limit=10)
    assert subjects(list(page.deliveries)) == [letter(1)]
    assert len(page.skipped) == 2
    assert (await connector.fetch(await box(connector), page.cursor, limit=10)).skipped == ()


async def test_names_in_any_bytes_are_found_again(yard, connector):
    name = os.fsdecode(b"170.\xff~1 %\xc3\xbc:2,S")
    path = yard.folder(ADA, "INBOX") / "cur" / name
    path.write_bytes(letter(1))
    (mail,), _ = await drain(connector)
    mail.ref.id.encode("ascii")
    assert (await connector.quarantine(mail.ref)).done == "done"
    assert (await connector.restore(mail.ref, mail.state)).done == "done"
    assert yard.file(ADA, letter(1)) == path


class Users(RuleBasedStateMachine):
    """Users and Mailkeep at the same mails in any order; undoing ours leaves theirs."""

    FOLDERS = ("INBOX", "Archive", "Trash", "Old/2025")

    @initialize(number=st.integers(1, 4))
    def begin(self, number):
        import asyncio

        self.folder = tempfile.TemporaryDirectory()
        self.yard = MaildirYard(Path(self.folder.name) / "tenant")
        self.run = asyncio.new_event_loop().run_until_complete
        self.connector = self.yard.connector()
        for each in range(number):
            self.yard.deliver(ADA, letter(each))
        found, _ = self.run(drain(self.connector, limit=100))
        self.refs = {each.raw: each.ref for each in found}
        self.wanted = {each.raw: self.run(self.connector.state(each.ref)) for each in found}
        self.ours = {}

    @rule(data=st.data(), act=st.sampled_from(["quarantine", "delete", "flag"]))
    def act(self, data, act):
        raw = data.draw(st.sampled_from(sorted(self.refs)))
        if raw not in self.wanted:
            assert self.run(getattr(self.connector, act)(self.refs[raw])).done == "gone"
            return
        before = self.run(self.connector.state(self.refs[raw]))
        outcome = self.run(getattr(self.connector, act)(self.refs[raw]))
        assert outcome.done in ("done", "already")
        if outcome.done == "done":
            self.ours.setdefault(raw, []).append((outcome.ref, before))

    @rule(data=st.data())
    def undo(self, data):
        if self.ours:
            raw = data.draw(st.sampled_from(sorted(self.ours)))
            ref, state = self.ours[raw].pop()
            assert self.run(self.connector.restore(ref, state)).done == "done"
            if not self.ours[raw]:
                del self.ours[raw]

    @rule(data=st.data(), folder=st.sampled_from(FOLDERS))
    def user_moves(self, data, folder):
        free = sorted(set(self.wanted) - set(self.ours))
        if free:
            raw = data.draw(st.sampled_from(free))
            self.yard.move(ADA, raw, folder)
            self.note(raw)

    @rule(data=st.data(), flags=st.frozensets(st.sampled_from(sorted(LETTERS))))
    def user_marks(self, data, flags):
        free = sorted(set(self.wanted) - set(self.ours))
        if free:
            raw = data.draw(st.sampled_from(free))
            self.yard.mark(ADA, raw, flags)
            self.note(raw)

    @rule(data=st.data())
    def user_removes(self, data):
        if self.wanted:
            raw = data.draw(st.sampled_from(sorted(self.wanted)))
            self.yard.remove(ADA, raw)
            del self.wanted[raw]
            self.ours.pop(raw, None)

    def note(self, raw):
        self.wanted[raw] = next(self.state(each) for each in self.yard.lying(ADA) if each.raw == raw)

    @staticmethod
    def state(lying):
        from mailkeep.connect.port import State

        return State(folder=lying.folder, flags=lying.flags)

    @invariant()
    def nothing_is_lost_or_doubled(self):
        if hasattr(self, "yard"):
            assert sorted(each.raw for each in self.yard.lying(ADA)) == sorted(self.wanted)

    def teardown(self):
        if not hasattr(self, "yard"):
            return
        for raw in list(self.ours):
            for ref, state in reversed(self.ours[raw]):
                self.run(self.connector.restore(ref, state))
        assert {each.raw: self.state(each) for each in self.yard.lying(ADA)} == self.wanted
        self.run.__self__.run_until_complete(self.run.__self__.shutdown_default_executor())
        self.run.__self__.close()
        self.folder.cleanup()


TestUsers = Users.TestCase
TestUsers.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
