import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

import msgspec
import pytest
from aiohttp import web
from tests.connect.graph.yard import pem
from tests.connect.jwks import Signer, served

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.gmail.notices import News
from mailkeep.connect.graph.notices import Notice, Post, Sealed, read_post
from mailkeep.connect.graph.rich import PUBLISHER, Postmark, seal_of
from mailkeep.connect.port import SEALED
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.flow.hearing import MOST_OPENED, Deaf, Ear, Ears, NoSuchTenant, Rejected, hear_google, hear_graph
from mailkeep.simulator.graph.rich import Seal
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
    heard = hear_graph(store, "corp", read_post(post(notice(), notice("ben", "mail-2"))), NOW)
    assert heard.counts == {"accepted": 2}
    assert heard.wakes
    assert owed(store) == [("ada", ("mail-1",)), ("ben", ("mail-2",))]
    assert store.subscriptions.by_id("sub-ada").heard_at == NOW


def test_a_notice_that_comes_twice_is_one_piece_of_work(store):
    first = hear_graph(store, "corp", read_post(post(notice(), notice())), NOW)
    hear_graph(store, "corp", read_post(post(notice())), NOW)
    assert first.counts == {"accepted": 1, "repeated": 1}
    assert len(owed(store)) == 1


@pytest.mark.parametrize("secret", ["", "guessed", SECRET + " ", SECRET[:-1], None])
def test_a_forged_notice_is_rejected_and_counted(store, secret):
    heard = hear_graph(
        store,
        "corp",
        read_post(post(notice(secret=secret), notice(secret=secret, ref="", lifecycleEvent="missed"))),
        NOW,
    )
    assert heard.counts == {"forged": 2}
    assert not heard.wakes
    assert owed(store) == owed(store, LIFE_LANE) == []
    assert store.subscriptions.counts("corp") == {"forged": 2}
    assert store.subscriptions.by_id("sub-ada").heard_at is None


def test_a_notice_for_a_subscription_of_nobody_or_of_another_tenant_is_rejected_and_counted(store):
    stranger = notice() | {"subscriptionId": "sub-nobody"}
    assert hear_graph(store, "corp", read_post(post(stranger)), NOW).counts == {"unknown": 1}
    assert hear_graph(store, "other", read_post(post(notice())), NOW).counts == {"unknown": 1}
    assert owed(store) == []


def test_the_good_notices_of_a_post_are_taken_though_others_are_bad(store):
    heard = hear_graph(store, "corp", read_post(post("?", notice(secret="x"), notice(ref="mail-9"))), NOW)
    assert heard.counts == {"strange": 1, "forged": 1, "accepted": 1}
    assert owed(store) == [("ada", ("mail-9",))]


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved", "reauthorizationRequired"])
def test_lifecycle_events_are_owed_to_those_who_keep_the_subscriptions(store, event):
    heard = hear_graph(store, "corp", read_post(post(notice(ref="", lifecycleEvent=event))), NOW)
    assert heard.counts == {"lifecycle": 1}
    assert heard.wakes
    assert owed(store, LIFE_LANE) == [("ada", (event,))]


def test_a_push_of_gmail_has_the_mailbox_read_on(store):
    news = News(address="ada@corp.example", delivery="m1")
    assert hear_google(store, "corp", news, NOW).wakes
    hear_google(store, "corp", news, NOW)
    assert owed(store) == [("ada@corp.example", ())]


OURS = read_certificate(pem("notices")[0], "notices.pem")
TENANT = "84bd8158-6d4d-4958-8b9f-9d6445542f95"


@pytest.fixture
async def publisher(store):
    """Who signs the posts of a tenant whose notices are sealed, with what checks them."""
    secret = SEALED + SECRET
    promise = msgspec.structs.replace(store.subscriptions.by_id("sub-ada"), secret=sha256(secret.encode()).hexdigest())
    store.subscriptions.keep(promise)
    signer = Signer()
    async with served(signer) as keys:
        yield SimpleNamespace(
            secret=secret,
            sign=lambda **change: signer.sign(
                {
                    "aud": "app",
                    "iss": f"https://sts.windows.net/{TENANT}/",
                    "appid": PUBLISHER,
                    "exp": NOW.timestamp() + 3600,
                    **change,
                }
            ),
            keys=keys,
            ears=Ears(
                store=store,
                tenants={"corp": Ear(kind="m365", postmark=postmark(SigningKeys(keys.url)))},
                keys=SigningKeys(keys.url),
                clock=lambda: NOW,
                nudge=lambda: None,
            ),
        )


def postmark(keys):
    return Postmark(
        tenant_id=TENANT,
        apps=frozenset({"app"}),
        issuers=("https://sts.windows.net/{tenant}/",),
        keys=keys,
        certificate=OURS,
    )


def carrying(publisher, ref, certificate=OURS, **content):
    seal = seal_of(certificate)
    return notice(ref=ref, secret=publisher.secret, encryptedContent=Seal(seal.certificate, seal.id).close(content))


def signed(publisher, *notices, **change):
    return json.dumps({"value": notices, "validationTokens": [publisher.sign(**change)]}).encode()


async def test_a_sealed_notice_that_microsoft_signed_is_taken_and_a_draft_is_never_fetched(publisher, store):
    mail, draft = carrying(publisher, "mail", isDraft=False), carrying(publisher, "draft", isDraft=True)
    heard = await publisher.ears.hear("m365", "corp", signed(publisher, draft, mail, draft))
    assert heard.counts == {"accepted": 1, "draft": 2}
    assert owed(store) == [("ada", ("mail",))]


async def test_a_post_of_drafts_alone_wakes_nobody(publisher, store):
    heard = await publisher.ears.hear("m365", "corp", signed(publisher, carrying(publisher, "draft", isDraft=True)))
    assert (heard.counts, heard.wakes) == ({"draft": 1}, False)
    assert store.subscriptions.counts("corp") == {"draft": 1}


async def test_who_knows_the_secret_but_is_not_microsoft_is_counted_as_a_forger(publisher, store):
    sealed = carrying(publisher, "mail")
    posts = [
        post(sealed),  # no token
        json.dumps({"value": [sealed], "validationTokens": []}).encode(),
        json.dumps({"value": [sealed], "validationTokens": ["x.y.z"]}).encode(),
        signed(publisher, sealed, appid="another"),
        signed(publisher, sealed, exp=NOW.timestamp() - 4000),
        post(notice(ref="mail", secret=publisher.secret)),  # as if it had never been sealed
        signed(publisher, notice(ref="mail", secret=publisher.secret)),
        signed(publisher, sealed | {"encryptedContent": sealed["encryptedContent"] | {"dataSignature": "AAAA"}}),
    ]
    for each in posts:
        assert (await publisher.ears.hear("m365", "corp", each)).counts == {"forged": 1}
    assert owed(store) == []


async def test_a_lifecycle_event_of_a_sealed_subscription_needs_no_seal(publisher, store):
    event = notice(ref="", secret=publisher.secret, lifecycleEvent="missed")
    assert (await publisher.ears.hear("m365", "corp", post(event))).counts == {"lifecycle": 1}


async def test_what_was_sealed_for_a_former_key_is_taken_for_what_it_tells_of(publisher, store):
    former = read_certificate(pem("former")[0], "former.pem")
    sealed = carrying(publisher, "mail", certificate=former, isDraft=True)
    assert (await publisher.ears.hear("m365", "corp", signed(publisher, sealed))).counts == {"accepted": 1}
    assert owed(store) == [("ada", ("mail",))]


async def test_an_ordinary_subscription_goes_on_beside_sealed_ones(publisher, store):
    heard = await publisher.ears.hear("m365", "corp", post(notice("ben", "mail-2")))
    assert heard.counts == {"accepted": 1}
    assert publisher.keys.asked == 0


async def test_a_sealed_notice_to_who_has_no_key_for_it_is_not_believed(publisher, store):
    unable = replace(publisher.ears, tenants={"corp": Ear(kind="m365")})
    heard = await unable.hear("m365", "corp", signed(publisher, carrying(publisher, "mail")))
    assert heard.counts == {"forged": 1}


async def test_keys_of_entra_that_cannot_be_had_ask_for_the_post_again(publisher, store):
    publisher.keys.answer = web.Response(status=500)
    with pytest.raises(Deaf):
        await publisher.ears.hear("m365", "corp", signed(publisher, carrying(publisher, "mail")))
    assert store.subscriptions.counts("corp") == {}


def test_no_more_is_opened_than_can_be_answered_in_time_and_the_rest_is_looked_at(store):
    sealed = Sealed(data="", data_signature="", data_key="", encryption_certificate_id=OURS.name)
    broken = [
        Notice(subscription="sub-ada", client_state=SECRET, event="created", ref=f"m{at}", sealed=sealed)
        for at in range(MOST_OPENED + 3)
    ]
    heard = hear_graph(store, "corp", Post(notices=tuple(broken)), NOW, postmark(SigningKeys("http://127.0.0.1:9/")))
    assert heard.counts == {"forged": MOST_OPENED, "accepted": 3}


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
