import asyncio
import os
import signal

import pytest

from mailkeep.cli.stopping import until_stopped
from mailkeep.kit.trouble import OperatorError


async def test_a_signal_ends_the_work_and_lets_it_clean_up(capsys):
    said = []

    async def work():
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            said.append("cleaned")

    await until_stopped(work())
    assert said == ["cleaned"]
    assert "Stopped. Everything finished so far is kept" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_work_that_ends_by_itself_is_not_said_to_be_stopped(capsys):
    async def work():
        await asyncio.sleep(0)

    await until_stopped(work())
    assert capsys.readouterr().err == ""


async def test_what_the_work_raises_is_raised():
    async def work():
        raise OperatorError("the port is taken")

    with pytest.raises(OperatorError, match="the port is taken"):
        await until_stopped(work())
