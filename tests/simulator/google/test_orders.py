"""Orders over HTTP."""

import aiohttp
import pytest
from tests.simulator.google.desk import ADA, BEN, letter, until

from mailkeep.simulator.google import mime


async def test_mail_is_delivered_to_everybody_named(desk, workspace, clock):
    parcel = {"to": [ADA, BEN], "raw": mime.base64url(letter()), "folder": "Projects", "at": clock.now - 60}
    given = (await desk.order("deliver", mails=[parcel])).json["ids"][0]
    for address, mail in zip((ADA, BEN), given, strict=True):
        lying = workspace.mail(address, mail)
        assert (lying.raw, lying.at_ms) == (letter(), round((clock.now - 60) * 1000))


@pytest.mark.parametrize("parcel", [{"to": [ADA]}, {"to": ["nobody@x"], "raw": ""}, {"to": [ADA], "raw": "!"}])
async def test_mail_that_cannot_be_delivered_is_said_so(desk, parcel):
    assert (await desk.order("deliver", mails=[parcel])).status == 400


async def test_what_happened_is_counted(desk, workspace):
    workspace.deliver(ADA, letter(), folder="Projects")
    await desk.gmail("GET", "/profile")
    counts = (await desk.order("counts")).json
    assert (counts["people"], counts["mails"]) == (3, 1)
    assert counts["labels"] == {"Projects": 1, "UNREAD": 1}
    assert counts["answered"]["gmail.users.getProfile"] == 1


async def test_an_outage_ends_by_itself(desk, sim):
    await desk.order("down", seconds=0.1)
    await until(lambda: sim._site is None)
    with pytest.raises(aiohttp.ClientError):
        await desk.order("counts")
    await until(lambda: sim._site is not None)
    assert (await desk.order("counts")).status == 200
