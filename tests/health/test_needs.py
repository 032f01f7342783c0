import gzip
import json
from importlib import resources

import pytest
from tests.corpus import corpus_dir

from mailkeep.connect.grants import Tier
from mailkeep.health.needs import REFUSED, STRONGER, Wish, needs

WISHES = [Wish(), Wish(metadata_only=True), Wish(canary=True), Wish(canary=True, metadata_only=True)]


def wanted(provider):
    return {need.permission for tier in Tier for wish in WISHES for need in needs(provider, tier, wish)}


def test_every_permission_asked_of_microsoft_exists_for_applications():
    folder = corpus_dir()
    if folder is None:
        pytest.skip("the official permission list does not lie beside the project")
    with gzip.open(folder.parent / "contracts" / "graph-permissions.json.gz") as file:
        official = json.load(file)["permissions"]
    for name in wanted("m365"):
        assert "Application" in official[name]["schemes"], name


def test_every_scope_asked_of_google_exists():
    documents = resources.files("googleapiclient.discovery_cache.documents")
    scopes: set[str] = set()
    for name in ("gmail.v1", "admin.directory_v1", "admin.reports_v1"):
        scopes |= set(json.loads((documents / f"{name}.json").read_text())["auth"]["oauth2"]["scopes"])
    assert wanted("google") <= scopes


@pytest.mark.parametrize("provider", ["m365", "google"])
@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("tier", list(Tier))
def test_no_tier_needs_what_is_refused_or_two_of_one_kind(provider, tier, wish):
    permissions = [need.permission for need in needs(provider, tier, wish)]
    assert not set(permissions) & set(REFUSED)
    assert len(permissions) == len(set(permissions))


def test_stronger_permissions_are_stronger_all_the_way():
    for permission, stronger in STRONGER.items():
        assert permission not in stronger
        for each in stronger:
            assert STRONGER.get(each, frozenset()) <= stronger, (permission, each)
