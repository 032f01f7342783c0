"""Each call within its quota, each refusal in the port's words."""

import asyncio
import dataclasses

import pytest
from tests.connect.contract import ADA, BEN, letter

from mailkeep.connect.gmail.client import Client
from mailkeep.connect.gmail.wire import MODIFY
from mailkeep.connect.grants import Tier
from mailkeep.connect.http import Http
from mailkeep.connect.port import ConsentLost, Gone, Refused, Throttled, Unreachable


@pytest.fixture
def client(reader):
    return reader.client


async def test_not_one_request_is_over_the_quota(yard, client):
    """Three hundred mails a minute may be read, and no more are asked for, however many want to."""
    mail = yard.deliver(ADA, letter(1))
    asked = [asyncio.ensure_future(client.mail(yard.desk(), mail, "minimal")) for _ in range(340)]
    waiting, read = set(asked), set()
    while len(read) < 300:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        read |= {each for each in done if each.exception() is None}
    for each in asked:
        each.cancel()
    others = await asyncio.gather(*(set(asked) - read), return_exceptions=True)
    assert all(isinstance(each, Throttled | asyncio.CancelledError) for each in others)
    assert yard.simulator.meter.spent(ADA, "mailkeep-sim") == 6000
    assert yard.simulator.meter.refused == 0
    assert yard.simulator.meter.most_at_once <= 16


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (403, "rateLimitExceeded")]
)
async def test_too_many_is_waited_for_in_each_of_googles_ways_to_say_it(yard, client, status, reason):
    mail = yard.deliver(ADA, letter(1))
    yard.simulator.faults.stumble(status, path=mail, reason=reason, retry_after_s=1, times=1)
    assert (await client.mail(yard.desk(), mail, "minimal")).id == mail


async def test_a_wait_too_long_to_sit_out_is_told(yard, client):
    mail = yard.deliver(ADA, letter(1))
    yard.simulator.faults.stumble(403, path=mail, reason="userRateLimitExceeded", retry_after_s=90)
    with pytest.raises(Throttled) as told:
        await client.mail(yard.desk(), mail, "minimal")
    assert 80 < told.value.retry_after_s <= 90
    assert (await client.profile(yard.desk(BEN))).history_id


async def test_a_short_outage_is_bridged(yard, client):
    mail = yard.deliver(ADA, letter(1))
    yard.simulator.faults.stumble(503, path=mail, times=2)
    assert (await client.mail(yard.desk(), mail, "raw")).raw


async def test_a_mail_that_is_not_there_is_gone_and_so_is_what_cannot_be_an_id(yard, client):
    for mail in ("18f0000000000fff", "nothing", "../../labels", "?"):
        with pytest.raises(Gone):
            await client.mail(yard.desk(), mail, "minimal")


async def test_a_missing_scope_says_whom_to_grant_what_and_where(yard, client):
    yard.delegate(Tier.REMEDIATE)
    with pytest.raises(ConsentLost) as told:
        await client.labels(yard.desk(tier=Tier.REMEDIATE))
    account = yard.workspace.keyring.account("remediate")
    assert account.client_id in str(told.value)
    assert MODIFY in str(told.value)
    assert "Manage domain-wide delegation" in str(told.value)


async def test_a_disabled_key_says_so(yard, client):
    account = yard.workspace.keyring.account("observe")
    account.keys = {name: dataclasses.replace(key, disabled=True) for name, key in account.keys.items()}
    with pytest.raises(ConsentLost, match="deleted or disabled"):
        await client.profile(yard.desk())


async def test_a_suspended_user_is_refused_with_a_remedy(yard, client):
    yard.workspace.person(ADA).suspended = True
    with pytest.raises(Refused, match="suspended"):
        await client.profile(yard.desk())


async def test_a_user_without_gmail_is_refused_with_a_remedy(yard, client):
    yard.workspace.person(ADA).gmail = False
    with pytest.raises(Refused, match="licence with Gmail"):
        await client.profile(yard.desk())


async def test_a_tier_without_a_service_account_names_the_setting(yard):
    account = yard.account()
    client = Client(yard.account(keys={Tier.OBSERVE: account.keys[Tier.OBSERVE]}), Http())
    with pytest.raises(Refused, match=r"apps\.remediate"):
        await client.labels(yard.desk(tier=Tier.REMEDIATE))
    await client.http.close()


async def test_an_administrator_who_is_none_is_named(yard):
    client = Client(yard.account(admin=ADA), Http())
    with pytest.raises(ConsentLost, match=f"{ADA} is no administrator"):
        await client.users()
    await client.http.close()


async def test_a_topic_that_is_not_there_is_refused_with_a_remedy(yard, client):
    with pytest.raises(Refused, match="Make the topic"):
        await client.watch(yard.desk(), "projects/mailkeep-sim/topics/none")


async def test_a_topic_that_gmail_may_not_publish_to_says_whom_to_allow(yard, client):
    yard.workspace.pubsub.topic("closed", gmail=False)
    with pytest.raises(ConsentLost, match="gmail-api-push@system"):
        await client.watch(yard.desk(), "projects/mailkeep-sim/topics/closed")


async def test_a_provider_that_is_down_is_unreachable(yard, client):
    await yard.simulator.go_down()
    with pytest.raises(Unreachable):
        await client.profile(yard.desk())


async def test_a_label_can_be_made_once(yard, client):
    desk = yard.desk(tier=Tier.REMEDIATE)
    await client.create_label(desk, "Work", hidden=False)
    with pytest.raises(Refused):
        await client.create_label(desk, "work", hidden=False)


async def test_no_token_and_no_mail_stands_in_a_sentence(yard, client):
    mail = yard.deliver(ADA, letter(1))
    yard.simulator.faults.stumble(200, path=mail, shape="cut")
    with pytest.raises(Unreachable) as told:
        await client.mail(yard.desk(), mail, "raw")
    assert "ya29" not in str(told.value)
    assert "Letter" not in str(told.value)
