import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from tests.flow.company import START, letter, phish

from mailkeep.connect.port import QUARANTINE_FOLDER, ConsentLost, Refused, Throttled, Unreachable
from mailkeep.flow.live import SOON, UNLISTED, Live
from mailkeep.flow.notice import Step
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.walk import walking
from mailkeep.flow.worker import MOST_ATTEMPTS
from mailkeep.store.due import LIVE_LANE, Claim, Owed
from mailkeep.store.naming import verdict_id


@asynccontextmanager
async def listening(house, heard=None):
    """The live lane, with the mails it kept and whatever else it tells."""
    said = []
    async with walking(house, "corp", heard.append if heard is not None else lambda _note: None) as walk:
        yield (
            Live(
                walk=walk,
                owner="1.1.1",
                kept=said.extend,
                stirred=lambda mailbox, at: said.append((mailbox.id, at)),
                unlisted=lambda: said.append("unlisted"),
            ),
            said,
        )


def notice(house, *refs, job=None):
    """Notices of these mails, as whoever hears them writes them down; gives when."""
    at = house.clock()
    work = [
        Owed(
            lane=LIVE_LANE,
            job=job or f"corp/{ref.mailbox}/{ref.id}",
            tenant="corp",
            key=ref.mailbox,
            refs=(ref.id,),
            at=at,
        )
        for ref in refs
    ]
    house.store.due.publish(work)
    return at


def owed(house):
    return house.store.summary().due.get(LIVE_LANE, 0)


def counted(post, verb):
    """How often the provider was asked for this."""
    asked, answer = [], getattr(post, verb)

    async def ask(*args, **kwargs):
        asked.append(args)
        return await answer(*args, **kwargs)

    setattr(post, verb, ask)
    return asked


async def test_a_mail_that_a_notice_told_of_is_judged_and_its_deed_owed_and_the_notice_struck_off_with_it(post, house):
    bad, good = post.post("ada", phish(1)), post.post("ben", letter(2, to="ben"))
    heard = []
    async with listening(house, heard) as (live, kept):
        at = notice(house, bad, good)
        await live.drain()
        assert {mail.verdict.label for mail in kept} == {"malicious", "clean"}
        assert {mail.times.notified_at for mail in kept} == {at}
    assert house.store.summary().due == {"act": 1}
    assert [note.mailbox for note in heard if note.step is Step.KEPT] == ["ada@corp.example", "ben@corp.example"]
    assert {leg.name for leg in house.store.latency.quantiles("corp", START)} >= {
        "notified → fetched",
        "delivered → judged",
    }


async def test_notices_that_come_twice_or_late_or_out_of_order_change_nothing(post, house):
    refs = [post.post("ada", letter(number)) for number in range(4)]
    asked = counted(post, "again")
    async with listening(house) as (live, kept):
        notice(house, *reversed(refs))
        notice(house, *refs)
        notice(house, refs[0], job="the same mail by another name")
        await live.drain()
        house.clock.at += 2 * SOON
        await live.drain()
        assert sorted(mail.ref.id for mail in kept) == sorted(ref.id for ref in refs)
        asked.clear()
        notice(house, *refs)
        await live.drain()
    assert (asked, owed(house)) == ([], 0)
    assert house.store.summary().tenants[0].mails == 4


async def test_a_mail_that_was_found_by_looking_is_not_fetched_again_for_its_notice(post, house):
    ref = post.post("ada", letter(1))
    async with listening(house) as (live, kept):
        mailbox = live.walk.mailboxes[0]
        mark = open_bookmark(live.walk, mailbox, since=None, begun_at=None)
        assert [len(page) async for page in read_mailbox(live.walk, mailbox, mark, act=False)] == [1]
        asked = counted(post, "again")
        notice(house, ref)
        await live.drain()
    assert (asked, owed(house)) == ([], 0)
    assert kept == []


async def test_a_mail_found_by_looking_after_its_notice_is_not_judged_anew(post, house):
    ref = post.post("ada", letter(1))
    async with listening(house) as (live, _kept):
        notice(house, ref)
        await live.drain()
        mailbox = live.walk.mailboxes[0]
        mark = open_bookmark(live.walk, mailbox, since=None, begun_at=None)
        assert [len(page) async for page in read_mailbox(live.walk, mailbox, mark, act=False)] == [0]
    assert house.store.begin("corp", "ada", since=None, begun_at=None).cursor == "1"


async def test_a_mail_that_a_page_holds_at_the_moment_waits_for_the_verdict_of_the_page(post, house):
    ref, still = post.post("ada", letter(1)), house.clock()
    house = replace(house, clock=lambda: still)
    async with listening(house) as (live, kept):
        live.walk.precedence.take(verdict_id("corp", ref))
        notice(house, ref)
        await live.drain()
        assert (kept, owed(house)) == ([], 1)


async def test_a_mail_that_is_gone_or_a_draft_or_in_quarantine_is_done_with(post, house):
    gone, draft = post.post("ada", letter(1)), post.post("ada", letter(2), flags={"draft"})
    pulled = post.post("ada", letter(3), folder=QUARANTINE_FOLDER)
    post.remove(gone)
    async with listening(house) as (live, _):
        notice(house, gone, draft, pulled)
        await live.drain()
    assert owed(house) == 0
    assert house.store.judged([verdict_id("corp", ref) for ref in (gone, draft, pulled)]) == set()


async def test_a_throttled_mailbox_waits_unasked_while_the_others_go_on(post, house, clock):
    first, second = post.post("ada", letter(1)), post.post("ada", letter(2))
    other = post.post("ben", letter(3, to="ben"))
    asked = counted(post, "again")
    post.trouble["again"] = [Throttled("slow down", 300.0)]
    async with listening(house) as (live, kept):
        notice(house, first)
        await live.drain()
        notice(house, second, other)
        await live.drain()
        assert [mail.ref for mail in kept] == [other]
        assert [ref.id for (ref,) in asked] == [first.id, other.id]
        clock.at += timedelta(seconds=301)
        await live.drain()
        assert {mail.ref.id for mail in kept} == {first.id, second.id, other.id}


async def test_a_provider_that_is_away_or_whose_consent_is_lost_loses_no_notice(post, house, clock):
    away, lost = post.post("ada", letter(1)), post.post("ben", letter(2, to="ben"))
    post.trouble["again"] = [Unreachable("no answer"), ConsentLost("ben: the grant was revoked. Consent again.")]
    async with listening(house) as (live, _):
        notice(house, away, lost)
        await live.drain()
        assert {(each.kind, each.about) for each in house.store.troubles()} == {
            ("unreachable", "ada"),
            ("consent-lost", "ben"),
        }
        assert isinstance(live.trouble, ConsentLost)
        clock.at += timedelta(days=2)
        await live.drain()
        assert owed(house) == 1
        house.store.due.unpark("corp", clock())
        await live.drain()
    assert owed(house) == 0
    assert house.store.summary().tenants[0].mails == 2


async def test_a_mail_that_the_provider_refuses_for_good_is_left_to_a_person(post, house):
    ref = post.post("ada", letter(1))
    post.trouble["again"] = [Refused("ada: mail ada-0: 400 ErrorInvalidIdMalformed.")]
    async with listening(house) as (live, _):
        notice(house, ref)
        await live.drain()
    (dead,) = house.store.dead_letters()
    assert (dead.job, dead.why) == ("corp/ada/ada-0", "ada: mail ada-0: 400 ErrorInvalidIdMalformed.")


async def test_a_notice_that_names_no_mail_has_the_mailbox_read(post, house):
    async with listening(house) as (live, said):
        at = house.clock()
        house.store.due.publish([Owed(lane=LIVE_LANE, job="corp/ada", tenant="corp", key="ada", refs=(), at=at)])
        await live.drain()
        assert said == [("ada", at)]
    assert owed(house) == 0


async def test_a_notice_may_name_the_mailbox_by_its_address_and_one_that_is_not_listed_has_the_roll_called(post, house):
    async with listening(house) as (live, said):
        at = house.clock()
        for name in ("ada@corp.example", "cy@corp.example"):
            house.store.due.publish([Owed(lane=LIVE_LANE, job=f"corp/{name}", tenant="corp", key=name, refs=(), at=at)])
        await live.drain()
        assert said == [("ada", at), "unlisted"]
    assert owed(house) == 0


async def test_a_notice_of_a_mailbox_that_nobody_knows_waits_for_the_roll_to_be_called(post, house, clock):
    post.mails["cy"] = []
    ref = post.post("cy", letter(1, to="cy"))
    async with listening(house) as (live, said):
        notice(house, ref)
        await live.drain()
        assert (said, owed(house)) == (["unlisted"], 1)
        post.names = (*post.names, "cy")
        await live.walk.list_again()
        clock.at += 2 * UNLISTED
        await live.drain()
        assert said[-1].ref == ref
    assert [report.mailbox for report in house.store.reports()] == ["cy@corp.example"]


async def test_mail_is_live_while_its_mailbox_is_still_being_scanned(post, house):
    bad = post.post("ada", phish(1), at=START)
    async with listening(house) as (live, kept):
        open_bookmark(live.walk, live.walk.mailboxes[0], since=None, begun_at=START + timedelta(days=9))
        notice(house, bad)
        await live.drain()
        assert [mail.look_again for mail in kept] == [False]
    assert house.store.summary().due == {"act": 1}


async def test_a_slow_mailbox_holds_up_no_other(post, house):
    slow, quick = post.post("ada", letter(1)), post.post("ben", letter(2, to="ben"))
    answer, held = post.again, asyncio.Event()

    async def again(ref):
        if ref.mailbox == "ada":
            await held.wait()
        return await answer(ref)

    post.again = again
    heard: asyncio.Queue = asyncio.Queue()
    async with walking(house, "corp", heard.put_nowait) as walk:
        live = Live(walk=walk, owner="1.1.1", kept=list, stirred=print, unlisted=print)
        task = asyncio.create_task(live.go_on())
        notice(house, slow, quick)
        walk.nudge()
        async with asyncio.timeout(20):
            assert await kept_next(heard) == "ben@corp.example"
            held.set()
            assert await kept_next(heard) == "ada@corp.example"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def kept_next(heard):
    while (note := await heard.get()).step is not Step.KEPT:
        pass
    return note.mailbox


async def test_a_notice_that_takes_the_process_with_it_is_given_up_after_a_few_lives(post, house, clock):
    notice(house, post.post("ada", letter(1)))
    for _ in range(MOST_ATTEMPTS):
        house.store.due.claim(Claim(lane=LIVE_LANE, owner="dead", at=clock(), most=1, lease_s=1))
        clock.at += timedelta(seconds=2)
    async with listening(house) as (live, _):
        await live.drain()
    assert "never ended" in house.store.dead_letters()[0].why
