"""Keys and key files."""

import jwt
from cryptography import x509
from tests.simulator.google.desk import ROOT

from mailkeep.simulator.google.keys import Key


async def test_the_key_file_is_one_the_vendors_library_reads(desk, sim):
    from google.oauth2 import service_account

    read = service_account.Credentials.from_service_account_info(desk.account.key_file(sim.url), subject=ROOT)
    assert read.service_account_email == desk.account.email


def test_a_key_is_the_same_in_every_form():
    key = Key.made()
    token = jwt.encode({"sub": "x"}, key.pem, algorithm="RS256")
    certified = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
    for public in (jwt.PyJWK(key.jwk).key, certified):
        assert jwt.decode(token, public, algorithms=["RS256"]) == {"sub": "x"}
