"""IMAP's words in ours and back."""

from mailkeep.connect.folders import Role
from mailkeep.connect.imap_words import Folder, code_of, flags_of, folders_of, words_of


def test_flags_go_there_and_back():
    words = (b"\\Seen", b"\\ANSWERED", b"\\Flagged", b"\\Draft", b"\\Deleted", b"$Forwarded", b"$Label1", b"\\Recent")
    flags = flags_of(words)
    assert flags == {"seen", "answered", "flagged", "draft", "trashed", "passed", "$Label1"}
    assert flags_of(word.encode() for word in words_of(flags)) == flags


def test_special_use_goes_before_the_name_and_views_are_left_out():
    listed = [
        ((b"\\HasNoChildren", b"\\Drafts"), b"/", "Unfertig"),
        ((b"\\Sent",), b"/", "Weg"),
        ((b"\\Noselect",), b"/", "[Gmail]"),
        ((b"\\Flagged",), b"/", "[Gmail]/Starred"),
        ((), b"/", "Other Users/ben"),
        ((), b"/", "Trash"),
        ((), b"/", "inbox"),
    ]
    assert folders_of(listed, ("Other Users/",)) == [
        Folder("INBOX", Role.INBOX),
        Folder("Trash", Role.TRASH),
        Folder("Unfertig", Role.DRAFTS),
        Folder("Weg", Role.SENT),
    ]


def test_the_code_of_an_answer_is_found():
    assert code_of("b'[AUTHENTICATIONFAILED] no'") == "AUTHENTICATIONFAILED"
    assert code_of("select failed: [UIDVALIDITY 12] x") == "UIDVALIDITY"
    assert code_of("no code [here]") == ""
