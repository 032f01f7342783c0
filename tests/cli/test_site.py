import stat

import pytest

from mailkeep.cli.site import Home, site, tenant_process, until
from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import read_settings


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    yield made
    made.close()


async def test_a_made_up_tenant_is_connected_scanned_and_told_of(tmp_path):
    async with site(tmp_path, "--people", "2") as place:
        settings = read_settings(place.home)
        (tenant,) = settings.tenants.values()
        assert (tenant.kind, set(tenant.apps)) == ("m365", {Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE})
        secret = tenant.apps[Tier.OBSERVE].secret_file
        assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
        assert settings.serve.public_url.endswith(str(settings.serve.port))
        assert place.run("scan").returncode == 0
        assert place.number("SELECT count(*) FROM message") == 0
        with pytest.raises(OperatorError, match="refuses rain"):
            await place.order("rain", deliveries=1)


async def test_a_wait_ends_when_it_is_so_or_when_its_time_is_over(home):
    assert await until(home, lambda: True, most_s=0.0)
    assert not await until(home, lambda: False, most_s=0.0)


async def test_a_wait_for_a_process_that_ended_ends_in_words(home):
    home.serve()
    home.serving.wait()
    with pytest.raises(OperatorError, match="`mailkeep serve` ended"):
        await until(home, lambda: False, most_s=30.0, every_s=0.01)


def test_a_tenant_that_does_not_start_is_told_of_with_its_own_words(tmp_path):
    with (
        pytest.raises(OperatorError, match="unrecognized arguments: --nonsense"),
        tenant_process(tmp_path, "--nonsense"),
    ):
        pytest.fail("it began")
