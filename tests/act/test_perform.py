import pytest
from tests.postbox import AT, Postbox

from mailkeep.act.nouns import Action, Ended
from mailkeep.act.perform import Hand, perform
from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Refused, State, Throttled
from mailkeep.decide.nouns import Act


class Book:
    """A ledger on paper: fits `act.perform.Ledger`, and crashes where it is told to."""

    def __init__(self):
        self.undos, self.receipts, self.folders = {}, [], []

    async def keep_undo(self, action, state):
        self.undos.setdefault(action, state)

    async def close(self, closing):
        self.receipts.append(closing.receipt)
        self.folders.append(closing.folder)


class Crash(BaseException):
    pass


def crash(_action):
    raise Crash


def silent(_action):
    pass


def hand(post, book, *, undo_kept=silent, acted=silent):
    return Hand(connector=post, ledger=book, clock=lambda: AT, undo_kept=undo_kept, acted=acted)


def deed(ref, act=Act.QUARANTINE, undo=None):
    return Action(id="d1", verdict="v1", ref=ref, act=act, because="", by="policy", asked_at=AT, undo=undo)


@pytest.fixture
def post():
    return Postbox("ada")


@pytest.fixture
def book():
    return Book()


@pytest.mark.parametrize(
    ("act", "folder"), [(Act.QUARANTINE, QUARANTINE_FOLDER), (Act.DELETE, "Trash"), (Act.FLAG, "INBOX")]
)
async def test_a_deed_is_done_with_its_undo_and_receipt_written(post, book, act, folder):
    ref = post.post("ada", b"x", flags={"seen"})
    receipt = await perform(deed(ref, act), hand(post, book))
    assert receipt.ended is Ended.DONE
    assert post.lies(ref).folder == folder
    assert book.undos == {"d1": State(folder="INBOX", flags=frozenset({"seen"}))}
    assert (book.receipts, book.folders) == ([receipt], [folder])


async def test_restore_brings_back_the_exact_former_state(post, book):
    ref = post.post("ada", b"x", folder=QUARANTINE_FOLDER)
    former = State(folder="Projects", flags=frozenset({"seen", "answered"}))
    assert (await perform(deed(ref, Act.RESTORE, former), hand(post, book))).ended is Ended.DONE
    assert post.lies(ref) == former


async def test_a_restore_without_a_former_state_fails_in_words(post, book):
    ref = post.post("ada", b"x")
    receipt = await perform(deed(ref, Act.RESTORE), hand(post, book))
    assert receipt.ended is Ended.FAILED
    assert "no former state" in receipt.why
    assert post.deeds == []


async def test_a_crash_before_the_deed_leaves_only_the_undo(post, book):
    ref = post.post("ada", b"x")
    with pytest.raises(Crash):
        await perform(deed(ref), hand(post, book, undo_kept=crash))
    assert (post.deeds, book.receipts) == ([], [])
    assert "d1" in book.undos


async def test_after_a_crash_between_deed_and_receipt_the_retry_answers_already_and_the_first_undo_stays(post, book):
    ref = post.post("ada", b"x")
    with pytest.raises(Crash):
        await perform(deed(ref), hand(post, book, acted=crash))
    assert book.receipts == []
    receipt = await perform(deed(ref, undo=book.undos["d1"]), hand(post, book))
    assert receipt.ended is Ended.ALREADY
    assert post.deeds == [("quarantine", ref.id)]
    assert book.undos["d1"].folder == "INBOX"


async def test_a_mail_the_user_removed_is_gone_and_no_error(post, book):
    ref = post.post("ada", b"x")
    post.remove(ref)
    assert (await perform(deed(ref), hand(post, book))).ended is Ended.GONE


async def test_a_refusal_is_a_failed_receipt_with_the_reason(post, book):
    ref = post.post("ada", b"x")
    post.trouble["quarantine"] = [Refused("ada: the folder may not be created.")]
    receipt = await perform(deed(ref), hand(post, book))
    assert (receipt.ended, receipt.why) == (Ended.FAILED, "ada: the folder may not be created.")


@pytest.mark.parametrize("trouble", [Throttled("slow down", 3.0), ConsentLost("the password is not accepted")])
async def test_trouble_that_may_pass_leaves_no_receipt(post, book, trouble):
    ref = post.post("ada", b"x")
    post.trouble["quarantine"] = [trouble]
    with pytest.raises(type(trouble)):
        await perform(deed(ref), hand(post, book))
    assert book.receipts == []
