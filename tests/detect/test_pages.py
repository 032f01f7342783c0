"""Every detector's page is its test: the mails it shows must fire, and their innocent twins must stay silent."""

import re
import shlex
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.detect.company import BEN, NOW, letter, memory, scene, seen

from mailkeep.detect.run import detectors, weigh
from mailkeep.detect.scene import Signal
from mailkeep.detect.weights import SHIPPED

PAGES = Path(__file__).parent
DETECTORS = {each.id: each for each in detectors()}
_BLOCK = re.compile(r"^```eml +(?P<info>[^\n]*)\n(?P<text>.*?)\n```$", re.MULTILINE | re.DOTALL)


class Block(msgspec.Struct, frozen=True):
    """One mail of a page."""

    use: str
    """"past", "fires" or "silent"."""
    text: str
    options: dict[str, str]

    @property
    def mailbox(self) -> str:
        """Where it was found."""
        return self.options.get("mailbox", BEN)


def blocks(page: str) -> list[Block]:
    """The mails of a page in order; `word` and `word=value` after the use are options."""
    found = []
    for each in _BLOCK.finditer(page):
        use, *rest = shlex.split(each["info"])
        options = dict(word.partition("=")[::2] for word in rest)
        found.append(Block(use, each["text"], options))
    return found


def past_of(block: Block):
    """A past mail, `x=10` times, `every=7` days apart, the last of them `ago=3` days before now."""
    times, every, ago = (
        int(block.options.get(key, given)) for key, given in (("x", "1"), ("every", "7"), ("ago", "3"))
    )
    sent = "sent" in block.options
    for number in range(times):
        at = NOW - timedelta(days=ago + every * (times - 1 - number))
        yield (*seen(letter(block.text, block.options, at), block.mailbox, sent=sent), block.mailbox, sent)


def signals(block: Block, past: list[Block]) -> dict[str, Signal]:
    """What all detectors say of this mail."""
    kept = memory([each for one in past for each in past_of(one)], lived="no-past" not in block.options)
    found, faults = weigh(scene(letter(block.text, block.options), block.mailbox, kept), SHIPPED)
    assert not faults, faults
    return {signal.id: signal for signal in found}


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_the_page_shows_a_mail_that_fires_and_an_innocent_twin(name):
    page = PAGES / f"{name}.md"
    assert page.is_file(), f"write tests/detect/{name}.md: a mail that fires and its innocent twin"
    every = blocks(page.read_text("utf-8"))
    past = [each for each in every if each.use == "past"]
    assert {"fires", "silent"} <= {each.use for each in every}, "a page needs one ```eml fires and one ```eml silent"
    for number, block in enumerate(each for each in every if each.use != "past"):
        found = signals(block, past)
        assert (name in found) is (block.use == "fires"), f"{block.use} mail {number + 1}: {sorted(found)}"
        if "says" in block.options:
            clauses = " | ".join(each.says for each in found[name].evidence)
            assert block.options["says"] in clauses


def test_no_page_is_left_behind_by_its_detector():
    pages = {path.stem for path in PAGES.glob("*.md")}
    assert pages <= {each.id for each in detectors()}
