"""Subscriptions: made with a handshake, renewed, ended; and the notices they bring."""

import asyncio
import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import jwt
import msgspec
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from tests.simulator.graph.conftest import Client, mail

from mailkeep.simulator.graph import subscriptions
from mailkeep.simulator.graph.faults import NoticeFaults
from mailkeep.simulator.graph.pump import Pace

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
ADA = "ada@northwind.example"


def wish(listener, *, minutes=60, resource=f"users/{ADA}/messages", **more):
    end = datetime.now(UTC) + timedelta(minutes=minutes)
    return {
        "changeType": "created",
        "notificationUrl": listener.url,
        "lifecycleNotificationUrl": f"{listener.url}/life",
        "resource": resource,
        "expirationDateTime": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "clientState": "s3cret",
        **more,
    }


async def test_a_subscription_is_made_after_both_addresses_echoed_their_token(client, listener, simulator):
    status, made = await client.ask("POST", "/subscriptions", wish(listener))
    assert status == 201
    assert made["id"] in simulator.subscriptions.by_id
    assert len(listener.tokens) == 2
    assert listener.tokens[0] != listener.tokens[1]
    assert " " in listener.tokens[0]


async def test_a_new_mail_in_any_folder_is_told_with_the_client_state(client, listener, office):
    await client.ask("POST", "/subscriptions", wish(listener), **IMMUTABLE)
    ids = [office.deliver(ADA, mail(n), folder=folder) for n, folder in enumerate(("inbox", "sentitems", "junkemail"))]
    notices = await listener.until(3)
    assert [each["resourceData"]["id"] for each in notices] == ids
    assert {each["clientState"] for each in notices} == {"s3cret"}
    assert len(listener.posts) == 1


async def test_without_the_header_a_notice_names_the_default_id(client, listener, office):
    await client.ask("POST", "/subscriptions", wish(listener))
    immutable = office.deliver(ADA, mail())
    (notice,) = await listener.until(1)
    assert notice["resourceData"]["id"] != immutable
    assert (await client.get(f"/users/{ADA}/messages/{notice['resourceData']['id']}"))["subject"] == "Berth 1"


async def test_one_folder_is_told_of_its_own_mail_only(client, listener, office):
    await client.ask("POST", "/subscriptions", wish(listener, resource=f"/users/{ADA}/mailFolders('inbox')/messages"))
    office.deliver(ADA, mail(1), folder="junkemail")
    office.deliver(ADA, mail(2))
    await listener.until(1)
    await asyncio.sleep(0.05)
    assert len(listener.notices) == 1


async def test_a_move_is_an_update_of_the_mailbox(client, listener, office):
    await client.ask("POST", "/subscriptions", wish(listener, changeType="created,updated"), **IMMUTABLE)
    message = office.deliver(ADA, mail())
    office.move(ADA, message, "archive")
    notices = await listener.until(2)
    assert [each["changeType"] for each in notices] == ["created", "updated"]


async def test_a_second_one_for_the_same_thing_is_a_conflict(client, listener):
    await client.ask("POST", "/subscriptions", wish(listener))
    status, body = await client.ask("POST", "/subscriptions", wish(listener))
    assert status == 409
    assert "exists already" in body["error"]["message"]
    status, _ = await client.ask("POST", "/subscriptions", wish(listener, changeType="updated"))
    assert status == 201


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"minutes": 10_081}, 400, "10080 minutes"),
        ({"minutes": -5}, 400, "must be in the future"),
        ({"clientState": "x" * 129}, 400, "128"),
        ({"changeType": "burned"}, 400, "burned"),
        ({"resource": "users/nobody@northwind.example/messages"}, 404, "not found"),
        ({"resource": "teams/1/channels"}, 400, "not supported"),
        ({"notificationUrl": ""}, 400, "notificationUrl"),
        ({"notificationUrl": "http://127.0.0.1:1/x"}, 400, "could not be reached"),
        ({"includeResourceData": True, "minutes": 60}, 400, "encryptionCertificate"),
    ],
)
async def test_what_cannot_be_promised_is_refused_with_its_reason(client, listener, change, status, says):
    got, body = await client.ask("POST", "/subscriptions", wish(listener, **change))
    assert got == status
    assert says in body["error"]["message"]


async def test_a_life_under_45_minutes_is_raised(client, listener):
    _, made = await client.ask("POST", "/subscriptions", wish(listener, minutes=1))
    ends = datetime.fromisoformat(made["expirationDateTime"]) - datetime.now(UTC)
    assert timedelta(minutes=44) < ends <= timedelta(minutes=45)


@pytest.mark.parametrize(
    ("echo", "says"),
    [
        (lambda token: web.Response(text=token + "x"), "not echoed"),
        (lambda token: web.Response(text=token, content_type="text/html"), "not echoed"),
        (lambda token: web.Response(text=token, status=202), "200 OK"),
    ],
)
async def test_an_address_that_does_not_echo_is_refused(client, listener, echo, says):
    listener.echo = echo
    status, body = await client.ask("POST", "/subscriptions", wish(listener))
    assert status == 400
    assert says in body["error"]["message"]


async def test_an_app_without_the_read_permission_of_the_resource_cannot_subscribe(
    simulator, session, office, listener
):
    blind = office.register("blind", ["User.Read.All"], secret="s")
    other = Client(session, simulator.url)
    await other.sign_in(office, blind, "s")
    status, body = await other.ask("POST", "/subscriptions", wish(listener))
    assert status == 403
    assert "Mail.ReadBasic.All" in body["error"]["message"]


async def test_it_is_renewed_listed_read_and_deleted_by_its_own_app_alone(client, simulator, session, office, listener):
    _, made = await client.ask("POST", "/subscriptions", wish(listener))
    later = f"{datetime.now(UTC) + timedelta(days=6):%Y-%m-%dT%H:%M:%SZ}"
    status, renewed = await client.ask("PATCH", f"/subscriptions/{made['id']}", {"expirationDateTime": later})
    assert (status, renewed["expirationDateTime"]) == (200, later)
    assert len((await client.get("/subscriptions"))["value"]) == 1
    stranger = Client(session, simulator.url)
    await stranger.sign_in(office, office.register("stranger", ["Mail.Read"], secret="s"), "s")
    assert (await stranger.ask("GET", f"/subscriptions/{made['id']}"))[0] == 404
    assert (await client.ask("POST", f"/subscriptions/{made['id']}/reauthorize"))[0] == 204
    assert (await client.ask("DELETE", f"/subscriptions/{made['id']}"))[0] == 204
    assert (await client.ask("PATCH", f"/subscriptions/{made['id']}", {"expirationDateTime": later}))[0] == 404


async def test_after_its_end_no_notice_comes(serve, session, listener, office, app):
    clock = [datetime.now(UTC).timestamp()]
    office.clock = lambda: clock[0]
    simulator = await serve(office)
    client = Client(session, simulator.url)
    await client.sign_in(office, app)
    await client.ask("POST", "/subscriptions", wish(listener))
    clock[0] += 3600
    office.deliver(ADA, mail())
    await asyncio.sleep(0.05)
    assert listener.notices == []
    assert simulator.pump.idle


async def test_near_its_end_it_is_asked_to_reauthorize_once(client, listener, simulator, office):
    await client.ask("POST", "/subscriptions", wish(listener))
    start = office.clock()
    office.clock = lambda: start + 50 * 60
    simulator.subscriptions.tick()
    simulator.subscriptions.tick()
    (notice,) = await listener.until(1)
    assert notice["lifecycleEvent"] == "reauthorizationRequired"
    assert "changeType" not in notice


async def test_when_consent_is_revoked_the_lifecycle_address_hears_it_and_no_mail_is_told(
    client, listener, simulator, office, app
):
    _, made = await client.ask("POST", "/subscriptions", wish(listener))
    office.grant(app, ())
    office.deliver(ADA, mail())
    (notice,) = await listener.until(1)
    assert notice["lifecycleEvent"] == "subscriptionRemoved"
    assert made["id"] not in simulator.subscriptions.by_id


async def test_an_app_that_was_removed_from_the_tenant_is_told_nothing(client, listener, office, app, simulator):
    await client.ask("POST", "/subscriptions", wish(listener, lifecycleNotificationUrl=""))
    app.present = False
    office.deliver(ADA, mail())
    assert simulator.pump.idle
    assert simulator.subscriptions.by_id == {}


async def test_a_notice_that_carries_the_message_can_be_read_by_its_subscriber(
    client, listener, office, app, simulator
):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "notices")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    der = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    asked = wish(
        listener,
        resource=f"users/{ADA}/messages?$select=subject,from",
        includeResourceData=True,
        encryptionCertificate=der,
        encryptionCertificateId="one",
    )
    assert (await client.ask("POST", "/subscriptions", {**asked, "resource": f"users/{ADA}/messages"}))[0] == 400
    assert (await client.ask("POST", "/subscriptions", asked))[0] == 201
    office.deliver(ADA, mail())
    (notice,) = await listener.until(1)
    sealed = notice["encryptedContent"]
    assert sealed["encryptionCertificateId"] == "one"
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    aes = key.decrypt(base64.b64decode(sealed["dataKey"]), oaep)
    data = base64.b64decode(sealed["data"])
    assert hmac.digest(aes, data, hashlib.sha256) == base64.b64decode(sealed["dataSignature"])
    plain = Cipher(algorithms.AES(aes), modes.CBC(aes[:16])).decryptor().update(data)
    told = msgspec.json.decode(plain[: -plain[-1]])
    assert told["subject"] == "Berth 1"
    (token,) = listener.posts[0]["validationTokens"]
    async with client.session.get(f"{simulator.url}/common/discovery/keys") as answer:
        keys = jwt.PyJWKSet.from_dict(await answer.json())
    claims = jwt.decode(token, keys.keys[0].key, algorithms=["RS256"], audience=app.client_id)
    assert claims["appid"] == "0bf30f3b-4a52-48df-9a82-234910c4a086"
    assert claims["iss"] == f"https://sts.windows.net/{office.tenant_id}/"


async def test_notices_are_dropped_doubled_and_disordered_as_planned_and_always_the_same(
    client, listener, office, simulator, faults
):
    faults.notices = NoticeFaults(drop=0.2, duplicate=0.2, reorder=0.2)
    await client.ask("POST", "/subscriptions", wish(listener), **IMMUTABLE)
    ids = [office.deliver(ADA, mail(n)) for n in range(200)]
    expected = 200 - faults.count["dropped"] + faults.count["duplicated"]
    told = [each["resourceData"]["id"] for each in await listener.until(expected)]
    assert 20 < faults.count["dropped"] < 60
    assert len(set(told)) == 200 - faults.count["dropped"]
    assert told != sorted(told, key=ids.index)
    assert len(told) == expected


async def test_what_arrives_while_the_service_is_down_is_told_when_it_is_up_again(client, listener, simulator, office):
    await client.ask("POST", "/subscriptions", wish(listener))
    await simulator.down()
    office.deliver(ADA, mail())
    await asyncio.sleep(0.05)
    assert listener.notices == []
    await simulator.up()
    assert len(await listener.until(1)) == 1


async def test_a_thousand_subscriptions_fill_a_mailbox(client, listener, simulator, office, app):
    await client.ask("POST", "/subscriptions", wish(listener))
    standing = simulator.subscriptions.of(office.person(ADA))
    standing.extend([standing[0]] * (subscriptions.MOST_PER_MAILBOX - 1))
    status, body = await client.ask("POST", "/subscriptions", wish(listener, changeType="updated"))
    assert status == 403
    assert "1000" in body["error"]["message"]


async def test_five_hundred_deliveries_a_second_are_told(serve, session, listener, office, app):
    simulator = await serve(office, pace=Pace(retry_s=0.05))
    client = Client(session, simulator.url)
    await client.sign_in(office, app)
    await client.ask("POST", "/subscriptions", wish(listener), **IMMUTABLE)
    ids = []
    for burst in range(50):
        ids += [office.deliver(ADA, mail(burst * 10 + n)) for n in range(10)]
        await asyncio.sleep(0)
    notices = await listener.until(500)
    assert {each["resourceData"]["id"] for each in notices} == set(ids)
