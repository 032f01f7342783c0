"""What no tenant should hold and every tenant does: the product says so in a sentence, and judges everything else."""

import asyncio

import pytest
from tests.flow.company import letter

from mailkeep.cli.site import Home, until
from mailkeep.simulator.graph.__main__ import introduction, registered
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator

NAMES = ("ada", "ben", "cy", "dan")
PAST = 3
MOST_S = 60.0
HUGE = 200 * 2**20
MAILS = "SELECT count(*) FROM message"


@pytest.fixture
async def simulator():
    """Four people with a few mails each."""
    office = Office(byte_true=True)
    for name in NAMES:
        office.add_person(f"{name}@corp.example")
        for number in range(PAST):
            office.deliver(f"{name}@corp.example", letter(number, to=name))
    async with GraphSimulator(office) as running:
        yield running


@pytest.fixture
async def home(simulator, tmp_path):
    """A home that has read all of it and is served."""
    made = Home(tmp_path)
    made.connect({"corp": introduction(simulator, registered(simulator.office))})
    assert (await asyncio.to_thread(made.run, "scan", "corp")).returncode == 0
    made.serve()
    try:
        assert await until(made, lambda: made.number("SELECT count(*) FROM subscription") == len(NAMES), most_s=MOST_S)
        yield made
    finally:
        made.close()


async def doctor(home):
    """What it says."""
    return (await asyncio.to_thread(home.run, "doctor")).stdout.decode()


def judged(home, name):
    """Subjects of the mails of this person that have a verdict."""
    return {subject for (subject,) in home.ask(f"SELECT subject FROM message WHERE address LIKE '{name}@%'")}


async def test_a_mail_of_two_hundred_megabytes_is_judged_by_its_beginning(home, simulator):
    simulator.office.deliver("ada@corp.example", letter(70) + b"x" * HUGE)
    simulator.office.deliver("ada@corp.example", letter(71))
    assert await until(home, lambda: len(judged(home, "ada")) == PAST + 2, most_s=MOST_S), judged(home, "ada")
    assert "longer than 67108864 bytes; only so many were looked at" in await doctor(home)


async def test_a_mail_that_vanished_before_it_was_fetched_is_no_trouble(home, simulator):
    gone = simulator.office.deliver("ben@corp.example", letter(70, to="ben"))
    simulator.office.remove("ben@corp.example", gone)
    simulator.office.deliver("ben@corp.example", letter(71, to="ben"))
    assert await until(home, lambda: len(judged(home, "ben")) == PAST + 1, most_s=MOST_S)
    assert await until(home, lambda: home.number("SELECT count(*) FROM due") == 0, most_s=MOST_S)
    assert home.ask("SELECT says FROM trouble") == []
    assert home.ask("SELECT why FROM dead_letter") == []


async def test_a_disabled_mailbox_and_one_whose_pages_are_no_json_hold_nobody_up(home, simulator):
    simulator.office.person("cy@corp.example").licensed = False
    dan = simulator.office.person("dan@corp.example")
    simulator.faults.upset("html", f"GET /users/{dan.id}/")
    for name in NAMES:
        simulator.office.deliver(f"{name}@corp.example", letter(71, to=name))
    for name in ("ada", "ben"):
        assert await until(home, lambda name=name: len(judged(home, name)) == PAST + 1, most_s=MOST_S)
    assert await until(home, lambda: home.number("SELECT count(DISTINCT about) FROM trouble") == 2, most_s=MOST_S)
    said = await doctor(home)
    assert "Give it a licence again, or leave it out of `mailboxes`" in said
    assert "The provider has trouble; it is tried again" in said
    assert "14 mails judged here" in said
    simulator.faults.clear()
    assert await until(home, lambda: len(judged(home, "dan")) == PAST + 1, most_s=MOST_S)
