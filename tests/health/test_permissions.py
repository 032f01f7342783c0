"""A table of grants, and what a person is told of each."""

from datetime import UTC, datetime, timedelta

import pytest

from mailkeep.connect.grants import Expiry, Granted, Tier
from mailkeep.health.check import Standing
from mailkeep.health.needs import REFUSED, Wish, needs
from mailkeep.health.permissions import EDITING_ENDS, permission_checks

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PLAIN = Wish()
OBSERVE, FLAG, REMEDIATE, CONTAIN = Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE, Tier.CONTAIN
FINE, WARN, FAIL = Standing.FINE, Standing.WARN, Standing.FAIL
GMAIL, ADMIN = "https://www.googleapis.com/auth/gmail.", "https://www.googleapis.com/auth/admin."
ALL = "https://mail.google.com/"
GLOBAL_ADMIN = "62e90394-69f5-4237-9190-012177145e10"


def least(provider, tier, wish=PLAIN):
    return frozenset(need.permission for need in needs(provider, tier, wish))


def app(tier, plus=(), less=(), provider="m365", wish=PLAIN, **fields):
    """The registration of a tier with the least it needs, and more or less than that."""
    permissions = (least(provider, tier, wish) | set(plus)) - set(less)
    return Granted(**{"tier": tier, "app": f"app-{tier.value}", "permissions": permissions, **fields})


def told(granted, wish=PLAIN, provider="m365", now=NOW):
    return [(c.standing, c.says) for c in permission_checks("corp", provider, granted, wish, now)]


def said(granted, wish=PLAIN, provider="m365", now=NOW):
    """What needs a person, worst or not, and only that."""
    return [each for each in told(granted, wish, provider, now) if each[0] is not FINE]


# --- nothing to say ---------------------------------------------------------------------------------------------------

EVERY = (OBSERVE, FLAG, REMEDIATE, CONTAIN)
FULL_DAY = Wish(canary=True)


@pytest.mark.parametrize("provider", ["m365", "google"])
@pytest.mark.parametrize("tiers", [EVERY, (OBSERVE,), (OBSERVE, FLAG), (OBSERVE, REMEDIATE), (OBSERVE, CONTAIN)])
def test_the_least_of_each_tier_is_right(provider, tiers):
    granted = [app(tier, provider=provider) for tier in tiers]
    checks = told(granted, provider=provider)
    assert checks[0] == (FINE, f"{', '.join(sorted(t.value for t in tiers))}: as needed and no more")
    assert {standing for standing, _ in checks} == {FINE}


@pytest.mark.parametrize("provider", ["m365", "google"])
def test_metadata_only_works_and_its_loss_is_stated(provider):
    wish = Wish(metadata_only=True)
    checks = told([app(OBSERVE, provider=provider, wish=wish)], wish, provider)
    assert {standing for standing, _ in checks} == {FINE}
    assert any("words, links, attachments" in says for _, says in checks)


@pytest.mark.parametrize("provider", ["m365", "google"])
def test_the_canary_may_send(provider):
    assert said([app(OBSERVE, provider=provider, wish=FULL_DAY)], FULL_DAY, provider) == []


# --- missing, too much, refused -----------------------------------------------------------------------------------------

CASES = {
    # missing, and what is lost
    "no mail": ("m365", OBSERVE, {}, {"Mail.Read"}, FAIL, "lost is reading mail"),
    "no users": ("m365", OBSERVE, {}, {"User.Read.All", "Directory.Read.All"}, FAIL, "lost is listing mailboxes"),
    "no domains": ("m365", OBSERVE, {}, {"Domain.Read.All", "Directory.Read.All"}, WARN, "every domain of yours"),
    "no settings": ("m365", OBSERVE, {}, {"MailboxSettings.Read"}, WARN, "inbox rules that hide or forward"),
    "no audit": ("m365", OBSERVE, {}, {"AuditLog.Read.All"}, WARN, "sign-ins and changes"),
    "no risk": ("m365", OBSERVE, {}, {"IdentityRiskEvent.Read.All"}, WARN, "risk detections"),
    "no directory": ("m365", OBSERVE, {}, {"Directory.Read.All"}, WARN, "which apps people have let in"),
    "flag reads only": ("m365", FLAG, {"Mail.Read"}, {"Mail.ReadWrite"}, FAIL, "lost is marking mail"),
    "flag has nothing": ("m365", FLAG, {}, {"Mail.ReadWrite"}, FAIL, "lost is marking mail"),
    "remediate reads only": ("m365", REMEDIATE, {"Mail.Read"}, {"Mail.ReadWrite"}, FAIL, "lost is moving mail"),
    "contain without sessions": ("m365", CONTAIN, {}, {"User.RevokeSessions.All"}, FAIL, "ending the sessions"),
    "contain without accounts": ("m365", CONTAIN, {}, {"User.EnableDisableAccount.All"}, FAIL, "disabling a taken"),
    "contain without users": ("m365", CONTAIN, {}, {"User.Read.All"}, FAIL, "listing mailboxes"),
    "contain reads rules": ("m365", CONTAIN, {"MailboxSettings.Read"}, {"MailboxSettings.ReadWrite"}, FAIL, "removing a rule"),
    "contain without grants": ("m365", CONTAIN, {}, {"DelegatedPermissionGrant.ReadWrite.All"}, WARN, "malicious app"),
    "google: no mail": ("google", OBSERVE, {}, {GMAIL + "readonly"}, FAIL, "lost is reading mail"),
    "google: metadata instead": ("google", OBSERVE, {GMAIL + "metadata"}, {GMAIL + "readonly"}, FAIL, "lost is reading mail"),
    "google: no directory": ("google", OBSERVE, {}, {ADMIN + "directory.user.readonly"}, FAIL, "listing mailboxes"),
    "google: no domains": ("google", OBSERVE, {}, {ADMIN + "directory.domain.readonly"}, WARN, "every domain"),
    "google: no reports": ("google", OBSERVE, {}, {ADMIN + "reports.audit.readonly"}, WARN, "log-ins"),
    "google: flag reads only": ("google", FLAG, {GMAIL + "readonly"}, {GMAIL + "modify"}, FAIL, "moving and marking"),
    "google: remediate reads only": ("google", REMEDIATE, {GMAIL + "readonly"}, {GMAIL + "modify"}, FAIL, "moving and marking"),
    "google: contain without security": ("google", CONTAIN, {}, {ADMIN + "directory.user.security"}, FAIL, "ending sessions"),
    "google: contain without users": ("google", CONTAIN, {}, {ADMIN + "directory.user"}, FAIL, "suspending"),
    "google: contain without filters": ("google", CONTAIN, {}, {GMAIL + "settings.basic"}, FAIL, "removing a filter"),
    "google: contain without forwarding": ("google", CONTAIN, {}, {GMAIL + "settings.sharing"}, WARN, "switching off forwarding"),
    # too much, and why
    "observe could write": ("m365", OBSERVE, {"Mail.ReadWrite"}, {}, WARN, "Mail.Read is enough for this tier"),
    "observe writes alone": ("m365", OBSERVE, {"Mail.ReadWrite"}, {"Mail.Read"}, WARN, "Mail.Read is enough for this tier"),
    "observe could send": ("m365", OBSERVE, {"Mail.Send"}, {}, WARN, "write mail as anybody"),
    "observe could change rules": ("m365", OBSERVE, {"MailboxSettings.ReadWrite"}, {}, WARN, "MailboxSettings.Read is enough"),
    "observe could end sessions": ("m365", OBSERVE, {"User.RevokeSessions.All"}, {}, WARN, "has no use for it"),
    "flag could edit": ("m365", FLAG, {"Mail-Advanced.ReadWrite.All"}, {}, WARN, "only the banner uses it"),
    "flag reads users": ("m365", FLAG, {"User.Read.All"}, {}, WARN, "has no use for it"),
    "remediate could send": ("m365", REMEDIATE, {"Mail.Send"}, {}, WARN, "write mail as anybody"),
    "remediate reads files": ("m365", REMEDIATE, {"Files.Read.All"}, {}, WARN, "reads every file"),
    "observe exports mailboxes": ("m365", OBSERVE, {"MailboxItem.ImportExport.All"}, {}, WARN, "carry whole mailboxes away"),
    "contain reads mail": ("m365", CONTAIN, {"Mail.Read"}, {}, WARN, "has no use for it"),
    "something new": ("m365", OBSERVE, {"Frobnicate.All"}, {}, WARN, "has no use for it"),
    "google: observe could modify": ("google", OBSERVE, {GMAIL + "modify"}, {}, WARN, "gmail.readonly is enough"),
    "google: observe has everything": ("google", OBSERVE, {ALL}, {}, WARN, "gmail.readonly is enough"),
    "google: remediate has everything": ("google", REMEDIATE, {ALL}, {}, WARN, "gmail.modify is enough"),
    "google: flag has everything alone": ("google", FLAG, {ALL}, {GMAIL + "modify"}, WARN, "gmail.modify is enough"),
    "google: contain has everything": ("google", CONTAIN, {ALL}, {}, WARN, "delete mail for good"),
    "google: observe writes users": ("google", OBSERVE, {ADMIN + "directory.user"}, {}, WARN, "user.readonly is enough"),
    "google: observe sends": ("google", OBSERVE, {GMAIL + "send"}, {}, WARN, "write mail as anybody"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_missing_or_surplus_permission_is_named_with_what_it_means(case):
    provider, tier, plus, less, standing, words = CASES[case]
    base = [] if tier is OBSERVE else [app(OBSERVE, provider=provider)]
    found = said([*base, app(tier, plus, less, provider)], provider=provider)
    named = {name for name in (*plus, *less) if any(name in says for _, says in found)}
    assert (standing, True) in {(s, words in says) for s, says in found}, found
    assert named, found


@pytest.mark.parametrize("permission", sorted(REFUSED))
@pytest.mark.parametrize("tier", EVERY)
def test_what_could_take_over_the_tenant_is_refused_in_every_tier(permission, tier):
    base = [] if tier is OBSERVE else [app(OBSERVE)]
    (found,) = [each for each in said([*base, app(tier, {permission})]) if permission in each[1]]
    assert found[0] is FAIL
    assert REFUSED[permission] in found[1]


@pytest.mark.parametrize("role", ["Global Administrator", "Exchange Administrator", "a-custom-role", "Super Admin"])
@pytest.mark.parametrize("tier", EVERY)
def test_a_directory_role_is_refused_by_its_name_in_every_tier(role, tier):
    base = [] if tier is OBSERVE else [app(OBSERVE)]
    ((standing, says),) = said([*base, app(tier, roles=frozenset({role}))])
    assert standing is FAIL
    assert role in says


# --- scopes, editing, tiers ---------------------------------------------------------------------------------------------

SCOPED = Wish(scope_group="mailkeep-pilot")
UNSCOPED_READ = least("m365", OBSERVE) - {"Mail.Read", "MailboxSettings.Read"}


def scoped(tier, permissions=frozenset()):
    return Granted(
        tier=tier, app=f"app-{tier.value}", permissions=frozenset(permissions), mailbox_scope="mailkeep-pilot"
    )


def test_permissions_that_exchange_grants_to_a_group_are_not_missed_in_entra():
    checks = told([scoped(OBSERVE, UNSCOPED_READ), scoped(REMEDIATE)], SCOPED)
    assert {standing for standing, _ in checks} == {FINE}
    assert sum("limited to mailkeep-pilot" in says for _, says in checks) == 2


@pytest.mark.parametrize(
    "grant", ["Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic.All", "MailboxSettings.Read", "Mail.Send"]
)
def test_an_entra_grant_voids_the_scope_and_that_is_said(grant):
    found = said([scoped(OBSERVE, UNSCOPED_READ | {grant})], SCOPED)
    void = [says for standing, says in found if standing is FAIL and "is void" in says]
    assert len(void) == 1
    assert grant in void[0]


def test_users_are_missed_even_when_mailboxes_are_scoped():
    found = said([scoped(OBSERVE, UNSCOPED_READ - {"User.Read.All", "Directory.Read.All"})], SCOPED)
    assert (FAIL, True) in {(standing, "User.Read.All" in says) for standing, says in found}


@pytest.mark.parametrize("provider", ["m365", "google"])
@pytest.mark.parametrize("more", ["content", "everything"])
def test_metadata_only_with_content_granted_is_too_much(provider, more):
    wish = Wish(metadata_only=True)
    extra = {("m365", "content"): "Mail.Read", ("m365", "everything"): "Mail.ReadWrite",
             ("google", "content"): GMAIL + "readonly", ("google", "everything"): ALL}[provider, more]  # fmt: skip
    ((standing, says),) = said([app(OBSERVE, {extra}, provider=provider, wish=wish)], wish, provider)
    assert standing is WARN
    assert "is enough for this tier" in says


BANNER = Wish(banner=True)


@pytest.mark.parametrize(
    ("permissions", "now", "standing"),
    [
        ({"Mail.ReadWrite"}, NOW, WARN),
        ({"Mail.ReadWrite"}, EDITING_ENDS - timedelta(hours=1), WARN),
        ({"Mail.ReadWrite"}, EDITING_ENDS, WARN),
        ({"Mail.ReadWrite", "Mail-Advanced.ReadWrite.All"}, NOW, None),
        ({"Mail.ReadWrite", "Mail-Advanced.ReadWrite.All"}, EDITING_ENDS + timedelta(days=9), None),
    ],
)
def test_banners_need_the_new_permission_from_the_last_day_of_2026(permissions, now, standing):
    granted = [app(OBSERVE), Granted(tier=FLAG, app="app-flag", permissions=frozenset(permissions))]
    found = said(granted, BANNER, now=now)
    assert [each[0] for each in found] == ([standing] if standing else [])
    if standing:
        assert "Mail-Advanced.ReadWrite.All" in found[0][1]
        assert ("stop on 31 December 2026" in found[0][1]) is (now < EDITING_ENDS)


def test_a_tenant_that_nobody_may_read_fails():
    found = said([app(REMEDIATE)])
    assert [(standing, "nothing is read" in says) for standing, says in found] == [(FAIL, True)]


def test_tiers_left_out_on_purpose_are_told_without_alarm():
    checks = told([app(OBSERVE)])
    assert {standing for standing, _ in checks} == {FINE}
    assert sum("no registration for this tier" in says for _, says in checks) == 3


def test_one_app_for_several_tiers_is_named():
    found = said([app(OBSERVE), app(FLAG, app="one"), app(REMEDIATE, app="one")])
    assert [standing for standing, _ in found] == [WARN]
    assert "one serves flag and remediate" in found[0][1]


def test_nothing_granted_at_all_names_every_lost_capability():
    found = said([Granted(tier=OBSERVE, app="app", permissions=frozenset())])
    assert sum(standing is FAIL for standing, _ in found) == 2
    assert len(found) == len(least("m365", OBSERVE))


# --- secrets ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "standing", "words"),
    [
        (200, None, ""),
        (31, None, ""),
        (30, WARN, "within 30 days"),
        (15, WARN, "within 30 days"),
        (14, WARN, "within 14 days"),
        (8, WARN, "within 14 days"),
        (7, WARN, "within 7 days"),
        (2, WARN, "within 7 days"),
        (1, FAIL, "within 1 day"),
        (0.1, FAIL, "within 1 day"),
        (-0.1, FAIL, "nothing of this tier works"),
        (-400, FAIL, "nothing of this tier works"),
    ],
)
@pytest.mark.parametrize("what", ["certificate", "client secret"])
def test_a_secret_that_ends_is_told_in_time(what, days, standing, words):
    ending = Expiry(what=what, name="ab12", at=NOW + timedelta(days=days))
    found = said([app(OBSERVE, expiries=(ending,))])
    assert [each[0] for each in found] == ([standing] if standing else [])
    assert all(words in says and what in says and "ab12" in says for _, says in found)
