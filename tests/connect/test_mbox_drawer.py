"""One mailbox of mbox files: found by digest, moved to its neighbours and back to its place."""

import pytest
from tests.connect.contract import letter
from tests.connect.test_mbox import stretch

from mailkeep.connect.mbox_drawer import Drawer
from mailkeep.connect.port import QUARANTINE_FOLDER, Gone, Ref, Refused, State


@pytest.fixture
def drawer(tmp_path):
    (tmp_path / "a.mbox").write_bytes(b"".join(stretch(letter(n)) for n in range(5)))
    drawer = Drawer(tmp_path, "a", ".mbox")
    yield drawer
    for file in drawer.files.values():
        file.close()


def away(sheet):
    return State(folder=QUARANTINE_FOLDER, flags=sheet.slip.flags)


def raws(drawer, folder="INBOX"):
    file = drawer.files[folder]
    return [file.mail(file.text(slip)) for slip in file.index().slips]


def test_a_mail_whose_neighbours_left_too_finds_its_place(drawer):
    sheets = drawer.sheets()
    for sheet in sheets[1:4]:
        drawer.change(drawer.find(Ref(mailbox="a", id=sheet.id)), away(sheet))
    assert raws(drawer) == [letter(0), letter(4)]
    for sheet in (sheets[2], sheets[3], sheets[1]):
        drawer.change(drawer.find(Ref(mailbox="a", id=sheet.id)), sheet.state)
    assert raws(drawer) == [letter(n) for n in range(5)]


def test_in_a_file_that_others_changed_the_neighbours_tell_the_place(drawer, tmp_path):
    sheet = drawer.sheets()[2]
    drawer.change(sheet, away(sheet))
    kept = [stretch(letter(n), flags=frozenset({"seen"})) for n in (3, 4)]
    (tmp_path / "a.mbox").write_bytes(b"".join(kept))
    drawer.change(drawer.find(Ref(mailbox="a", id=sheet.id)), sheet.state)
    assert [raw for raw in raws(drawer) if b"Letter 2" in raw] == [letter(2)]
    assert b"Letter 2" in raws(drawer)[0]


def test_a_mail_that_is_nowhere_is_gone(drawer):
    with pytest.raises(Gone):
        drawer.find(Ref(mailbox="a", id="0" * 32))


def test_a_file_that_could_not_be_read_whole_is_not_rewritten(tmp_path):
    (tmp_path / "a.mbox.gz").write_bytes(b"\x1f\x8b broken")
    drawer = Drawer(tmp_path, "a", ".mbox.gz")
    assert drawer.sheets() == []
    assert "ends early" in drawer.troubles()[0][1]
    with pytest.raises(Refused, match="not changed"):
        drawer._write("INBOX", 0, b"", 0)
