"""Gmail as somebody else read it: the client, cursor and acts against the independent emulator.

It takes any token and gives none for an assertion, knows no getProfile and never forgets its history, so tokens are at hand
here and the reading begins with a history id; Message-ID search is broken there. Everything else is asked for as of Google.
"""

import base64

import aiohttp
import pytest
from tests.connect.contract import ADA, letter
from tests.connect.gmail.emulator import emulator, missing

from mailkeep.connect.assertions import ServiceAccountKey
from mailkeep.connect.gmail.account import GmailAccount
from mailkeep.connect.gmail.acts import Acts
from mailkeep.connect.gmail.client import Client, Desk
from mailkeep.connect.gmail.labels import flagged, quarantined, restored, trashed
from mailkeep.connect.gmail.listing import listed
from mailkeep.connect.gmail.reader import Reader
from mailkeep.connect.gmail.sync import Progress, Sync, read_progress
from mailkeep.connect.grants import Tier
from mailkeep.connect.http import Http
from mailkeep.connect.port import QUARANTINE_FOLDER, Done, Gone, Ref, State

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "there")

TOKEN = "token-of-ada"
SEED = {
    "google": {"users": [{"email": ADA, "name": "Ada"}]},
    "tokens": {TOKEN: {"login": ADA, "id": 1, "scopes": []}},
}
HOSTILE = (
    b"From: a@b.example\nSubject: odd\nMessage-ID: <odd@b.example>\n\n>From the top\r\n\x80\xff\x00 no end of line"
)


class AtHand:
    """Tokens that need no asking."""

    def bearer(self, grant):
        return self

    async def token(self):
        return TOKEN

    def forget(self, token):
        raise AssertionError("the token was refused")


class Post:
    """The mail server, and the user's own hands."""

    def __init__(self, session, url):
        self.session, self.base = session, f"{url}/gmail/v1/users/me"

    async def ask(self, method, path, **body):
        async with self.session.request(method, self.base + path, json=body or None) as answer:
            assert answer.status in {200, 204}, await answer.text()
            return await answer.json() if answer.status == 200 else None

    async def deliver(self, raw, *labels):
        """A mail arrives with these labels."""
        body = {"raw": base64.urlsafe_b64encode(raw).decode(), "labelIds": labels or ("INBOX", "UNREAD")}
        return (await self.ask("POST", "/messages/import", **body))["id"]

    async def labels(self, mail):
        """The labels it carries."""
        return set((await self.ask("GET", f"/messages/{mail}?format=minimal")).get("labelIds", []))

    async def label(self, name):
        """A new label of the user's."""
        return (await self.ask("POST", "/labels", name=name))["id"]


@pytest.fixture(scope="module")
def url():
    with emulator(SEED) as url:
        yield url


@pytest.fixture
async def post(url):
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        post = Post(session, url)
        for mail in (await post.ask("GET", "/messages?includeSpamTrash=true&maxResults=500")).get("messages", []):
            await post.ask("DELETE", f"/messages/{mail['id']}")
        yield post


@pytest.fixture
async def reader(url):
    key = ServiceAccountKey(client_email="watcher@project.iam.gserviceaccount.com", private_key="")
    account = GmailAccount(keys=dict.fromkeys(Tier, key), mailboxes=(ADA,), api_url=url)
    http = Http()
    yield Reader(Client(account, http, AtHand()))
    await http.close()


@pytest.fixture
def desk():
    return Desk(mailbox="1", address=ADA, tier=Tier.REMEDIATE)


async def drained(reader, desk, progress, limit=2):
    """Every mail from there on, and the progress at the end."""
    found = []
    while True:
        page = await Sync(reader, desk, progress).page(limit)
        found.extend(page.deliveries)
        progress = read_progress(page.cursor, None)
        if not page.more:
            return found, progress


async def newest(post):
    """The newest history id: what getProfile would tell."""
    return (await post.ask("GET", "/history?startHistoryId=1"))["historyId"]


async def test_every_mail_is_read_byte_for_byte(post, reader, desk):
    letters = [letter(1), letter(2, ending=b"\r\n"), HOSTILE, letter(3, lines=20_000)]
    for raw in letters:
        await post.deliver(raw)
    found, _ = await drained(reader, desk, Progress(history=await newest(post)))
    assert sorted(each.raw for each in found) == sorted(letters)
    assert {each.state for each in found} == {State(folder="INBOX")}


async def test_only_what_is_new_comes_after_the_end_and_read_marks_are_no_news(post, reader, desk):
    first = await post.deliver(letter(1))
    _, progress = await drained(reader, desk, Progress(history=await newest(post)))
    await post.ask("POST", f"/messages/{first}/modify", removeLabelIds=["UNREAD"])
    assert (await drained(reader, desk, progress))[0] == []
    await post.deliver(letter(2))
    await post.deliver(letter(3), "DRAFT")
    found, progress = await drained(reader, desk, progress)
    assert [each.raw for each in found] == [letter(2)]
    assert (await drained(reader, desk, progress))[0] == []


@pytest.mark.parametrize("change", [quarantined, trashed, flagged])
@pytest.mark.parametrize(
    "labels", [("INBOX", "UNREAD"), ("INBOX", "IMPORTANT", "CATEGORY_UPDATES"), ("SPAM",), ("STARRED",)]
)
async def test_an_act_and_its_undo_leave_the_labels_as_they_were(post, reader, desk, change, labels):
    name = f"Work {change.__name__} {'-'.join(labels)}"
    mail = await post.deliver(letter(1), *labels, await post.label(name))
    before = await post.labels(mail)
    acts, ref = Acts(reader), Ref(mailbox="1", id=mail)
    state = await acts.state(desk, ref)
    assert (await acts.make(desk, ref, change)).done is Done.DONE
    assert await post.labels(mail) != before
    assert (await acts.make(desk, ref, change)).done is Done.ALREADY
    assert (await acts.make(desk, ref, lambda marks: restored(marks, state))).done is Done.DONE
    assert await post.labels(mail) == before


async def test_a_quarantined_mail_is_in_no_list_of_the_users_and_never_delivered(post, reader, desk):
    mail = await post.deliver(letter(1), "INBOX", "STARRED", await post.label("Cases"))
    outcome = await Acts(reader).make(desk, Ref(mailbox="1", id=mail), quarantined)
    assert outcome.ref.folder == QUARANTINE_FOLDER
    assert len(await post.labels(mail)) == 1
    assert (await drained(reader, desk, Progress(history=await newest(post))))[0] == []
    label = next(each for each in await reader.client.labels(desk) if each.name == QUARANTINE_FOLDER)
    assert (await post.ask("GET", f"/labels/{label.id}"))["labelListVisibility"] == "labelHide"


async def test_what_is_listed_is_what_is_read(post, reader, desk):
    for number in range(4):
        await post.deliver(letter(number))
    await post.deliver(letter(8), "TRASH")
    await post.deliver(letter(9), "DRAFT")
    found, _ = await drained(reader, desk, Progress(history=await newest(post)))
    assert len(found) == 5
    since = min(each.received_at for each in found)
    assert {(each.id, each.folder) for each in await listed(reader, desk, since)} == {
        (each.ref.id, each.ref.folder) for each in found
    }


async def test_a_mail_that_is_not_there_is_gone(reader, desk):
    with pytest.raises(Gone):
        await reader.read(desk, "nothing")
    assert (await Acts(reader).make(desk, Ref(mailbox="1", id="nothing"), trashed)).done is Done.GONE


async def test_a_promise_is_understood(reader, desk):
    assert (await reader.client.watch(desk, "projects/p/topics/t")).expires_at.year >= 2026
    await reader.client.stop(desk)
