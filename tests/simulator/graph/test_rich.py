"""The seal of a notice; test_subscriptions opens a whole one."""

import base64

import jwt
import pytest

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.rich import PUBLISHER, Seal, validation_token
from mailkeep.simulator.graph.tokens import signer


@pytest.mark.parametrize("certificate", ["", "not base64!", base64.b64encode(b"no certificate").decode()])
def test_what_is_no_certificate_is_refused(certificate):
    with pytest.raises(ValueError):  # noqa: PT011 - each reader words it differently
        Seal(certificate, "one")


def test_the_token_says_who_posted_and_for_whom():
    office = Office()
    app = office.register("app")
    key = jwt.PyJWKSet.from_dict(signer().jwks()).keys[0].key
    claims = jwt.decode(validation_token(office, app), key, algorithms=["RS256"], audience=app.client_id)
    assert (claims["appid"], claims["tid"]) == (PUBLISHER, office.tenant_id)
