"""The vendor's own client talks to the made-up workspace over real HTTP: sign-in, Gmail, Directory, Reports, Pub/Sub."""

import asyncio
import base64

import pytest
from tests.contracts.google import Checked

from mailkeep.simulator.google.scopes import scopes
from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.google.workspace import Workspace

discovery = pytest.importorskip("googleapiclient.discovery", reason="google-api-python-client is not installed")
ADA, ROOT = "ada@northwind-harbour.example", "root@northwind-harbour.example"
ALL = "gmail.modify gmail.settings.basic gmail.settings.sharing admin.directory.user admin.reports.audit.readonly"
RAW = b"From: Kim <kim@quay.example>\r\nSubject: Hi\r\nMessage-ID: <1@quay.example>\r\n\r\nHello\r\n"


@pytest.fixture
async def sim():
    workspace, checked = Workspace(), Checked()
    workspace.add_person(ROOT, admin=True)
    workspace.add_person(ADA, "Ada Lovelace", manager=ROOT)
    workspace.grant("guard", ALL.split())
    async with GoogleSimulator(workspace, observers=[checked]) as running:
        yield running
    assert checked.faults == []


@pytest.fixture
def build(sim):
    """An API as the vendor's client makes it."""
    from google.oauth2 import service_account

    made = []

    def built(name, version, words, subject=None):
        info = sim.workspace.keyring.account("guard").key_file(sim.url)
        signed = service_account.Credentials.from_service_account_info(
            info, scopes=list(scopes(words)), subject=subject
        )
        made.append(discovery.build(name, version, credentials=signed, client_options={"api_endpoint": sim.url}))
        return made[-1]

    yield built
    for each in made:
        each.close()


def run(request):
    return asyncio.to_thread(request.execute)


async def test_gmail_is_read_watched_and_changed(sim, build):
    topic = sim.workspace.pubsub.topic("notices")
    gmail = build("gmail", "v1", "gmail.modify", ADA).users()
    start = (await run(gmail.watch(userId="me", body={"topicName": topic})))["historyId"]
    mail = sim.workspace.deliver(ADA, RAW)
    history = await run(gmail.history().list(userId="me", startHistoryId=start, historyTypes=["messageAdded"]))
    assert history["history"][0]["messagesAdded"][0]["message"]["id"] == mail
    found = await run(gmail.messages().list(userId="me", q="rfc822msgid:1@quay.example"))
    assert found["messages"][0]["id"] == mail
    raw = await run(gmail.messages().get(userId="me", id=mail, format="raw"))
    assert base64.urlsafe_b64decode(raw["raw"]) == RAW
    hidden = {"name": "Mailkeep Quarantine", "labelListVisibility": "labelHide", "messageListVisibility": "hide"}
    label = (await run(gmail.labels().create(userId="me", body=hidden)))["id"]
    body = {"ids": [mail], "addLabelIds": [label], "removeLabelIds": ["INBOX"]}
    await run(gmail.messages().batchModify(userId="me", body=body))
    assert (await run(gmail.messages().trash(userId="me", id=mail)))["labelIds"] == sorted([label, "TRASH", "UNREAD"])
    await run(gmail.stop(userId="me"))


async def test_pages_are_walked_with_the_clients_own_next(sim, build):
    given = [sim.workspace.deliver(ADA, RAW) for _ in range(7)]
    messages = build("gmail", "v1", "gmail.modify", ADA).users().messages()
    request, found = messages.list(userId="me", maxResults=3), []
    while request is not None:
        page = await run(request)
        found += [each["id"] for each in page["messages"]]
        request = messages.list_next(request, page)
    assert sorted(found) == sorted(given)


async def test_a_batch_of_the_clients_is_understood(sim, build):
    given = [sim.workspace.deliver(ADA, RAW) for _ in range(3)]
    gmail = build("gmail", "v1", "gmail.modify", ADA)
    await run(gmail.users().getProfile(userId="me"))  # signs in; a batch that had to would leave its connection open
    heard = {}
    batch = gmail.new_batch_http_request(callback=lambda key, reply, error: heard.update({key: (reply, error)}))
    # The client ignores `api_endpoint` for batches and would go to the real host.
    batch._batch_uri = f"{sim.url}/batch/gmail/v1"
    for mail in (*given, "18ffffffffffffff"):
        batch.add(gmail.users().messages().get(userId="me", id=mail, format="minimal"), request_id=mail)
    await run(batch)
    assert [heard[mail][0]["id"] for mail in given] == given
    assert heard["18ffffffffffffff"][1].status_code == 404


async def test_a_missing_scope_is_an_error_the_client_can_name(build):
    from googleapiclient.errors import HttpError

    gmail = build("gmail", "v1", "gmail.modify", ADA).users()
    with pytest.raises(HttpError) as no:
        await run(gmail.messages().delete(userId="me", id="18ffffffffffffff"))
    assert (no.value.status_code, no.value.error_details[0]["reason"]) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


async def test_scopes_that_were_not_delegated_are_refused_at_sign_in(build):
    from google.auth.exceptions import RefreshError

    with pytest.raises(RefreshError, match="unauthorized_client"):
        await run(build("gmail", "v1", "mail", ADA).users().getProfile(userId="me"))


async def test_settings_are_read_and_written(sim, build):
    settings = build("gmail", "v1", "gmail.settings.basic gmail.settings.sharing", ADA).users().settings()
    await run(settings.forwardingAddresses().create(userId="me", body={"forwardingEmail": ROOT}))
    rule = {"criteria": {"from": "kim"}, "action": {"forward": ROOT}}
    made = await run(settings.filters().create(userId="me", body=rule))
    assert (await run(settings.filters().list(userId="me")))["filter"] == [made]
    sim.workspace.deliver(ADA, RAW)
    assert [mail.raw for mail in sim.workspace.lying(ROOT)] == [RAW]


async def test_the_directory_and_the_logs_are_read(sim, build):
    directory = build("admin", "directory_v1", "admin.directory.user", ROOT)
    users = (await run(directory.users().list(customer="my_customer")))["users"]
    assert [each["primaryEmail"] for each in users] == [ADA, ROOT]
    await run(directory.users().update(userKey=ADA, body={"suspended": True}))
    reports = build("admin", "reports_v1", "admin.reports.audit.readonly", ROOT)
    (event,) = (await run(reports.activities().list(userKey="all", applicationName="admin")))["items"]
    assert event["events"][0]["name"] == "SUSPEND_USER"


async def test_notices_are_pulled_and_acknowledged(sim, build):
    queue = sim.workspace.pubsub.subscription("pull", "notices")
    sim.workspace.pubsub.publish(queue.topic, b"hello")
    subscriptions = build("pubsub", "v1", "pubsub").projects().subscriptions()
    pulled = await run(subscriptions.pull(subscription=queue.name, body={"maxMessages": 5}))
    (received,) = pulled["receivedMessages"]
    assert base64.urlsafe_b64decode(received["message"]["data"]) == b"hello"
    await run(subscriptions.acknowledge(subscription=queue.name, body={"ackIds": [received["ackId"]]}))
    assert queue.acknowledged == 1
