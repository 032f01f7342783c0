"""Fresh receipts over a real store and a provider in memory."""

from datetime import timedelta

from tests.flow.company import house_of, letter
from tests.postbox import Postbox

from mailkeep.connect.port import Unreachable
from mailkeep.flow.proving import prove
from mailkeep.flow.watch import watch


async def test_what_nobody_told_of_is_found_and_read(tmp_path):
    post = Postbox("ada", "ben")
    house = house_of(tmp_path, lambda: post)
    await watch(house, "corp", once=True)
    post.post("ada", letter(1), at=house.clock())
    house.clock.at += timedelta(minutes=1)  # past the grace that mail on its way is given
    proof = await prove(house, "corp")
    assert (proof.covered, proof.missing) == (2, 0)
    assert len(list(house.store.reports(tenant="corp"))) == 1
    house.store.close()


async def test_a_mailbox_that_cannot_be_listed_is_named_and_the_others_are_proved(tmp_path):
    post = Postbox("ada", "ben")
    house = house_of(tmp_path, lambda: post)
    await watch(house, "corp", once=True)
    post.trouble["listed"].append(Unreachable("no answer"))
    said = []
    proof = await prove(house, "corp", lambda note: said.append(note.says))
    assert proof.covered == 1
    assert "no answer" in said
    house.store.close()
