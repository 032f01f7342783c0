"""Gmail's labels in the port's words, and our acts as changes to a set of labels.

Gmail has no folders: a mail carries labels, and where it "lies" follows from them. A *mark* is a label in a form that
outlives the mailbox: a system label by its id (`INBOX`), a user's label by its name (`label:Projects`).

| Mark | In the port |
|---|---|
| TRASH, SPAM, our quarantine, INBOX, DRAFT, SENT: the first one carried | folder Trash, Spam, Mailkeep Quarantine, INBOX … |
| none of them: the first of the user's labels by name, else nothing | folder of that name, else All Mail |
| UNREAD missing | flag `seen` |
| DRAFT | flag `draft` |
| STARRED | flag `flagged` |
| label:Mailkeep suspicious | flag `$MailkeepSuspicious` |
| every other system label, IMPORTANT, CATEGORY_SOCIAL … | flag `$IMPORTANT`, `$CATEGORY_SOCIAL` |
| every other user's label | flag `label:Projects` |

Both ways lose nothing but SENT, DRAFT and CHAT, which Gmail sets and nobody can change. So a restored mail carries exactly
the labels it had.
"""

from mailkeep.connect.folders import INBOX
from mailkeep.connect.port import FLAG_KEYWORD, QUARANTINE_FOLDER, State

LABEL = "label:"
SUSPICIOUS_LABEL = "Mailkeep suspicious"
"""What a flagged mail shows in the user's list."""
QUARANTINE = LABEL + QUARANTINE_FOLDER
SUSPICIOUS = LABEL + SUSPICIOUS_LABEL
ALL_MAIL = "All Mail"

PLACES = {
    "TRASH": "Trash",
    "SPAM": "Spam",
    QUARANTINE: QUARANTINE_FOLDER,
    "INBOX": INBOX,
    "DRAFT": "Drafts",
    "SENT": "Sent",
}
"""Mark → folder; of several that a mail carries the first one tells where it lies."""
MARK_OF_PLACE = {folder: mark for mark, folder in PLACES.items()}
RESERVED = frozenset(folder.casefold() for folder in (*PLACES.values(), ALL_MAIL))
"""Names that tell a place; a user's label of such a name never does."""
FIXED = frozenset({"SENT", "DRAFT", "CHAT"})
"""Set by Gmail; no request changes them."""
HIDEABLE = frozenset({"INBOX", "SPAM", "TRASH", "STARRED", "IMPORTANT"})
"""System labels, the categories aside, under which a user sees a mail and which may be taken off."""
LEFT_OUT = frozenset({"DRAFT", "CHAT", QUARANTINE})
"""A mail that carries one of these is not delivered."""
FLAGS = {"STARRED": "flagged", SUSPICIOUS: FLAG_KEYWORD}
MARK_OF_FLAG = {flag: mark for mark, flag in FLAGS.items()}


def state_of(marks: frozenset[str]) -> State:
    """Where a mail with these marks lies, and its flags."""
    place = _place(marks)
    others = marks - FIXED - {place, "UNREAD"}
    told = {flag for flag, yes in (("seen", "UNREAD" not in marks), ("draft", "DRAFT" in marks)) if yes}
    return State(folder=_folder(place), flags=frozenset(told | {_flag(mark) for mark in others}))


def marks_of(state: State) -> frozenset[str]:
    """The marks that a mail in this state carries, FIXED ones aside. A flag that Gmail has no word for is left out."""
    place = MARK_OF_PLACE.get(state.folder, "" if state.folder == ALL_MAIL else LABEL + state.folder)
    found = {place, *map(_mark, state.flags)}
    if "seen" not in state.flags:
        found.add("UNREAD")
    return frozenset(found) - FIXED - {""}


def quarantined(marks: frozenset[str]) -> frozenset[str]:
    """The mail out of sight: in no list but All Mail, the search, and for the user's own letters Sent."""
    return frozenset(mark for mark in marks if not _shows(mark)) | {QUARANTINE}


def trashed(marks: frozenset[str]) -> frozenset[str]:
    """The mail in the trash."""
    return marks - {"INBOX", "SPAM", QUARANTINE} | {"TRASH"}


def flagged(marks: frozenset[str]) -> frozenset[str]:
    """The mail with a star and our label, where it lies."""
    return marks | {"STARRED", SUSPICIOUS}


def restored(marks: frozenset[str], state: State) -> frozenset[str]:
    """The mail as it was in this state."""
    return marks & FIXED | marks_of(state)


def _place(marks: frozenset[str]) -> str:
    """The mark that tells where the mail lies; empty for All Mail."""
    for mark in PLACES:
        if mark in marks:
            return mark
    own = sorted(mark for mark in marks - {SUSPICIOUS} if _tells_place(mark))
    return own[0] if own else ""


def _shows(mark: str) -> bool:
    """True for what puts a mail into a list that a user looks at."""
    return mark in HIDEABLE or mark.startswith(("CATEGORY_", LABEL))


def _tells_place(mark: str) -> bool:
    return mark.startswith(LABEL) and mark.removeprefix(LABEL).casefold() not in RESERVED


def _folder(place: str) -> str:
    return PLACES.get(place) or place.removeprefix(LABEL) or ALL_MAIL


def _flag(mark: str) -> str:
    return FLAGS.get(mark) or (mark if mark.startswith(LABEL) else f"${mark}")


def _mark(flag: str) -> str:
    """The mark of a flag; empty where there is none."""
    if flag in MARK_OF_FLAG:
        return MARK_OF_FLAG[flag]
    if flag.startswith(LABEL):
        return flag
    return flag[1:] if flag.startswith("$") else ""
