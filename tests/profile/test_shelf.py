from mailkeep.profile.shelf import DictShelf


def test_what_was_put_is_given_and_what_is_missing_is_left_out():
    shelf = DictShelf()
    shelf.put_many([(("pair", "a b"), b"1"), (("pair", "a c"), b"2")])
    assert shelf.get_many([("pair", "a b"), ("pair", "zz")]) == {("pair", "a b"): b"1"}


def test_a_scan_gives_one_kind_and_prefix_in_key_order():
    shelf = DictShelf()
    shelf.put_many([(("pair", "b x"), b"3"), (("pair", "a c"), b"2"), (("pair", "a b"), b"1"), (("name", "a b"), b"9")])
    assert [key for (_, key), _ in shelf.scan("pair", "a ")] == ["a b", "a c"]
    assert len(list(shelf.scan("pair"))) == 3


def test_deleting_twice_is_no_error():
    shelf = DictShelf()
    shelf.put_many([(("name", "n"), b"1")])
    shelf.delete_many([("name", "n")])
    shelf.delete_many([("name", "n")])
    assert len(shelf) == 0
