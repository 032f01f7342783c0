from mailkeep.profile.cache import Desk
from mailkeep.profile.record import Record, Sighting
from mailkeep.profile.shelf import DictShelf


class CountingShelf(DictShelf):
    """A shelf that counts the questions it is asked."""

    asked = 0

    def get_many(self, keys):
        self.asked += 1
        return super().get_many(keys)


def test_what_is_in_hand_or_known_missing_is_not_asked_again():
    shelf = CountingShelf()
    desk = Desk(shelf)
    desk.fetch([("pair", "a b"), ("pair", "a c")])
    desk.fetch([("pair", "a b")])
    assert shelf.asked == 1


def test_the_least_lately_used_go_back_to_the_shelf():
    shelf = DictShelf()
    desk = Desk(shelf, capacity=10)
    for number in range(30):
        desk.fetch([("name", f"n{number}")])
        desk.open_record(("name", f"n{number}")).mark(86_400, 1)
        desk.trim()
    assert len(shelf) >= 20
    desk.fetch([("name", "n0")])
    assert desk.record(("name", "n0")).first == 86_400


def test_a_removed_entry_leaves_the_shelf_at_the_flush():
    shelf = DictShelf()
    desk = Desk(shelf)
    desk.put(("thread", "t"), Sighting(1))
    desk.flush()
    assert len(shelf) == 1
    desk.put(("thread", "t"), None)
    desk.flush()
    assert len(shelf) == 0


def test_a_scan_sees_what_was_not_flushed_yet():
    desk = Desk(DictShelf())
    desk.open_record(("name", "n")).mark(1, 1)
    assert [(key, isinstance(entry, Record)) for key, entry in desk.scan("name")] == [(("name", "n"), True)]
