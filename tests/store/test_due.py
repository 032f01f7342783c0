import threading
from collections import Counter
from datetime import timedelta

from tests.store.kept import AT

from mailkeep.store.due import PARKED, Claim, Owed, backoff, live_job, live_work
from mailkeep.store.store import Store

LATER = AT + timedelta(seconds=61)


def owed(number, *, tenant="corp", lane="act", at=AT, prio=0):
    job = f"{tenant}{number}"
    return Owed(lane=lane, job=job, tenant=tenant, key="ada", refs=(job,), at=at, prio=prio)


def claim(store, *, at=AT, most=10, owner="one", **changes):
    return store.due.claim(Claim(**{"lane": "act", "owner": owner, "at": at, "most": most, "lease_s": 60, **changes}))


def test_work_is_claimed_once_and_is_gone_when_done(store):
    store.due.publish([owed(1), owed(1)])
    (row,) = claim(store)
    assert (row.job, row.refs, row.attempts) == ("corp1", ("corp1",), 1)
    assert claim(store, owner="two") == ()
    store.due.done(row)
    assert store.due.waiting("act", "corp") == (0, None)


def test_a_lease_that_ran_out_frees_the_work_and_the_attempt_is_counted(store):
    store.due.publish([owed(1)])
    claim(store)
    assert claim(store, at=AT + timedelta(seconds=59)) == ()
    (again,) = claim(store, at=LATER, owner="two")
    assert again.attempts == 2


def test_work_put_off_is_not_given_before_its_time(store):
    store.due.publish([owed(1)])
    (row,) = claim(store)
    store.due.retry(row, LATER, counted=False)
    assert claim(store) == ()
    (again,) = claim(store, at=LATER)
    assert (again.attempts, again.waits) == (1, 1)


def test_work_put_off_remembers_since_when_it_is_owed(store):
    store.due.publish([owed(1)])
    (row,) = claim(store)
    store.due.retry(row, LATER, counted=False)
    (again,) = claim(store, at=LATER)
    assert (row.at, again.at) == (AT, AT)
    assert store.due.soonest("act", ["corp1"]) == LATER + timedelta(seconds=60)
    assert store.due.put_off("act", "corp") == (1, AT)
    assert store.due.put_off("live", "corp") == (0, None)


def test_a_look_tells_whether_a_claim_would_give_anything(store):
    assert not store.due.is_any("act", "corp", AT)
    store.due.publish([owed(1)])
    assert store.due.is_any("act", "corp", AT)
    assert not store.due.is_any("act", "corp", AT - timedelta(seconds=1))
    assert not store.due.is_any("act", "small", AT)
    claim(store)
    assert not store.due.is_any("act", "corp", AT)


def test_what_is_put_off_is_held_by_nobody(store):
    store.due.publish([owed(1), owed(2)])
    (row, _) = claim(store)
    store.due.retry(row, LATER, counted=False)
    assert store.due.holders("corp", AT) == {"one"}


def test_striking_off_twice_does_not_strike_the_work_that_got_the_same_number_since(store):
    store.due.publish([owed(1)])
    (row,) = claim(store)
    store.due.done(row)
    store.due.publish([owed(2)])
    (after,) = claim(store)
    assert after.id == row.id
    store.due.done(row)
    store.due.retry(row, LATER, counted=True)
    assert store.due.holders("corp", AT) == {"one"}


def test_parked_work_waits_for_a_person(store):
    store.due.publish([owed(1)])
    (row,) = claim(store)
    store.due.retry(row, PARKED, counted=False)
    assert claim(store, at=AT + timedelta(days=365)) == ()
    store.due.unpark("corp", LATER)
    assert len(claim(store, at=LATER)) == 1


def test_given_up_work_becomes_a_dead_letter(store):
    store.due.publish([owed(1)])
    (row,) = claim(store)
    store.due.bury(row, "never ends", AT)
    assert claim(store, at=LATER) == ()
    (letter,) = store.dead_letters()
    assert (letter.job, letter.why, letter.attempts) == ("corp1", "never ends", 1)


def test_tenants_take_turns_and_urgent_work_comes_first(store):
    store.due.publish([owed(n) for n in range(6)] + [owed(n, tenant="small") for n in range(2)])
    store.due.publish([owed(9, prio=-1)])
    jobs = {row.job for row in claim(store, most=5)}
    assert "corp9" in jobs
    assert {"small0", "small1"} <= jobs


def test_only_the_asked_for_tenant_and_jobs_are_given(store):
    store.due.publish([owed(1), owed(2), owed(1, tenant="small")])
    assert [row.job for row in claim(store, tenant="small")] == ["small1"]
    assert [row.job for row in claim(store, jobs=("corp2",))] == ["corp2"]
    assert store.due.soonest("act", ["corp1", "corp2"]) == AT
    assert store.due.soonest("act", ["unheard of"]) is None


def test_two_workers_never_hold_the_same_work(store):
    store.due.publish([owed(n) for n in range(400)])
    held: Counter[str] = Counter()

    def work(owner):
        mine = Store(store.path)
        while rows := claim(mine, owner=owner, most=7):
            held.update(row.job for row in rows)
        mine.close()

    workers = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(held) == 400
    assert set(held.values()) == {1}


def test_waits_double_up_to_a_quarter_of_an_hour():
    assert [backoff(n).total_seconds() for n in (0, 1, 2)] == [5, 10, 20]
    assert backoff(1000).total_seconds() == 900


def test_what_is_owed_is_known_by_its_name(store):
    store.due.publish([Owed(lane="live", job="a", tenant="corp", key="ada", refs=(), at=AT)])
    assert store.due.owed("live", ["a", "b"]) == {"a"}
    assert store.due.owed("act", ["a"]) == set()


def test_reading_one_mail_has_one_name_whoever_owes_it(store):
    store.due.publish([live_work("corp", "ada", "mail-1", AT)])
    store.due.publish([live_work("corp", "ada", "mail-1", AT, 1), live_work("corp", "ada", "", AT)])
    assert store.due.waiting("live", "corp")[0] == 2
    assert store.due.owed(
        "live", [live_job("corp", "ada", "mail-1"), live_job("corp", "ada"), live_job("corp", "ben")]
    ) == {
        live_job("corp", "ada", "mail-1"),
        live_job("corp", "ada"),
    }
