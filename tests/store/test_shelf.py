import pytest
from tests.store.kept import a_batch, a_mail

from mailkeep.profile.shelf import DictShelf

PAIR, OTHER, NAME = ("pair", "ada ben"), ("pair", "ben ada"), ("name", "ben")


@pytest.fixture(params=["dict", "sql"])
def any_shelf(request, store):
    return DictShelf() if request.param == "dict" else store.shelf("corp")


def test_every_shelf_gives_back_what_was_put_and_leaves_out_the_rest(any_shelf):
    any_shelf.put_many([(PAIR, b"1"), (NAME, b"2")])
    any_shelf.put_many([(PAIR, b"3")])
    assert any_shelf.get_many([PAIR, NAME, OTHER]) == {PAIR: b"3", NAME: b"2"}


def test_every_shelf_forgets_what_was_deleted_and_does_not_mind_what_was_never_there(any_shelf):
    any_shelf.put_many([(PAIR, b"1")])
    any_shelf.delete_many([PAIR, OTHER])
    assert any_shelf.get_many([PAIR, OTHER]) == {}
    assert list(any_shelf.scan("pair")) == []


def test_every_shelf_scans_one_kind_by_prefix_in_key_order(any_shelf):
    any_shelf.put_many([(OTHER, b"2"), (NAME, b"3"), (PAIR, b"1")])
    assert list(any_shelf.scan("pair")) == [(PAIR, b"1"), (OTHER, b"2")]
    assert list(any_shelf.scan("pair", "ben")) == [(OTHER, b"2")]


def test_what_was_learned_from_a_page_is_kept_with_the_page(store, shelf):
    shelf.put_many([(PAIR, b"1")])
    assert store.shelf("corp").get_many([PAIR]) == {}
    store.keep(a_batch(a_mail(1)), shelf)
    assert store.shelf("corp").get_many([PAIR]) == {PAIR: b"1"}
    assert store.shelf("another").get_many([PAIR]) == {}


def test_kept_and_fresh_changes_are_seen_as_one(store, shelf):
    shelf.put_many([(PAIR, b"1"), (OTHER, b"2")])
    shelf.keep()
    shelf.put_many([(PAIR, b"9"), (("pair", "cy ada"), b"4")])
    shelf.delete_many([OTHER])
    assert list(shelf.scan("pair")) == [(PAIR, b"9"), (("pair", "cy ada"), b"4")]
    assert shelf.get_many([PAIR, OTHER]) == {PAIR: b"9"}
    shelf.keep()
    assert list(store.shelf("corp").scan("pair")) == [(PAIR, b"9"), (("pair", "cy ada"), b"4")]


def test_many_keys_of_many_kinds_are_one_question_and_nothing_is_lost(shelf):
    items = {(f"kind{n % 5}", f"key {n}"): str(n).encode() for n in range(1000)}
    shelf.put_many(items.items())
    shelf.keep()
    assert shelf.get_many(items) == items
    shelf.delete_many(items)
    shelf.keep()
    assert shelf.get_many(items) == {}
