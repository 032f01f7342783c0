import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from aiohttp import web
from tests.connect.jwks import Signer, served

from mailkeep.connect.gmail.notices import News
from mailkeep.connect.port import Refused
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.flow.hearing import Deaf, Ear, Ears, NoSuchTenant, Rejected, hear_google, hear_graph
from mailkeep.store.due import LIVE_LANE, Claim
from mailkeep.store.store import open_store
from mailkeep.store.subscriptions import LIFE_LANE, Promise

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECRET = "what only the provider knows"


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "mailkeep.db")
    for mailbox in ("ada", "ben"):
        store.subscriptions.keep(
            Promise(
                tenant="corp",
                mailbox=mailbox,
                id=f"sub-{mailbox}",
                secret=sha256(SECRET.encode()).hexdigest(),
                expires_at=NOW + timedelta(days=6),
                made_at=NOW - timedelta(days=1),
            )
        )
    yield store
    store.close()


def notice(mailbox="ada", ref="mail-1", secret=SECRET, **more):
    created = {"changeType": "created", "resourceData": {"id": ref}} if ref else {}
    return {"subscriptionId": f"sub-{mailbox}", "clientState": secret, **created, **more}


def post(*notices):
    return json.dumps({"value": notices}).encode()


def owed(store, lane=LIVE_LANE):
    rows = store.due.claim(Claim(lane=lane, owner="test", at=NOW, most=100, lease_s=1, tenant="corp"))
    return [(row.key, row.refs) for row in rows]


def test_new_mail_is_owed_before_the_answer_goes_out(store):
    heard = hear_graph(store, "corp", post(notice(), notice("ben", "mail-2")), NOW)
    assert heard.counts == {"accepted": 2}
    assert heard.wakes
    assert owed(store) == [("ada", ("mail-1",)), ("ben", ("mail-2",))]
    assert store.subscriptions.by_id("sub-ada").heard_at == NOW


def test_a_notice_that_comes_twice_is_one_piece_of_work(store):
    first = hear_graph(store, "corp", post(notice(), notice()), NOW)
    hear_graph(store, "corp", post(notice()), NOW)
    assert first.counts == {"accepted": 1, "repeated": 1}
    assert len(owed(store)) == 1


@pytest.mark.parametrize("secret", ["", "guessed", SECRET + " ", SECRET[:-1], None])
def test_a_forged_notice_is_rejected_and_counted(store, secret):
    heard = hear_graph(
        store, "corp", post(notice(secret=secret), notice(secret=secret, ref="", lifecycleEvent="missed")), NOW
    )
    assert heard.counts == {"forged": 2}
    assert not heard.wakes
    assert owed(store) == owed(store, LIFE_LANE) == []
    assert store.subscriptions.counts("corp") == {"forged": 2}
    assert store.subscriptions.by_id("sub-ada").heard_at is None


def test_a_notice_for_a_subscription_of_nobody_or_of_another_tenant_is_rejected_and_counted(store):
    stranger = notice() | {"subscriptionId": "sub-nobody"}
    assert hear_graph(store, "corp", post(stranger), NOW).counts == {"unknown": 1}
    assert hear_graph(store, "other", post(notice()), NOW).counts == {"unknown": 1}
    assert owed(store) == []


def test_the_good_notices_of_a_post_are_taken_though_others_are_bad(store):
    heard = hear_graph(store, "corp", post("?", notice(secret="x"), notice(ref="mail-9")), NOW)
    assert heard.counts == {"strange": 1, "forged": 1, "accepted": 1}
    assert owed(store) == [("ada", ("mail-9",))]


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved", "reauthorizationRequired"])
def test_lifecycle_events_are_owed_to_those_who_keep_the_subscriptions(store, event):
    heard = hear_graph(store, "corp", post(notice(ref="", lifecycleEvent=event)), NOW)
    assert heard.counts == {"lifecycle": 1}
    assert heard.wakes
    assert owed(store, LIFE_LANE) == [("ada", (event,))]


def test_a_post_that_is_none_is_refused(store):
    with pytest.raises(Refused):
        hear_graph(store, "corp", b"<html>", NOW)


def test_a_push_of_gmail_has_the_mailbox_read_on(store):
    news = News(address="ada@corp.example", delivery="m1")
    assert hear_google(store, "corp", news, NOW).wakes
    hear_google(store, "corp", news, NOW)
    assert owed(store) == [("ada@corp.example", ())]


PUSH, ACCOUNT = "https://keep.example/hooks/google/school", "push@school.iam.gserviceaccount.com"


@pytest.fixture
async def ears(store):
    signer = Signer()
    async with served(signer) as keys:
        nudges = []
        ears = Ears(
            store=store,
            tenants={
                "corp": Ear(kind="m365"),
                "school": Ear(kind="google", push_account=ACCOUNT, audience=PUSH),
                "deaf": Ear(kind="google"),
            },
            keys=SigningKeys(keys.url),
            clock=lambda: NOW,
            nudge=lambda: nudges.append(1),
        )
        yield SimpleNamespace(signer=signer, nudges=nudges, ears=ears, hear=ears.hear)


def push(address="ada@school.example"):
    data = base64.b64encode(json.dumps({"emailAddress": address, "historyId": "7"}).encode()).decode()
    return json.dumps({"message": {"data": data, "messageId": "1"}}).encode()


def bearer(signer, **change):
    claims = {"iss": "https://accounts.google.com", "aud": PUSH, "email": ACCOUNT, "email_verified": True}
    moments = {"iat": NOW.timestamp(), "exp": NOW.timestamp() + 3600}
    return "Bearer " + signer.sign(claims | moments | change)


async def test_a_true_notice_wakes_the_watch_and_a_false_one_does_not(ears):
    await ears.hear("m365", "corp", post(notice(secret="guess")))
    assert ears.nudges == []
    await ears.hear("m365", "corp", post(notice()))
    await ears.hear("google", "school", push(), bearer(ears.signer))
    assert ears.nudges == [1, 1]


async def test_a_push_that_nobody_or_somebody_else_signed_is_refused_and_counted(ears, store):
    for authorization in ("", bearer(Signer()), bearer(ears.signer, aud="https://elsewhere.example")):
        with pytest.raises(Rejected):
            await ears.hear("google", "school", push(), authorization)
    assert store.subscriptions.counts("school") == {"forged": 3}


async def test_a_post_that_is_none_is_refused_and_counted(ears, store):
    with pytest.raises(Rejected):
        await ears.hear("m365", "corp", b"<html>")
    with pytest.raises(Rejected):
        await ears.hear("google", "school", b"<html>", bearer(ears.signer))
    assert store.subscriptions.counts("corp") == {"strange": 1}


async def test_a_tenant_that_pulls_takes_no_pushes(ears):
    with pytest.raises(Rejected, match="pushes are not taken"):
        await ears.hear("google", "deaf", push(), bearer(ears.signer))


@pytest.mark.parametrize(("kind", "tenant"), [("m365", "nobody"), ("google", "corp"), ("m365", "school")])
async def test_a_tenant_that_is_not_connected_so_is_not_found(ears, kind, tenant):
    with pytest.raises(NoSuchTenant):
        await ears.hear(kind, tenant, post(notice()))


async def test_what_cannot_be_checked_or_written_now_must_be_posted_again(ears, store):
    async with served() as keys:
        keys.answer = web.Response(status=500)
        with pytest.raises(Deaf):
            await replace(ears.ears, keys=SigningKeys(keys.url)).hear("google", "school", push(), bearer(ears.signer))
    store.close()
    store.path.write_bytes(b"this is a shopping list" * 400)
    with pytest.raises(Deaf):
        await ears.hear("m365", "corp", post(notice()))
