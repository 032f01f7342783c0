"""Who is who."""

from mailkeep.people.directory import Directory, Person, name_key, with_people

_ADA = Person(id="u1", name="Ada Lovelace", addresses=("ada@corp.example", "ada@gmail.com"))
_DIRECTORY = Directory(own_domains=frozenset({"corp.example"}), people=(_ADA,))


def test_sub_domains_are_ours_and_look_alikes_are_not() -> None:
    assert _DIRECTORY.owns("corp.example")
    assert _DIRECTORY.owns("mail.corp.example")
    assert not _DIRECTORY.owns("evilcorp.example")


def test_a_colleague_s_address_elsewhere_is_held_by_us() -> None:
    assert _DIRECTORY.holds("ada@gmail.com")
    assert _DIRECTORY.holds("anyone@corp.example")
    assert not _DIRECTORY.holds("eve@gmail.com")


def test_names_match_whatever_their_order_and_case() -> None:
    assert _DIRECTORY.people_named("LOVELACE, Ada") == (_ADA,)
    assert _DIRECTORY.people_named("Ada") == ()
    assert name_key("Ada") == ""


def test_own_domains_are_targets_of_imitation_once_a_snapshot() -> None:
    directory = Directory(own_domains=frozenset({"lovelace.example"}))
    found = directory.lookalikes.closest("love1ace.example")
    assert found is not None
    assert found.target == "lovelace.example"
    assert directory.lookalikes is directory.lookalikes


def test_people_of_the_same_id_are_replaced() -> None:
    older = with_people(_DIRECTORY, [Person(id="u1", name="Ada King", addresses=("ada@corp.example",))])
    assert [person.name for person in older.people] == ["Ada King"]
