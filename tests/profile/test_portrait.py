import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkeep.profile.keys import tag
from mailkeep.profile.memory import Memory
from mailkeep.profile.shelf import DictShelf

ALICE = "alice@corp.example"
ADDRESSES = st.sampled_from([ALICE, "bob@corp.example", "vera@vendor.test", "x@evil.test"])


def test_a_portrait_is_json_and_shows_contacts_hours_and_names(teller, letter):
    tell = teller(Memory(DictShelf()))
    for day in range(5):
        tell.learn(letter(author=ALICE, name="Alice Archer", to=("vera@vendor.test",), day=day))
    shown = json.loads(json.dumps(tell.memory.export(ALICE)))
    assert shown["contacts"]["vera@vendor.test"]["sent"] > 4
    assert shown["writes"]["usual"]["hour"] == {"9": 4.94}
    assert shown["names"] == ["alice archer"]
    assert shown["recipients_a_day"]["2026-01-05"] == 1


def test_a_portrait_of_nobody_is_empty(teller):
    assert teller(Memory(DictShelf())).memory.export("no@body.test")["writes"] is None


@given(
    drawn=st.lists(
        st.tuples(ADDRESSES, st.lists(ADDRESSES, min_size=1, max_size=3), st.integers(0, 90)), min_size=1, max_size=25
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_erasing_a_person_leaves_nothing_that_mentions_them(teller, letter, drawn):
    shelf = DictShelf()
    tell = teller(Memory(shelf))
    for author, to, day in drawn:
        tell.learn(
            letter(author=author, to=tuple(to), day=day, name=author, reply_to=to[0], links=("l.test",), reply=True)
        )
    tell.memory.erase(ALICE)
    tell.memory.flush()
    mark = tag(ALICE).encode()
    for key, value in (item for kept in shelf._kinds.values() for item in kept.items()):
        assert ALICE not in key
        assert ALICE.encode() not in value
        assert mark not in value
    shown = tell.memory.export(ALICE)
    assert shown["writes"] is None
    assert [shown["contacts"], shown["contact_of"], shown["names"]] == [{}, {}, []]
