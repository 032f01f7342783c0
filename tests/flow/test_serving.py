"""Every tenant of a home watched side by side, over providers in memory that fail on demand."""

import asyncio
from dataclasses import replace

import pytest
from tests.flow.company import letter
from tests.postbox import Postbox

from mailkeep.connect.port import ConsentLost, Unreachable
from mailkeep.flow.house import Tenant
from mailkeep.flow.notice import Step
from mailkeep.flow.serving import Serving
from mailkeep.kit.trouble import OperatorError


class Moody(Postbox):
    """Cannot be reached so many times."""

    def __init__(self, *names, down=0, trouble=Unreachable):
        super().__init__(*names)
        self.left, self.mood = down, trouble

    async def mailboxes(self):
        if self.left:
            self.left -= 1
            raise self.mood("the provider is not there")
        return await super().mailboxes()


def housed(house, **posts):
    tenants = {name: Tenant(name=name, connect=lambda post=post: post) for name, post in posts.items()}
    return replace(house, tenants=tenants)


class Watch:
    """All tenants being watched, and what was said of it."""

    def __init__(self, house):
        self.heard = []
        self.stirred = asyncio.Event()
        self.serving = Serving(house=house, notice=self.hear, first_wait_s=0.01)

    def hear(self, note):
        self.heard.append(note)
        self.stirred.set()

    async def until(self, told):
        async with asyncio.timeout(20):
            while not told():
                self.stirred.clear()
                await self.stirred.wait()

    def steps(self, tenant, step):
        return [note for note in self.heard if (note.tenant, note.step) == (tenant, step)]

    async def __aenter__(self):
        self.task = asyncio.create_task(self.serving.watch_all(self.serving.house.tenants))
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_a_tenant_out_of_reach_is_tried_again_and_stops_no_other(house):
    down, well = Moody("eve", down=2), Postbox("ada")
    down.post("eve", letter(1, to="eve"))
    well.post("ada", letter(2))
    async with Watch(housed(house, down=down, well=well)) as watch:
        await watch.until(lambda: watch.steps("well", Step.IDLE) and watch.steps("down", Step.IDLE))
        assert len(watch.steps("down", Step.TROUBLE)) == 2
        assert {each.tenant: each.mails for each in house.store.summary().tenants} == {"down": 1, "well": 1}
        assert house.store.troubles() == []
        assert set(watch.serving.watchers) == {"down", "well"}


@pytest.mark.parametrize(("trouble", "kind"), [(Unreachable, "unreachable"), (ConsentLost, "consent-lost")])
async def test_what_stands_in_the_way_is_kept_while_it_does(house, trouble, kind):
    async with Watch(housed(house, down=Moody("eve", down=1 << 30, trouble=trouble))) as watch:
        await watch.until(lambda: watch.steps("down", Step.TROUBLE))
        (found,) = house.store.troubles()
        assert (found.kind, found.about, found.says) == (kind, "down", "the provider is not there")
        assert watch.serving.watchers == {}
        watch.serving.nudge()


async def test_a_mistake_of_the_operators_ends_all(house):
    class Wrong(Postbox):
        async def mailboxes(self):
            raise OperatorError("the folder does not exist")

    watch = Watch(housed(house, wrong=Wrong("x"), well=Postbox("ada")))
    with pytest.raises(OperatorError, match="does not exist"):
        await watch.serving.watch_all(["wrong", "well"])


async def test_a_nudge_reaches_every_watcher(house, post):
    post.post("ada", letter(1))
    async with Watch(housed(house, corp=post)) as watch:
        await watch.until(lambda: watch.steps("corp", Step.IDLE))
        bell = watch.serving.watchers["corp"].walk.bell
        bell.clear()
        watch.serving.nudge()
        assert bell.is_set()
