"""A file is read once, and after that only as far as it grew."""

from tests.connect.contract import letter
from tests.connect.test_mbox import stretch

from mailkeep.connect.mbox_file import MboxFile, Place, placed, with_place

PLACE = Place(id="x", folder="INBOX", offset=5, size=0, whole=9, before="", after="y")


def file_of(tmp_path, *letters):
    path = tmp_path / "a.mbox"
    path.write_bytes(b"".join(stretch(raw) for raw in letters))
    return MboxFile(path, ours=False), path


def test_what_was_known_stays_known_while_a_file_grows(tmp_path):
    file, path = file_of(tmp_path, letter(1), letter(2), letter(3))
    first = file.index().slips
    with path.open("ab") as more:
        more.write(stretch(letter(4)))
    second = file.index().slips
    assert second[0] is first[0]
    assert len(second) == 4


def test_a_file_changed_in_the_middle_is_read_anew(tmp_path):
    file, path = file_of(tmp_path, letter(1), letter(2), letter(3))
    first = file.index().slips
    text = path.read_bytes()
    with path.open("r+b") as changed:
        changed.write(text.replace(stretch(letter(1)), b"") + stretch(letter(4)) + stretch(letter(5)))
    assert len(file.index().slips) == 4
    assert file.index().slips[0] is not first[0]


def test_a_change_of_ours_is_known_without_reading(tmp_path):
    file, path = file_of(tmp_path, letter(1), letter(2), letter(3))
    slips = file.index().slips
    text = path.read_bytes()
    start, end = slips[1].offset, slips[2].offset
    path.write_bytes(text[:start] + stretch(letter(7)) + text[end:])
    file.spliced(start, stretch(letter(7)), end)
    assert [file.mail(file.text(slip)) for slip in file.index().slips] == [letter(1), letter(7), letter(3)]
    file.close()


def test_a_former_place_is_written_and_read_back():
    text = stretch(letter(1))
    place = Place(**{**{name: getattr(PLACE, name) for name in PLACE.__struct_fields__}, "size": len(text)})
    assert placed(with_place(text, place)) == (place, text)
    assert placed(text) == (None, text)
    assert placed(b"From x\nX-Mailkeep-Place: {not json\n\n")[0] is None


def test_a_missing_file_is_empty(tmp_path):
    assert MboxFile(tmp_path / "none.mbox", ours=False).index().slips == []
