import asyncio

import pytest

from mailkeep.connect.imap import ImapTenant
from mailkeep.connect.maildir import MaildirTenant
from mailkeep.connect.mbox import MboxTenant
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import TenantSettings
from mailkeep.wiring import (
    connector_of,
)


def test_every_kind_has_its_connector(tmp_path):
    (tmp_path / "password").write_text("secret\n")
    imap = TenantSettings(kind="imap", host="h", user="u", password_file=tmp_path / "password")
    assert isinstance(connector_of("c", imap), ImapTenant)
    trusting = connector_of("c", imap.model_copy(update={"ca_file": tmp_path / "password"}))
    assert isinstance(trusting, ImapTenant)
    assert trusting.account.ca_file == tmp_path / "password"
    assert isinstance(connector_of("c", TenantSettings(kind="maildir", path=tmp_path)), MaildirTenant)
    assert isinstance(connector_of("c", TenantSettings(kind="mbox", path=tmp_path)), MboxTenant)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "pigeon"}, "tenants.c.kind: 'pigeon' is not a kind"),
        ({"kind": "maildir"}, "tenants.c.path: a maildir tenant needs the folder"),
        ({"kind": "mbox", "path": "/nowhere/at/all"}, "does not exist"),
        ({"kind": "imap", "host": "h"}, "needs host, user and password_file"),
        (
            {"kind": "imap", "host": "h", "user": "u", "password_file": "/nowhere"},
            "password_file: /nowhere cannot be read",
        ),
        ({"kind": "imap", "host": "h", "user": "u", "password_file": "/dev/null"}, "is empty"),
        (
            {"kind": "imap", "host": "h", "user": "u", "password_file": "/dev/null", "ca_file": "/nowhere"},
            "tenants.c.ca_file: /nowhere is not a file",
        ),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(fields, says):
    with pytest.raises(OperatorError) as caught:
        connector_of("c", TenantSettings(**fields))
    assert says in str(caught.value)


def test_a_maildir_tenant_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="is a file"):
        connector_of("c", TenantSettings(kind="maildir", path=tmp_path / "file"))


def test_a_mailbox_bears_the_address_that_the_operator_gave_it(tmp_path):
    for sub in ("cur", "new", "tmp"):
        (tmp_path / "lay-k" / sub).mkdir(parents=True)
    settings = TenantSettings(kind="maildir", path=tmp_path, addresses={"lay-k": "Ken@corp.example"})
    (mailbox,) = asyncio.run(connector_of("corp", settings).mailboxes())
    assert mailbox.address == "ken@corp.example"
