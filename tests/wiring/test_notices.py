import pytest

from mailkeep.connect.graph.rich import seal_of
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import read_settings
from mailkeep.wiring import (
    ears_of,
    make_seals,
    open_house,
)

SEALED_HOME = """
[serve]
public_url = "https://keep.corp.example"
[tenants.corp]
kind = "m365"
tenant_id = "corp.example"
rich_notices = true
[tenants.corp.apps.observe]
client_id = "app"
"""


def test_rich_notices_are_sealed_for_a_key_that_is_made_once(tmp_path):
    (tmp_path / "mailkeep.toml").write_text(SEALED_HOME)
    settings = read_settings(tmp_path)
    with open_house(tmp_path) as house:
        assert house.tenants["corp"].hook.seal is None
    assert not (tmp_path / "secrets").exists()
    make_seals(settings)
    before = (tmp_path / "secrets" / "corp.notices.pem").read_bytes()
    make_seals(settings)
    assert (tmp_path / "secrets" / "corp.notices.pem").read_bytes() == before
    with open_house(tmp_path) as house:
        postmark = ears_of(house, settings, lambda: None).tenants["corp"].postmark
        assert postmark.apps == {"app"}
        assert postmark.issuers[1] == "https://login.microsoftonline.com/{tenant}/v2.0"
        assert house.tenants["corp"].hook.seal == seal_of(postmark.certificate)


def test_notices_that_carry_content_need_the_right_to_read_it(tmp_path):
    (tmp_path / "mailkeep.toml").write_text(SEALED_HOME.replace("rich_notices", "metadata_only = true\nrich_notices"))
    with pytest.raises(OperatorError, match="Set one of the two to false"), open_house(tmp_path):
        pass


def test_a_key_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "mailkeep.toml").write_text(SEALED_HOME)
    (tmp_path / "secrets").touch()
    with pytest.raises(OperatorError, match=r"rich_notices: .*cannot be written"):
        make_seals(read_settings(tmp_path))
