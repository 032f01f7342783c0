import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkeep.connect.graph.notices import MOST_NOTICES, Notice, Sealed, read_post
from mailkeep.connect.port import Refused

CREATED = {
    "id": "lsgTZMr9KwAAA",
    "subscriptionId": "c0d1",
    "subscriptionExpirationDateTime": "2026-11-29T00:00:00Z",
    "clientState": "our secret",
    "changeType": "created",
    "resource": "users/u1@t1/messages/AAkALg",
    "tenantId": "t1",
    "resourceData": {
        "@odata.type": "#Microsoft.Graph.Message",
        "@odata.id": "Users/u1/Messages/AAkALg",
        "id": "AAkALg",
    },
}
REMOVED = {"subscriptionId": "c0d1", "clientState": "our secret", "lifecycleEvent": "subscriptionRemoved"}


def post(*entries):
    return json.dumps({"value": entries}).encode()


def test_new_mail_and_a_lifecycle_event_are_read_from_one_post():
    found = read_post(post(CREATED, REMOVED))
    assert (found.strange, found.tokens) == (0, ())
    assert found.notices == (
        Notice(subscription="c0d1", client_state="our secret", event="created", ref="AAkALg"),
        Notice(subscription="c0d1", client_state="our secret", event="subscriptionRemoved"),
    )
    assert [each.is_lifecycle for each in found.notices] == [False, True]


def test_what_is_not_understood_is_counted_and_the_rest_is_read():
    strange = [{"subscriptionId": 7}, "words", CREATED | {"changeType": "updated"}, CREATED | {"resourceData": None}]
    found = read_post(post(*strange, CREATED))
    assert (len(found.notices), found.strange) == (1, 4)


def test_what_a_notice_carries_comes_with_it_and_the_tokens_of_the_post_beside_it():
    sealed = {"data": "ZA==", "dataSignature": "cw==", "dataKey": "aw==", "encryptionCertificateId": "one"}
    body = {"value": [CREATED | {"encryptedContent": sealed}], "validationTokens": ["t1", "t2"]}
    found = read_post(json.dumps(body).encode())
    assert found.tokens == ("t1", "t2")
    carried = Sealed(data="ZA==", data_signature="cw==", data_key="aw==", encryption_certificate_id="one")
    assert found.notices[0].sealed == carried


def test_a_notice_that_carries_something_odd_is_not_understood():
    for odd in ("words", {"data": "ZA=="}, {"data": 1, "dataSignature": "", "dataKey": ""}):
        assert read_post(post(CREATED | {"encryptedContent": odd})).strange == 1


def test_a_notice_without_a_secret_has_an_empty_one():
    (notice,) = read_post(post({key: value for key, value in CREATED.items() if key != "clientState"})).notices
    assert notice.client_state == ""


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"value": 3}', b'{"value"', b"[" * 100_000, b'{"value":[],"validationTokens":[1]}'],
)
def test_a_post_that_is_none_is_refused_in_words(body):
    with pytest.raises(Refused, match="not a Graph notification"):
        read_post(body)


def test_a_flood_in_one_post_is_cut():
    found = read_post(post(*[CREATED] * (MOST_NOTICES + 5)))
    assert (len(found.notices), found.strange) == (MOST_NOTICES, 5)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_is_posted_is_read_or_refused(posted):
    with contextlib.suppress(Refused):
        read_post(json.dumps({"value": [posted]}).encode())
