"""Labels on and off, trash, deletion."""

import pytest
from tests.simulator.google.desk import ADA


async def test_modify_changes_labels_and_answers_with_them(desk, workspace, five):
    label = workspace.person(ADA).mailbox.make_label("Projects").id
    body = {"addLabelIds": [label, "STARRED"], "removeLabelIds": ["INBOX", "UNREAD"]}
    done = await desk.gmail("POST", f"/messages/{five[0]}/modify", body)
    assert set(done.json["labelIds"]) == {label, "STARRED"}
    assert workspace.mail(ADA, five[0]).labels == {label, "STARRED"}


@pytest.mark.parametrize(
    "body",
    [
        {"addLabelIds": ["Label_77"]},
        {"addLabelIds": ["SENT"]},
        {"removeLabelIds": ["DRAFT"]},
        {"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]},
        {},
        {"addLabelIds": ["STARRED"] * 101},
    ],
)
async def test_labels_that_may_not_be_changed_change_nothing(desk, workspace, five, body):
    before = workspace.mail(ADA, five[0]).labels
    assert (await desk.gmail("POST", f"/messages/{five[0]}/modify", body)).status == 400
    assert workspace.mail(ADA, five[0]).labels == before


async def test_batch_modify_says_nothing_of_single_mails(desk, workspace, five):
    body = {"ids": [*five[:3], "18ffffffffffffff"], "removeLabelIds": ["INBOX"]}
    done = await desk.gmail("POST", "/messages/batchModify", body)
    assert (done.status, done.body) == (204, b"")
    assert ["INBOX" in mail.labels for mail in workspace.lying(ADA)] == [False] * 3 + [True] * 2
    for wrong in ([], ["1"] * 1001):
        refused = await desk.gmail("POST", "/messages/batchModify", body | {"ids": wrong})
        assert refused.status == 400


async def test_trash_and_untrash(desk, workspace, five):
    trashed = await desk.gmail("POST", f"/messages/{five[0]}/trash")
    assert set(trashed.json["labelIds"]) == {"TRASH", "UNREAD"}
    back = await desk.gmail("POST", f"/messages/{five[0]}/untrash")
    assert set(back.json["labelIds"]) == {"UNREAD"}


async def test_only_the_widest_scope_deletes_for_good(desk, workspace, five):
    assert (await desk.gmail("DELETE", f"/messages/{five[0]}", wanted="gmail.modify")).status == 403
    assert (await desk.gmail("DELETE", f"/messages/{five[0]}", wanted="mail")).status == 204
    assert (await desk.gmail("POST", "/messages/batchDelete", {"ids": five}, wanted="mail")).status == 204
    assert workspace.lying(ADA) == []
