"""Which cloud a tenant lives in, and when its credentials end."""

from datetime import UTC, datetime

import pytest
from tests.connect.graph.yard import pem

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.account import GraphAccount, GraphApp


@pytest.mark.parametrize(
    ("cloud", "base", "token_url", "scope"),
    [
        ("global", "https://graph.microsoft.com/v1.0", "https://login.microsoftonline.com/t/oauth2/v2.0/token", "https://graph.microsoft.com/.default"),
        ("gcc-high", "https://graph.microsoft.us/v1.0", "https://login.microsoftonline.us/t/oauth2/v2.0/token", "https://graph.microsoft.us/.default"),
        ("dod", "https://dod-graph.microsoft.us/v1.0", "https://login.microsoftonline.us/t/oauth2/v2.0/token", "https://dod-graph.microsoft.us/.default"),
        ("china", "https://microsoftgraph.chinacloudapi.cn/v1.0", "https://login.chinacloudapi.cn/t/oauth2/v2.0/token", "https://microsoftgraph.chinacloudapi.cn/.default"),
    ],
)  # fmt: skip
def test_each_cloud_has_its_addresses(cloud, base, token_url, scope):
    app = GraphApp(client_id="c", secret="s")
    account = GraphAccount(tenant_id="t", apps={Tier.OBSERVE: app}, cloud=cloud)
    grant = account.grant(app)
    assert (account.base, grant.url, grant.scope) == (base, token_url, scope)


def test_another_address_may_stand_in_for_the_clouds():
    app = GraphApp(client_id="c", secret="s")
    account = GraphAccount(tenant_id="t", apps={}, api_url="http://127.0.0.1:9/", login_url="http://127.0.0.1:8/")
    assert account.base == "http://127.0.0.1:9/v1.0"
    assert account.grant(app).url == "http://127.0.0.1:8/t/oauth2/v2.0/token"
    assert account.grant(app).scope == "https://graph.microsoft.com/.default"


def test_a_credential_tells_when_it_ends():
    certificate = read_certificate(pem()[0], "app.pem")
    assert GraphApp(client_id="c", certificate=certificate).expiry.at == certificate.expires_at
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    assert GraphApp(client_id="c", secret="s", secret_expires=ends).expiry.at == ends
    assert GraphApp(client_id="c", secret="s").expiry is None
    assert "s3cret" not in repr(GraphApp(client_id="c", secret="s3cret"))
