"""Who asks, for whom, and where."""

import pytest

from mailkeep.connect.gmail.account import GMAIL, GmailAccount
from mailkeep.connect.gmail.wire import MODIFY, READ, READ_METADATA
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import Refused
from mailkeep.kit.trouble import OperatorError


def test_each_tier_asks_for_the_least():
    account = GmailAccount(keys={})
    assert [account.mail_scope(tier) for tier in (Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE)] == [READ, MODIFY, MODIFY]
    assert GmailAccount(keys={}, metadata_only=True).mail_scope(Tier.OBSERVE) == READ_METADATA


def test_googles_own_addresses_stand_unless_others_are_set():
    assert GmailAccount(keys={}).base(GMAIL) == "https://gmail.googleapis.com"
    assert GmailAccount(keys={}).token_url == ""
    account = GmailAccount(keys={}, api_url="http://127.0.0.1:9/", login_url="http://127.0.0.1:8/")
    assert (account.base(GMAIL), account.token_url) == ("http://127.0.0.1:9", "http://127.0.0.1:8/token")


def test_a_tier_that_was_not_set_up_names_its_setting():
    with pytest.raises(Refused, match=r"apps\.flag"):
        GmailAccount(keys={}).key(Tier.FLAG)


def test_a_quota_table_that_does_not_exist_is_the_operators_error():
    with pytest.raises(OperatorError, match="2026, older"):
        GmailAccount(keys={}, quota="2027")
