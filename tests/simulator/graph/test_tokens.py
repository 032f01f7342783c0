from datetime import timedelta

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from tests.simulator.graph.desk import ANN, SCOPE, Desk, refused

from mailkeep.simulator.graph.apps import GLOBAL_ADMINISTRATOR, Certificate
from mailkeep.simulator.graph.tokens import _spelled, signer

ENDPOINT = "http://login.invalid/t/oauth2/v2.0/token"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(desk, days=365, key=KEY):
    now = desk.office.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailkeep")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    )
    builder = builder.not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days=days))
    return builder.sign(key, hashes.SHA256())


def pem(made):
    return made.public_bytes(serialization.Encoding.PEM).decode()


def asked(desk, tenant=None, **form):
    form = {"grant_type": "client_credentials", "client_id": desk.app.client_id, "scope": SCOPE, **form}
    return desk.service.tokens.answer(tenant or desk.office.tenant_id, form, ENDPOINT)


def asserted(desk, made, *, key=KEY, algorithm="PS256", head=None, **claims):
    now = desk.clock()
    said = {
        "iss": desk.app.client_id,
        "sub": desk.app.client_id,
        "aud": ENDPOINT,
        "jti": "1",
        "nbf": now,
        "exp": now + 600,
    }
    shown = head or {"x5t#S256": _spelled(Certificate(made).sha256)}
    assertion = jwt.encode({**said, **claims}, key, algorithm=algorithm, headers=shown)
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return asked(desk, client_assertion=assertion, client_assertion_type=kind)


def number(reply):
    (found,) = reply.body["error_codes"]
    assert reply.body["error_description"].startswith(f"AADSTS{found}: ")
    return reply.status, found


def test_a_secret_buys_a_token_that_says_who_and_what_for():
    desk = Desk("Mail.Read")
    desk.app.roles.add(GLOBAL_ADMINISTRATOR)
    reply = asked(desk, client_secret="s3cret")
    claims = jwt.decode(reply.body["access_token"], options={"verify_signature": False})
    assert claims["roles"] == ["Mail.Read"]
    assert claims["wids"] == [GLOBAL_ADMINISTRATOR]
    assert (claims["tid"], claims["appid"]) == (desk.office.tenant_id, desk.app.client_id)
    assert reply.body["expires_in"] == 3599
    assert desk.service.tokens.app_of(f"Bearer {reply.body['access_token']}") is desk.app


def test_a_token_is_signed_by_the_published_key():
    key = jwt.PyJWK(signer().jwks()["keys"][0])
    assert (
        jwt.decode(Desk().token, key, audience="https://graph.microsoft.com", options={"verify_exp": False})["ver"]
        == "1.0"
    )


def test_without_consent_a_token_carries_no_roles():
    desk = Desk()
    desk.office.grant(desk.app, ())
    claims = jwt.decode(desk.sign_in(), options={"verify_signature": False})
    assert "roles" not in claims


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_certificate_signs_in_with_either_algorithm_and_thumbprint(algorithm):
    desk = Desk()
    made = certificate(desk)
    desk.app.certificates.append(Certificate(made))
    assert asserted(desk, made, algorithm=algorithm).status == 200
    assert asserted(desk, made, head={"x5t": _spelled(Certificate(made).sha1)}).status == 200


def test_a_certificate_given_at_registration_is_uploaded():
    desk = Desk()
    made = certificate(desk)
    desk.app = desk.office.register("second", certificate=pem(made))
    assert asserted(desk, made).status == 200


def test_a_certificate_that_was_not_uploaded_is_refused():
    desk = Desk()
    assert number(asserted(desk, certificate(desk))) == (401, 700027)


def test_a_signature_by_another_key_is_refused():
    desk = Desk()
    made = certificate(desk)
    desk.app.certificates.append(Certificate(made))
    assert number(asserted(desk, made, key=OTHER)) == (401, 700027)


def test_an_expired_certificate_is_refused():
    desk = Desk()
    made = certificate(desk, days=-1)
    desk.app.certificates.append(Certificate(made))
    reply = asserted(desk, made)
    assert number(reply) == (401, 700027)
    assert "expired" in reply.body["error_description"]


@pytest.mark.parametrize(
    ("claims", "code"),
    [({"iss": "somebody"}, 700021), ({"aud": "https://else.invalid"}, 700023), ({"exp": 5.0}, 700024)],
)
def test_an_assertion_about_something_else_is_refused(claims, code):
    desk = Desk()
    made = certificate(desk)
    desk.app.certificates.append(Certificate(made))
    assert number(asserted(desk, made, **claims)) == (401, code)


def test_an_assertion_that_is_none_is_refused():
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert number(asked(Desk(), client_assertion="nonsense", client_assertion_type=kind)) == (401, 50027)
    assert number(asked(Desk(), client_assertion="nonsense")) == (400, 900144)


def test_a_wrong_secret_and_an_expired_one_are_told_apart():
    desk = Desk()
    assert number(asked(desk, client_secret="guess")) == (401, 7000215)
    assert number(asked(desk)) == (401, 7000218)
    desk.clock.at += 181 * 86400
    assert number(asked(desk, client_secret="s3cret")) == (401, 7000222)


def test_an_unknown_tenant_or_app_or_scope_is_refused():
    desk = Desk()
    assert number(asked(desk, tenant="else.example", client_secret="s3cret")) == (400, 90002)
    assert asked(desk, tenant="corp.example", client_secret="s3cret").status == 200
    assert number(asked(desk, client_id="nobody", client_secret="s3cret")) == (400, 700016)
    assert number(asked(desk, scope="Mail.Read", client_secret="s3cret")) == (400, 1002012)
    assert number(asked(desk, grant_type="password", client_secret="s3cret")) == (400, 70003)


def test_an_app_that_was_removed_or_disabled_gets_nothing():
    desk = Desk()
    desk.app.enabled = False
    assert number(asked(desk, client_secret="s3cret")) == (401, 7000112)
    desk.app.present = False
    assert number(asked(desk, client_secret="s3cret")) == (400, 700016)


async def test_a_token_ends_and_a_made_up_one_never_was():
    desk = Desk()
    desk.clock.at += 3600
    reply = await desk.ask("GET", f"/users/{ANN}")
    assert refused(reply) == (401, "InvalidAuthenticationToken")
    assert "expired" in reply.body["error"]["message"]
    for token in ("", "nonsense"):
        desk.token = token
        assert refused(await desk.ask("GET", f"/users/{ANN}")) == (401, "InvalidAuthenticationToken")


async def test_tokens_can_all_be_forgotten_and_disabled_apps_shut_out():
    desk = Desk()
    desk.app.enabled = False
    assert (await desk.ask("GET", f"/users/{ANN}")).status == 401
    desk.app.enabled = True
    assert (await desk.ask("GET", f"/users/{ANN}")).status == 200
    desk.service.tokens.forget()
    assert (await desk.ask("GET", f"/users/{ANN}")).status == 401
