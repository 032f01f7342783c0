"""One Maildir: listed, found again, moved."""

import os

import pytest

from mailkeep.connect.maildir_names import FileName, write_name
from mailkeep.connect.maildir_tree import Tree, holds_mail, is_maildir
from mailkeep.connect.port import Gone, Ref, State


@pytest.fixture
def tree(tmp_path):
    for inner in ("cur", "new", "tmp"):
        (tmp_path / inner).mkdir()
    return Tree(tmp_path)


def put(tree, name="1700000000.M1.host:2,S", inner="cur", raw=b"Subject: x\n\n"):
    (tree.root / inner / name).write_bytes(raw)
    return tree.root / inner / name


def ref(letter):
    return Ref(mailbox="m", id=str(letter.named), folder=letter.folder)


def test_a_move_makes_the_folder_with_the_mailboxs_rights(tree):
    tree.root.chmod(0o750)
    put(tree)
    (letter,) = tree.listing().letters
    moved = tree.move(letter, State(folder="New/Deep", flags=frozenset({"flagged"})))
    assert moved.path == tree.root / ".New.Deep" / "cur" / "1700000000.M1.host:2,F"
    assert {(tree.root / ".New.Deep" / inner).stat().st_mode & 0o777 for inner in ("cur", "new", "tmp")} == {0o750}
    assert (tree.root / ".New.Deep" / "maildirfolder").exists()


def test_a_move_never_lies_down_on_another_mail(tree):
    put(tree)
    put(tree, raw=b"Subject: other and longer\n\n", inner="new", name="1700000000.M1.host")
    for letter in tree.listing().letters:
        tree.move(letter, State(folder="Trash"))
    assert len(tree.listing().letters) == 2


def test_a_file_that_moves_is_found_where_it_went(tree):
    path = put(tree)
    (letter,) = tree.listing().letters
    path.rename(tree.root / "new" / "1700000000.M1.host")
    assert tree.find(ref(letter)).recent


def test_what_is_not_there_is_gone(tree, tmp_path):
    with pytest.raises(Gone):
        tree.find(Ref(mailbox="m", id="1.x~3"))
    with pytest.raises(Gone, match="not there any more"):
        Tree(tmp_path / "nowhere").folders()


def test_a_listing_is_kept_only_while_nothing_changed(tree):
    put(tree)
    for inner in ("cur", "new"):
        os.utime(tree.root / inner, (1, 1))
    first = tree.listing().letters
    assert tree.listing().letters is first
    put(tree, write_name(FileName(unique="1700000001.M2.host")))
    assert len(tree.listing().letters) == 2


def test_its_standing_changes_with_every_arrival(tree):
    before = tree.standing()
    put(tree)
    assert tree.standing() != before


def test_a_folder_of_folders_holds_mail_too(tree, tmp_path):
    assert is_maildir(tmp_path)
    outer = tmp_path / "outer"
    (outer / ".Sent" / "cur").mkdir(parents=True)
    assert not is_maildir(outer)
    assert holds_mail(outer)
    assert not holds_mail(tmp_path / "cur")
