import pytest

from mailkeep.kit.trouble import OperatorError


def test_an_unknown_tenant_is_named_with_those_there_are(house):
    assert house.tenant("corp").name == "corp"
    with pytest.raises(OperatorError, match=r"acme: no tenant of this name is connected\. Connected: corp\."):
        house.tenant("acme")


async def test_a_connector_is_let_go_of_whatever_happens(house, post):
    async def stumble():
        async with house.tenant("corp").connected() as connector:
            assert connector is post
            raise OperatorError("the disk is full")

    with pytest.raises(OperatorError, match="the disk is full"):
        await stumble()
    assert post.closed == 1
