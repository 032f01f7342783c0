import pytest

from mailkeep.connect.grants import Tier
from mailkeep.health.consent import consent
from mailkeep.health.needs import Wish, needs


@pytest.mark.parametrize("provider", ["m365", "google"])
@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("wish", [Wish(), Wish(metadata_only=True, banner=True, canary=True)])
def test_every_permission_of_the_tier_is_named_in_the_list_and_in_the_steps(provider, tier, wish):
    text = consent(provider, tier, wish, name="corp")
    for need in needs(provider, tier, wish):
        assert text.count(need.permission) >= 2
        assert need.gives in text


def test_a_person_can_follow_it_by_hand_as_powershell_and_limited_to_a_group():
    text = consent("m365", Tier.REMEDIATE, Wish(), name="corp", certificate="corp.remediate.cer")
    assert "Upload certificate: corp.remediate.cer" in text
    assert "ReadAllBytes('corp.remediate.cer')" in text
    assert "New-ManagementRoleAssignment -App APP_ID -Role 'Application Mail.ReadWrite'" in text
    assert "must then NOT be granted in Entra" in text


def test_a_scoped_tier_asks_entra_for_nothing_that_would_void_the_scope():
    text = consent("m365", Tier.OBSERVE, Wish(scope_group="pilot"), name="corp")
    by_hand = text[text.index("By hand") : text.index("As set, its mailbox permissions")]
    assert "Mail.Read" not in by_hand
    assert "User.Read.All" in by_hand
    assert "Get-Group 'pilot'" in text
    alone = consent("m365", Tier.REMEDIATE, Wish(scope_group="pilot"), name="corp")
    assert "Mail.ReadWrite" not in alone[alone.index("By hand") : alone.index("As set")]


def test_google_is_told_where_to_click_and_what_to_paste():
    text = consent("google", Tier.OBSERVE, Wish(), name="corp")
    assert "domain-wide delegation" in text
    assert "gmail.readonly,https://www.googleapis.com/auth/admin.directory.user.readonly" in text
    assert "gmail-api-push@system.gserviceaccount.com" in text
    assert "[tenants.corp] of mailkeep.toml: topic, pull_subscription" in text
