"""Assertions as the other side checks them."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.connect.graph.yard import pem

from mailkeep.connect.answers import Answer
from mailkeep.connect.assertions import (
    EntraGrant,
    GoogleGrant,
    NotDelegated,
    read_certificate,
    read_service_account,
)
from mailkeep.connect.port import ConsentLost, Refused, Unreachable
from mailkeep.kit.trouble import OperatorError

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BOTH, PUBLIC = pem()
CERTIFICATE = x509.load_pem_x509_certificate(PUBLIC.encode())
KEY = CERTIFICATE.public_key()


def grant(**more):
    return EntraGrant(
        **{"client_id": "c-1", "tenant": "t-1", "login_url": "https://login.example", "scope": "s/.default", **more}
    )


def checked(token, algorithm, audience):
    return jwt.decode(
        token, KEY, algorithms=[algorithm], audience=audience, options={"verify_exp": False, "verify_iat": False}
    )


def test_a_certificate_is_read_from_one_file_in_either_order():
    key, certificate = BOTH.split(b"-----BEGIN CERTIFICATE-----")
    turned = b"-----BEGIN CERTIFICATE-----" + certificate + key
    for each in (BOTH, turned, b"Bag Attributes\n  localKeyID: 01\n" + BOTH):
        found = read_certificate(each, "app.pem")
        assert found.expires_at == CERTIFICATE.not_valid_after_utc
        assert found.name == CERTIFICATE.fingerprint(hashes.SHA1()).hex().upper()
        assert "key" not in repr(found)


def elliptic():
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + PUBLIC.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        PUBLIC.encode(),
        BOTH.split(b"-----BEGIN CERTIFICATE-----")[0],
        pem("another")[0][:1700] + PUBLIC.encode(),
        elliptic(),
    ],
)
def test_a_file_that_is_no_such_pair_is_named(data):
    with pytest.raises(OperatorError, match=r"^app\.pem: "):
        read_certificate(data, "app.pem")


def test_entra_is_told_by_whom_for_whom_and_how_long():
    form = grant(certificate=read_certificate(BOTH, "app.pem"), secret="not sent").form(NOW)
    assert "client_secret" not in form
    assert form["client_assertion_type"].endswith(":jwt-bearer")
    head = jwt.get_unverified_header(form["client_assertion"])
    thumbprint = base64.urlsafe_b64encode(CERTIFICATE.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert (head["alg"], head["x5t#S256"]) == ("PS256", thumbprint)
    claims = checked(form["client_assertion"], "PS256", "https://login.example/t-1/oauth2/v2.0/token")
    assert claims["iss"] == claims["sub"] == "c-1"
    assert claims["nbf"] <= NOW.timestamp() < claims["exp"] <= (NOW + timedelta(minutes=10)).timestamp()


def test_each_assertion_is_another():
    made = grant(certificate=read_certificate(BOTH, "app.pem"))
    ids = {jwt.decode(made.form(NOW)["client_assertion"], options={"verify_signature": False})["jti"] for _ in range(3)}
    assert len(ids) == 3


def test_a_secret_serves_where_there_is_no_certificate():
    assert grant(secret="quite secret").form(NOW)["client_secret"] == "quite secret"
    assert "quite secret" not in repr(grant(secret="quite secret"))


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (7000215, "secret_file"),
        (7000222, "expired"),
        (700027, "certificate_file"),
        (90002, "tenant_id"),
        (700016, "administrator"),
        (1, "client_id, tenant_id"),
    ],
)
def test_entras_refusals_say_what_to_do(number, remedy):
    body = json.dumps({"error": "invalid_client", "error_description": f"AADSTS{number}: no.\r\nTrace ID: x"}).encode()
    trouble = grant().refusal(Answer(status=401, body=body))
    assert isinstance(trouble, ConsentLost)
    assert remedy in str(trouble)
    assert f"AADSTS{number}" in str(trouble)
    assert "Trace" not in str(trouble)


def test_a_wrong_clock_is_tried_again():
    body = b'{"error":"invalid_client","error_description":"AADSTS700024: not within its valid time range."}'
    assert isinstance(grant().refusal(Answer(status=401, body=body)), Unreachable)


@pytest.mark.parametrize("status", [200, 429, 500, 503])
def test_what_is_no_refusal_is_left_to_others(status):
    assert grant().refusal(Answer(status=status)) is None


def service_account():
    key = {"type": "service_account", "client_email": "m@p.iam", "private_key": BOTH.decode(), "private_key_id": "k1",
           "client_id": "42", "token_uri": "https://token.example"}  # fmt: skip
    return json.dumps(key).encode()


def test_google_is_told_on_whose_behalf_and_for_which_scopes():
    account = read_service_account(service_account(), "key.json")
    made = GoogleGrant(account=account, user="ada@corp.example", scopes=("a", "b"))
    assertion = made.form(NOW)["assertion"]
    assert jwt.get_unverified_header(assertion)["kid"] == "k1"
    claims = checked(assertion, "RS256", "https://token.example")
    assert (claims["iss"], claims["sub"], claims["scope"]) == ("m@p.iam", "ada@corp.example", "a b")
    assert claims["exp"] - claims["iat"] == 3600
    itself = GoogleGrant(account=account, user="", scopes=("a",)).form(NOW)["assertion"]
    assert "sub" not in checked(itself, "RS256", "https://token.example")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"client_email":"a","private_key":"b"}'])
def test_a_file_that_is_no_key_of_a_service_account_is_named(data):
    with pytest.raises(OperatorError, match=r"^key\.json: "):
        read_service_account(data, "key.json")


@pytest.mark.parametrize(
    ("error", "kind", "remedy"),
    [
        ("unauthorized_client", NotDelegated, "client id 42"),
        ("invalid_grant: Invalid email or User ID", Refused, "suspended"),
        ("invalid_grant: check your iat and exp values", Unreachable, "clock"),
        ("invalid_grant: Invalid JWT Signature.", ConsentLost, "key_file"),
    ],
)
def test_googles_refusals_say_what_to_do(error, kind, remedy):
    made = GoogleGrant(account=read_service_account(service_account(), "key.json"), user="ada", scopes=("a",))
    code, _, says = error.partition(": ")
    body = json.dumps({"error": code, "error_description": says}).encode()
    trouble = made.refusal(Answer(status=400, body=body))
    assert type(trouble) is kind
    assert remedy in str(trouble)
