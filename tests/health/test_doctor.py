"""The doctor's looks over a real store and a provider that makes trouble on demand."""

from datetime import timedelta

import pytest
from tests.flow.company import Clock, house_of, letter
from tests.postbox import Postbox

from mailkeep.connect.port import ConsentLost, Gone
from mailkeep.flow.scan import scan
from mailkeep.health.check import Standing
from mailkeep.health.doctor import Patient, home_checks, tenant_checks
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.due import Owed


@pytest.fixture
def post():
    made = Postbox("ada", "ben")
    made.post("ada", letter(1))
    return made


@pytest.fixture
def house(tmp_path, post):
    made = house_of(tmp_path, lambda: post)
    yield made
    made.store.close()


def at_home(house, now=None):
    return {check.name: check for check in home_checks(house.store, now or Clock()())}


async def of_tenants(house, **connect):
    patients = [Patient(name=name, kind="postbox", connect=opened) for name, opened in connect.items()]
    return [each async for each in tenant_checks(house.store, patients, Clock()())]


def test_a_fresh_home_is_fine(house):
    found = at_home(house)
    assert {check.standing for check in found.values()} == {Standing.FINE}
    assert "MiB free beside mailkeep.db" in found["disk"].says


def test_a_disk_that_runs_full_is_remarked_on(house):
    found = next(home_checks(house.store, Clock()(), least_free=1 << 62))
    assert found.standing is Standing.WARN
    assert "Free some space" in found.remedy


def test_work_owed_is_fine_until_it_is_late(house):
    now = Clock()()
    owed = Owed(lane="act", job="j", tenant="corp", key="ada", refs=("a",), at=now)
    house.store.due.publish([owed])
    assert at_home(house, now)["work owed"].standing is Standing.FINE
    late = at_home(house, now + timedelta(hours=1))["work owed"]
    assert late.standing is Standing.WARN
    assert "1 jobs (act 1), the oldest due since" in late.says


def test_work_given_up_fails(house):
    now = Clock()()
    house.store.due.publish([Owed(lane="act", job="j", tenant="corp", key="ada", refs=("a",), at=now)])
    from mailkeep.store.due import Claim

    (row,) = house.store.due.claim(Claim(lane="act", owner="me", at=now, most=1, lease_s=60, tenant="corp", jobs=()))
    house.store.due.bury(row, "it broke", now)
    assert at_home(house)["work given up"].standing is Standing.FAIL


def test_what_stands_in_the_way_is_listed(house):
    house.store.note_trouble("corp", "ada", "consent-lost", "the password is refused", Clock()())
    found = at_home(house)["consent-lost ada"]
    assert (found.standing, found.says) == (Standing.WARN, "the password is refused (seen 1 times)")


async def test_a_tenant_that_was_never_scanned_is_told_to_be(house, post):
    (found,) = await of_tenants(house, corp=lambda: post)
    assert found.standing is Standing.WARN
    assert "mailkeep scan corp" in found.remedy
    assert post.closed == 1


async def test_coverage_is_fine_once_everything_listed_was_judged(house, post):
    await scan(house, "corp")
    (found,) = await of_tenants(house, corp=lambda: post)
    assert found.standing is Standing.FINE
    assert "2 mailboxes (2 read to their end), 1 mails judged here, 1 listed by the provider" in found.says
    post.post("ben", letter(2))
    (found,) = await of_tenants(house, corp=lambda: post)
    assert found.standing is Standing.WARN
    assert "mailkeep watch corp --once" in found.remedy


async def test_a_mailbox_that_cannot_be_counted_is_named_and_hides_none_of_the_others(house, post):
    await scan(house, "corp")
    post.trouble["count"].append(Gone("ada has no licence."))
    (found,) = await of_tenants(house, corp=lambda: post)
    assert found.standing is Standing.WARN
    assert "2 mailboxes (2 read to their end), 1 mails judged here" in found.says
    assert "ada has no licence." in found.says


async def test_one_tenant_out_of_reach_does_not_hide_the_next(house, post):
    def broken():
        raise OperatorError("its folder does not exist")

    lost = Postbox("eve")
    lost.trouble["mailboxes"].append(ConsentLost("the password is refused. Renew it."))
    found = await of_tenants(house, gone=broken, lost=lambda: lost, corp=lambda: post)
    assert [each.standing for each in found] == [Standing.FAIL, Standing.FAIL, Standing.WARN]
    assert "Renew it" in found[1].says
    assert lost.closed == 1
