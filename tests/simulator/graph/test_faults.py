"""Faults: what is asked for is played, to the share and the number, and the same way each time."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import msgspec
import pytest
from tests.simulator.graph.conftest import mail

from mailkeep.simulator.graph.faults import Faults, Meddling, NoticeFaults

ADA = "ada@northwind.example"


async def raw(client, path, method="GET"):
    async with client.session.request(method, f"{client.url}/v1.0{path}", headers=client.headers) as answer:
        return answer.status, answer.headers, await answer.read()


@pytest.mark.parametrize(
    ("answer", "options", "after"),
    [
        ("500", {}, None),
        ("503", {"retry_after_s": 7}, "7"),
        ("504", {}, None),
        ("429", {"retry_after_s": 2}, "2"),
    ],
)
async def test_the_next_requests_are_answered_with_an_error_and_then_all_is_well(
    client, faults, answer, options, after
):
    faults.upset(answer, "/users", times=2, **options)
    for _ in range(2):
        got, headers, body = await raw(client, "/users")
        assert got == int(answer)
        assert headers.get("Retry-After") == after
        assert msgspec.json.decode(body)["error"]["code"]
    assert (await raw(client, "/users"))[0] == 200
    assert faults.count == {answer: 2}


async def test_garbage_is_an_html_page_cut_json_or_nothing(client, faults):
    for answer in ("html", "truncated", "empty"):
        faults.upset(answer, times=1)
        _, headers, body = await raw(client, "/users")
        with pytest.raises(msgspec.DecodeError):
            msgspec.json.decode(body)
        assert headers["Content-Type"].startswith("text/html" if answer == "html" else "application/json")


async def test_only_what_the_pattern_names_is_upset(client, faults):
    faults.upset("500", r"POST .*/move$")
    assert (await raw(client, "/users"))[0] == 200
    assert (await raw(client, f"/users/{ADA}/messages/x/move", "POST"))[0] == 500


async def test_a_connection_is_cut_or_held_open_without_a_word(client, faults):
    faults.upset("cut", times=2)  # the client asks a second time by itself
    with pytest.raises(aiohttp.ClientError):
        await raw(client, "/users")
    faults.upset("hang", times=1, hang_s=30)
    with pytest.raises(TimeoutError):
        async with client.session.get(
            f"{client.url}/v1.0/users", headers=client.headers, timeout=aiohttp.ClientTimeout(total=0.05)
        ):
            pass
    assert (await raw(client, "/users"))[0] == 200


async def test_the_token_endpoint_is_upset_by_its_name_alone(client, faults):
    url = f"{client.url}/some-tenant/oauth2/v2.0/token"
    faults.upset("500")
    async with client.session.post(url, data={}) as answer:
        assert answer.status == 400
    faults.upset("503", "/oauth2/", retry_after_s=1)
    async with client.session.post(url, data={}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")


async def test_a_request_can_be_carried_out_and_its_answer_lost(client, faults, office):
    message = office.deliver(ADA, mail())
    faults.upset("cut", "/move", times=1, done=True)
    with pytest.raises(aiohttp.ClientError):
        await client.ask("POST", f"/users/{ADA}/messages/{message}/move", {"destinationId": "archive"})
    assert len(office.lying(ADA, "archive")) == 1


async def test_a_connection_that_breaks_takes_the_whole_batch_along(client, faults, office):
    message = office.deliver(ADA, mail())
    faults.upset("cut", "/move", times=1)
    move = {"method": "POST", "url": f"/users/{ADA}/messages/{message}/move", "body": {"destinationId": "archive"}}
    with pytest.raises(aiohttp.ClientError):
        await client.ask("POST", "/$batch", {"requests": [{"id": "1", **move, "headers": {"Content-Type": "x"}}]})
    assert office.lying(ADA, "archive") == []


async def test_one_request_of_a_batch_is_upset_alone(client, faults):
    faults.upset("503", "/users/ada", times=1, retry_after_s=3)
    steps = [{"id": str(n), "method": "GET", "url": f"/users/{ADA}"} for n in range(2)]
    _, body = await client.ask("POST", "/$batch", {"requests": steps})
    by_id = {each["id"]: each for each in body["responses"]}
    assert [by_id[spelled]["status"] for spelled in ("0", "1")] == [503, 200]
    assert by_id["0"]["headers"]["Retry-After"] == "3"


async def test_a_delta_that_goes_on_is_told_to_start_anew_and_a_fresh_one_is_not(client, faults, office):
    office.deliver(ADA, mail())
    path = f"/users/{ADA}/mailFolders/inbox/messages/delta"
    for answer, status in (("410", 410), ("syncStateNotFound", 400), ("resyncRequired", 400)):
        page = await client.get(path)
        faults.upset(answer, times=1)
        assert (await client.ask("GET", path))[0] == 200
        got, body = await client.ask("GET", page["@odata.deltaLink"])
        assert got == status
        assert body["error"]["code"] in {answer, "syncStateNotFound"}
        faults.clear()


async def test_a_share_of_the_requests_falls_and_the_same_ones_each_time(client, faults):
    patterns = []
    for _ in range(2):
        faults.clear()
        faults.upset("500", share=0.3)
        patterns.append([(await raw(client, "/users?$top=1"))[0] for _ in range(60)])
    assert patterns[0] == patterns[1]
    assert 8 <= patterns[0].count(500) <= 30


async def test_the_user_is_quicker_than_whoever_read_the_mail(client, faults, office):
    faults.meddling = Meddling(share=1.0, folder="archive")
    message = office.deliver(ADA, mail())
    await client.get(f"/users/{ADA}/messages/{message}", Prefer='IdType="ImmutableId"')
    assert len(office.lying(ADA, "archive")) == 1
    faults.meddling = Meddling(share=1.0, folder="")
    other = office.deliver(ADA, mail(2))
    await client.get(f"/users/{ADA}/messages/{other}", Prefer='IdType="ImmutableId"')
    assert (await client.ask("GET", f"/users/{ADA}/messages/{other}"))[0] == 404


async def test_the_clock_of_the_service_can_be_wrong(client, faults):
    faults.clock_skew_s = 900
    _, headers, _ = await raw(client, "/users")
    ahead = parsedate_to_datetime(headers["Date"]) - datetime.fromtimestamp(time.time(), UTC)
    assert 890 < ahead.total_seconds() < 910


def test_a_fault_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no such answer"):
        Faults().upset("418")


def test_the_fate_of_a_notice_depends_on_its_mail_alone():
    one, two = Faults(seed=3), Faults(seed=3)
    for faults in (one, two):
        faults.notices = NoticeFaults(drop=0.1, duplicate=0.1, delay=0.1)
    assert [one.fate(1, n) for n in range(500)] == [two.fate(1, n) for n in reversed(range(500))][::-1]
    assert [one.fate(1, n) for n in range(500)] != [one.fate(2, n) for n in range(500)]


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_shares_are_kept_and_do_not_hang_together(share):
    faults = Faults(seed=1)
    faults.notices = NoticeFaults(drop=share)
    dropped = {n for n in range(10_000) if not faults.fate(9, n)}
    late = {n for n in range(10_000) if faults.falls("delay", 9 << 32 | n, share)}
    assert abs(len(dropped) / 10_000 - share) < 0.02
    assert abs(len(dropped & late) / 10_000 - share**2) < 0.02
