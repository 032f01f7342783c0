import asyncio

from mailkeep.flow.precedence import LATELY, Precedence


async def page(precedence, name, said, mails=2):
    async with precedence.page():
        for number in range(mails):
            said.append(f"{name}{number}")
            await precedence.give_way()


async def test_pages_are_judged_one_after_the_other_in_the_order_of_asking():
    precedence, said = Precedence(), []
    await asyncio.gather(*(page(precedence, name, said) for name in "ab"))
    assert said == ["a0", "a1", "b0", "b1"]


async def test_live_mail_stands_before_the_next_mail_of_a_page():
    precedence, said = Precedence(), []

    async def live():
        with precedence.live():
            for number in range(3):
                said.append(f"live{number}")
                await asyncio.sleep(0)

    await asyncio.gather(page(precedence, "a", said), live())
    assert said == ["a0", "live0", "live1", "live2", "a1"]


async def test_only_the_first_who_asks_is_to_judge_a_mail():
    precedence = Precedence()
    assert precedence.take("one")
    assert not precedence.take("one")
    for number in range(LATELY):
        precedence.take(str(number))
    assert precedence.take("one")
