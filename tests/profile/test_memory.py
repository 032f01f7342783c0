from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkeep.kit.known import Unknown
from mailkeep.people.directory import Directory
from mailkeep.profile.memory import Memory
from mailkeep.profile.shelf import DictShelf

VENDOR = "vera@vendor.test"
ALICE = "alice@corp.example"
BOB = "bob@corp.example"


@pytest.fixture
def tell(teller):
    return teller(Memory(DictShelf()))


def friendship(tell, letter, weeks=8, who=VENDOR):
    for week in range(weeks):
        tell.learn(
            letter(
                author=who,
                day=week * 7,
                subject=f"order week {'abcdefgh'[week]}",
                asks=("invoice",),
                links=("shop.vendor.test",),
            )
        )
        tell.learn(
            letter(author=ALICE, to=(who,), day=week * 7 + 1, subject=f"order week {'abcdefgh'[week]}", reply=True)
        )


def test_a_stranger_is_never_seen_before_his_own_first_mail(tell, letter):
    first = letter(author="new@stranger.test", day=3)
    before = tell.recall(first)
    tell.learn(first)
    after = tell.recall(first)
    assert not before.pair.known
    assert not after.pair.known
    assert not after.sender.known
    assert not after.domain.known
    assert not after.name_addresses


def test_weeks_both_ways_make_a_contact_established(tell, letter):
    friendship(tell, letter)
    history = tell.recall(letter(author=VENDOR, day=60))
    assert history.pair.established
    assert history.sender.established
    assert history.domain.established
    assert history.pair.replied > 0
    assert history.pair.days == 16
    assert history.pair.weeks == 8
    assert history.sender.habit.share("ask", "invoice") == pytest.approx(1)
    assert history.sender.habit.share("network", "203.0.113.0/24") == 0


def test_what_came_later_is_not_in_the_past(tell, letter):
    friendship(tell, letter)
    history = tell.recall(letter(author=VENDOR, day=15))
    assert history.pair.days == 5
    assert history.pair.weeks == 3


def test_a_poisoned_week_does_not_make_an_attacker_normal(tell, letter):
    evil = "ceo@evil.test"
    for hour in range(7 * 24):
        for shot in range(5):
            tell.learn(
                letter(
                    author=evil, day=30 + hour / 24 + shot / 5000, subject=f"urgent {hour} {shot}", asks=("payment",)
                )
            )
    history = tell.recall(letter(author=evil, day=37.5, asks=("payment",)))
    assert history.pair.days <= 8
    assert history.pair.weeks <= 2
    assert history.pair.received <= 8
    assert not history.pair.established
    assert not history.sender.established


def test_a_flood_from_a_taken_over_contact_does_not_become_his_habit(tell, letter):
    for week in range(40):
        tell.learn(letter(author=VENDOR, day=week * 7, subject="order"))
        tell.learn(letter(author=ALICE, to=(VENDOR,), day=week * 7 + 1, reply=True, subject="order"))
    for shot in range(300):
        tell.learn(letter(author=VENDOR, day=281 + shot / 1000, network="203.0.113.0/24", subject=f"pay {shot}"))
    share = tell.recall(letter(author=VENDOR, day=282)).sender.habit.share("network", "203.0.113.0/24")
    assert share < 0.06


def test_answers_we_wrote_before_their_mail_was_learned_count_the_same(teller, letter):
    mails = [letter(author=VENDOR, day=day, subject="order") for day in range(0, 30, 3)]
    ours = [letter(author=ALICE, to=(VENDOR,), day=day + 1, subject="order", reply=True) for day in range(0, 30, 3)]
    one, two = teller(Memory(DictShelf())), teller(Memory(DictShelf()))
    for each in mails + ours:
        one.learn(each)
    for each in reversed(mails + ours):
        two.learn(each)
    asked = letter(author=VENDOR, day=40)
    assert one.recall(asked).pair.replied == pytest.approx(two.recall(asked).pair.replied)
    assert one.recall(asked).pair.replied > 9


def test_copies_in_several_mailboxes_count_once_for_the_organisation(tell, letter):
    mail = letter(author=VENDOR, to=(ALICE, BOB), day=0)
    assert tell.learn(mail, ALICE)
    tell.learn(mail, BOB)
    assert not tell.learn(mail, BOB)
    history = tell.recall(letter(author=VENDOR, day=10), BOB)
    assert history.sender.received == pytest.approx(history.pair.received)
    assert history.learned.mails == 1


def test_a_blind_copy_makes_its_mailbox_acquainted_too(tell, letter):
    mail = letter(author=VENDOR, to=(ALICE,), day=0)
    tell.learn(mail, ALICE)
    tell.learn(mail, BOB)
    assert tell.recall(letter(author=VENDOR, day=10), BOB).pair.known


def test_a_forgotten_attack_leaves_no_trace_and_is_not_learned_from_another_copy(tell, letter):
    attack = letter(author="pay@evil.test", to=(ALICE, BOB), day=1, message_id="evil-1", subject="new bank details")
    tell.learn(attack, ALICE)
    assert tell.forget(attack, ALICE)
    assert not tell.learn(attack, BOB)
    later = letter(author="pay@evil.test", day=9, refs=("evil-1",), subject="new bank details")
    history = tell.recall(later)
    assert not history.pair.known
    assert not history.sender.known
    assert not history.domain.known
    assert history.thread.known_ids == 0
    assert history.thread.subject_known is False


def test_forgetting_an_attack_from_a_friend_keeps_the_friend(tell, letter):
    friendship(tell, letter)
    attack = letter(author=VENDOR, day=60, network="203.0.113.0/24")
    tell.learn(attack)
    tell.forget(attack)
    history = tell.recall(letter(author=VENDOR, day=70))
    assert history.pair.established
    assert history.sender.habit.share("network", "203.0.113.0/24") == 0


def test_a_forged_colleague_from_outside_teaches_nothing(tell, letter):
    tell.learn(letter(author=ALICE, to=(BOB,), day=0))
    assert not tell.learn(letter(author=ALICE, to=(BOB,), day=1, network="203.0.113.0/24", outside=True), BOB)


def test_a_conversation_that_happened_is_told_from_one_that_never_did(tell, letter):
    friendship(tell, letter)
    tell.learn(letter(author=ALICE, to=(VENDOR,), day=60, subject="crane hire", message_id="ours-1"))
    real = tell.recall(letter(author=VENDOR, day=61, subject="crane hire", refs=("ours-1",))).thread
    assert real.known_ids == 1
    assert real.subject_known is True
    assert real.sender_took_part is True
    forged = tell.recall(letter(author="x@evil.test", day=61, subject="crane hire", refs=("made-up",))).thread
    assert forged.known_ids == 0
    assert forged.claimed_ids == 1
    assert forged.subject_known is False
    assert forged.sender_took_part is False
    hijacked = tell.recall(letter(author="x@evil.test", day=61, subject="crane hire", refs=("ours-1",))).thread
    assert hijacked.known_ids == 1
    assert hijacked.sender_took_part is False


def test_a_name_is_known_by_the_addresses_that_bore_it(tell, letter):
    for day in range(0, 20, 5):
        tell.learn(letter(author=VENDOR, name="Vera Vendor", day=day))
    history = tell.recall(letter(author="vera@evil.test", name="VENDOR, Vera", day=30))
    assert list(history.name_addresses) == [VENDOR]


def test_an_imitation_of_an_established_contact_is_seen(tell, letter):
    friendship(tell, letter, who="vera@granite-harbour.test")
    history = tell.recall(letter(author="vera@granite-harb0ur.test", day=60))
    assert [each.target for each in history.resembles] == ["granite-harbour.test"]
    assert tell.recall(letter(author="vera@granite-harbour.test", day=60)).resembles == ()


def test_links_that_friends_sent_are_known_and_a_strangers_are_not(tell, letter):
    friendship(tell, letter)
    tell.learn(letter(author="s@stranger.test", day=30, links=("pay.elsewhere.test",)))
    history = tell.recall(letter(author=VENDOR, day=60, links=("vendor.test", "pay.elsewhere.test")))
    assert history.known_link_domains == {"vendor.test"}


def test_a_sudden_wave_of_recipients_stands_out(tell, letter):
    for day in range(20):
        tell.learn(letter(author=BOB, to=(ALICE,), day=day, subject=f"day {day}"), BOB)
    for minute in range(30):
        victim = f"v{minute}@corp.example"
        tell.learn(letter(author=BOB, to=(victim,), day=20 + minute * 6 / 1440, subject=f"shared {minute}"), BOB)
    history = tell.recall(letter(author=BOB, to=("last@corp.example", ALICE), day=20 + 200 / 1440))
    assert history.daily_recipients == pytest.approx(1)
    assert history.recipients_today == 30
    assert history.new_recipients == 1


def test_free_mail_domains_are_nobody(tell, letter):
    for week in range(5):
        tell.learn(letter(author="a@free.example", day=week * 7))
        tell.learn(letter(author=ALICE, to=("a@free.example",), day=week * 7 + 1))
    history = tell.recall(letter(author="b@free.example", day=60))
    assert not history.domain.known
    assert not history.sender.known


def test_bank_details_are_remembered_by_tag_only(tell, letter):
    tell.learn(letter(author=VENDOR, day=0, accounts=("DE02120300000000202051",)))
    history = tell.recall(letter(author=VENDOR, day=10))
    assert len(history.domain.habit.axes["account"]) == 1
    assert "DE02" not in str(history.domain.habit.axes)


def test_the_directory_is_read_from_the_mail(tell, letter):
    for day in range(3):
        tell.learn(letter(author=ALICE, name="Alice Archer", to=(BOB,), day=day))
    tell.learn(letter(author=VENDOR, name="Vera Vendor", day=4))
    directory = tell.memory.directory()
    assert directory.own_domains == {"corp.example"}
    assert [(person.id, person.name) for person in directory.people] == [(ALICE, "Alice Archer")]


def test_a_mailbox_at_a_free_provider_does_not_make_its_neighbours_colleagues(tell, letter):
    me = "me@gmail.com"
    tell.learn(letter(author=me, to=(VENDOR,), day=0), me)
    assert tell.memory.owns(me)
    assert not tell.memory.owns("other@gmail.com")


def test_a_mail_dated_far_ahead_does_not_make_the_past_silent(tell, letter):
    friendship(tell, letter)
    before = tell.recall(letter(author=VENDOR, day=60)).learned
    tell.learn(letter(author="x@evil.test", day=20_000))
    after = tell.recall(letter(author=VENDOR, day=60))
    assert after.learned.mails == before.mails == 16
    assert after.pair.established


def test_mail_that_names_no_network_does_not_thin_out_the_habit(tell, letter):
    for day in range(60):
        tell.learn(letter(author=BOB, to=(ALICE,), day=day, network=Unknown("no hop") if day % 10 else "25.1.1.0/24"))
    habit = tell.recall(letter(author=BOB, day=61)).sender.habit
    assert habit.share("network", "25.1.1.0/24") == pytest.approx(1, abs=0.01)
    assert habit.share("hour", "9") == pytest.approx(1, abs=0.01)


def test_nothing_learned_says_so(tell, letter):
    history = tell.recall(letter(author=VENDOR, day=0))
    assert not history.speaks
    assert history.learned.mails == 0
    assert isinstance(history.daily_recipients, Unknown)


def test_a_small_desk_and_a_second_memory_over_the_same_shelf_tell_the_same(teller, letter):
    shelf = DictShelf()
    small, big = teller(Memory(shelf, capacity=20)), teller(Memory(DictShelf()))
    for tell in (small, big):
        friendship(tell, letter)
        for number in range(60):
            tell.learn(letter(author=f"p{number}@many.test", day=number))
        tell.memory.flush()
    asked = letter(author=VENDOR, day=80)
    assert small.recall(asked) == big.recall(asked) == teller(Memory(shelf)).recall(asked)


def test_old_sightings_expire_and_records_stay(tell, letter):
    tell.learn(letter(author=VENDOR, day=0, message_id="old-1"))
    tell.learn(letter(author=VENDOR, day=100, message_id="new-1"))
    assert tell.memory.expire(letter(author=VENDOR, day=50).at) == 2
    history = tell.recall(letter(author=VENDOR, day=120, refs=("old-1", "new-1")))
    assert history.thread.known_ids == 1
    assert history.pair.days == 2


ADDRESSES = st.sampled_from([ALICE, BOB, VENDOR, "x@evil.test", "carol@corp.example", "b@free.example"])
DRAWN = st.lists(
    st.tuples(
        ADDRESSES,
        st.lists(ADDRESSES, min_size=1, max_size=3),
        st.integers(0, 200),
        st.sampled_from(["plans", "price list", "visit"]),
    ),
    min_size=1,
    max_size=30,
)


@given(drawn=DRAWN, seed=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_learning_does_not_matter(teller, letter, drawn, seed):
    mails = [
        letter(author=author, to=tuple(to), day=day, subject=subject, name=author) for author, to, day, subject in drawn
    ]
    shuffled = list(mails)
    seed.shuffle(shuffled)
    ours = Directory(own_domains=frozenset({"corp.example"}))
    one, two = teller(Memory(DictShelf(), ours)), teller(Memory(DictShelf(), ours))
    for tell, order in ((one, mails), (two, shuffled)):
        for mail in order:
            tell.learn(mail)
    asked = letter(author=VENDOR, day=210, subject="plans", reply=True)
    first, second = one.recall(asked), two.recall(asked)
    for party in ("pair", "sender", "domain"):
        left, right = getattr(first, party), getattr(second, party)
        assert (left.days, left.weeks, left.first_seen, left.last_seen) == (
            right.days,
            right.weeks,
            right.first_seen,
            right.last_seen,
        )
        assert left.received == pytest.approx(right.received, abs=0.02)
        for axis, values in left.habit.axes.items():
            assert values == pytest.approx(right.habit.axes[axis], abs=0.05)
    assert first.thread == second.thread
    assert first.learned == second.learned


def test_while_a_large_tenant_is_first_learned_the_directory_is_not_read_anew_for_each_new_mailbox(tell, letter):
    read = []
    for number in range(200):
        person = f"person{number}@corp.example"
        tell.learn(letter(author=person, to=(VENDOR,), day=1), person)
        read.append(tell.memory.directory())
        assert number >= 20 or read[-1].person_at(person)
    assert sum(one is not other for one, other in pairwise(read)) < 80
    for day in range(500):
        tell.learn(letter(author=VENDOR, subject=f"offer {day}", day=day), "person0@corp.example")
    assert tell.memory.directory().person_at("person199@corp.example")
