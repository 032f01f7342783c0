"""Short names of scopes."""

from mailkeep.simulator.google.scopes import MAIL, READ, scopes


def test_short_names_become_whole_scopes():
    assert scopes("mail gmail.readonly") == {MAIL, "https://www.googleapis.com/auth/gmail.readonly"}
    assert MAIL in READ
