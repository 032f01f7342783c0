import pytest

from mailkeep.simulator.graph.ids import MalformedIdError
from mailkeep.simulator.graph.tree import AbsentError, TakenError, Tree


def test_folders_everybody_has_are_there_and_some_are_hidden():
    box = Tree(1)
    names = {folder.name for folder in box.folders(1)}
    assert {"Inbox", "Sent Items", "Archive", "Drafts"} <= names
    assert not box.visible(box.folder_at("syncissues"))
    assert not box.visible(box.folder_at("conflicts"))
    assert not box.visible(box.folder_at("recoverableitemsdeletions"))
    assert box.visible(box.folder_at("Inbox"))


def test_a_folder_of_one_name_is_made_once():
    box = Tree(1)
    box.make_folder("Mailkeep Quarantine", hidden=True)
    with pytest.raises(TakenError):
        box.make_folder("mailkeep quarantine")


def test_unknown_folders_are_absent_or_malformed():
    box = Tree(1)
    with pytest.raises(AbsentError):
        box.folder_at(box.folder_id(555))
    with pytest.raises(MalformedIdError):
        box.folder_at("quarantine")


def test_a_folder_is_found_by_the_name_it_shows():
    tree = Tree(1)
    assert tree.folder_named("Sent Items") is tree.folder_at("sentitems")
    with pytest.raises(AbsentError):
        tree.folder_named("Sent")


def test_folders_are_made_when_they_are_looked_at():
    tree = Tree(1)
    assert tree._folders == {}
    tree.folder_at("inbox")
    assert list(tree._folders) == [2]


def test_what_changes_among_folders_is_written_down():
    tree = Tree(1)
    made = tree.make_folder("Own")
    tree.note_folder(made.number)
    assert tree.folder_log == [(1, made.number), (2, made.number)]
    tree.expire_deltas()
    assert tree.valid_from == tree.seq == 3
