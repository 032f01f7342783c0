"""Finding detectors by their files, and running them."""

import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest
from tests.detect.plain import HEAD, facts, link, scene

from mailkeep.detect.run import (
    GROUP,
    MOST_TOLD,
    DetectorError,
    detectors,
    gather,
    page_faults,
    third_party,
    twice,
    weigh,
    weigh_with,
)
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.weights import SHIPPED, Weights
from mailkeep.kit.known import Unknown

PAGE = '"""It rains.\n\n    Why: x.\n    Innocent: x.\n    Misses: x.\n    Source: x.\n    """'
HEADER = "from mailkeep.detect.scene import Family, detector\n"


@pytest.fixture
def house(tmp_path):
    """Makes a package of detector files and takes it away again."""
    made = []

    def make(**modules: str):
        name = f"rain_{tmp_path.name.replace('-', '_')}_{len(made)}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").touch()
        for module, text in modules.items():
            (folder / f"{module}.py").write_text(HEADER + text)
        made.append(name)
        return importlib.import_module(name)

    sys.path.insert(0, str(tmp_path))
    yield make
    sys.path.remove(str(tmp_path))
    for name in list(sys.modules):
        if name.partition(".")[0] in made:
            del sys.modules[name]


def rains(name: str) -> str:
    return f"@detector(family=Family.FORM, weight=1.0)\ndef {name}(scene):\n    {PAGE}\n    yield from ()\n"


def test_every_shipped_detector_is_well_named_and_has_its_page():
    found = detectors()
    assert len(found) >= 100
    assert [each.id for each in found] == sorted({each.id for each in found})


def test_signs_of_trust_take_away_and_all_others_add():
    # the language model's classes speak both ways, within their family's cap
    others = [each for each in detectors() if each.family is not Family.LANGUAGE]
    wrong = [each.id for each in others if (each.family is Family.TRUST) != (each.weight < 0)]
    assert wrong == []


def test_a_detector_is_found_by_its_file(house):
    found, faults = gather([house(it_rains=rains("it_rains"))], [])
    assert [each.id for each in found] == ["it-rains"]
    assert faults == []


def test_a_file_that_does_not_hold_what_its_name_says_is_refused(house):
    found, faults = gather([house(it_rains=rains("it_pours"), empty="x = 1\n")], [])
    assert found == []
    assert len(faults) == 2
    assert any("it_pours" in fault and "rename" in fault for fault in faults)
    assert any("holds no detector" in fault for fault in faults)


def test_a_model_may_lie_beside_the_language_detectors(house):
    found, faults = gather([], [house(model="x = 1\n", it_rains=rains("it_rains"))])
    assert [each.id for each in found] == ["it-rains"]
    assert faults == []


def test_third_parties_name_a_detector_or_a_module_of_them(house):
    package = house(many=rains("it_rains") + rains("it_pours").replace("It rains", "It pours"))
    whole = EntryPoint("rain", f"{package.__name__}.many", GROUP)
    single = EntryPoint("rain", f"{package.__name__}.many:it_pours", GROUP)
    assert [each.id for each in third_party(whole)] == ["it-rains", "it-pours"]
    assert [each.id for each in third_party(single)] == ["it-pours"]


@pytest.mark.parametrize("value", ["nowhere_at_all", "mailkeep.kit.known", "mailkeep.kit.known:Unknown"])
def test_an_entry_point_without_a_detector_is_told_by_name(value):
    with pytest.raises(DetectorError, match=value):
        third_party(EntryPoint("rain", value, GROUP))


def test_a_page_without_its_chapters_is_refused():
    @detector(family=Family.FORM, weight=1.0)
    def bare(scene: Scene) -> Iterator[Evidence]:
        """It rains.

        Why: clouds.
        """
        yield from ()

    (fault,) = page_faults(bare)
    assert "Innocent:" in fault
    assert "Why:" not in fault


def test_an_id_that_is_there_twice_is_refused():
    each = detectors()[0]
    other = detector(family=Family.FORM, weight=1.0)(each.find)
    assert twice([each, each]) == []
    assert "Rename one" in twice([each, other])[0]


def test_a_broken_detector_is_a_fault_and_the_others_go_on():
    @detector(family=Family.FORM, weight=1.0)
    def breaks(scene: Scene) -> Iterator[Evidence]:
        if Unknown("the secret words of a mail"):
            yield Evidence(HEAD, "never")

    @detector(family=Family.FORM, weight=2.0, attack=Attack.SPAM)
    def works(scene: Scene) -> Iterator[Evidence]:
        """It works."""
        yield Evidence(HEAD, "here", 0.5)

    signals, faults = weigh_with([breaks, works], scene(), Weights())
    assert [(each.id, each.weight, each.says) for each in signals] == [("works", 1.0, "It works")]
    assert [each.detector for each in faults] == ["breaks"]
    assert "TypeError" in faults[0].what
    assert "secret" not in faults[0].what


def test_the_strongest_evidence_gives_the_weight_and_floods_are_cut():
    looked = []

    @detector(family=Family.FORM, weight=3.0)
    def floods(scene: Scene) -> Iterator[Evidence]:
        """It floods."""
        for number in range(10_000):
            looked.append(number)
            yield Evidence(HEAD, str(number), 1.0 if number == 3 else 0.1)

    ((signal,), _) = weigh_with([floods], scene(), Weights())
    assert signal.weight == 3.0
    assert signal.evidence[0].says == "3"
    assert len(signal.evidence) == MOST_TOLD
    assert len(looked) < 100


def test_signals_come_by_weight_and_the_table_wins():
    bad = facts(links=(link(ip_host=True, userinfo=True, odd_port=True),))
    signals, faults = weigh(scene(bad), Weights(detectors={"odd-port-link": 9.0}))
    assert faults == ()
    assert signals[0].id == "odd-port-link"
    assert [each.weight for each in signals] == sorted((each.weight for each in signals), reverse=True)


def test_no_detector_breaks_on_a_mail_of_which_nothing_is_known():
    blank = facts()
    unknown = Unknown("nothing learned")
    import msgspec

    origin = msgspec.structs.replace(
        blank.origin,
        local_hour=unknown,
        zone_minutes=unknown,
        weekday=unknown,
        ip=unknown,
        network=unknown,
        client=unknown,
        clock_skew_s=unknown,
    )
    auth = msgspec.structs.replace(
        blank.authentication, spf=unknown, dkim=unknown, dmarc=unknown, arc=unknown, aligned=unknown
    )
    envelope = msgspec.structs.replace(blank.envelope, elsewhere=unknown)
    words = msgspec.structs.replace(blank.words, language=unknown)
    found, faults = weigh(scene(facts(origin=origin, authentication=auth, envelope=envelope, words=words)), SHIPPED)
    assert faults == ()
    assert {each.id for each in found} <= {"first-time-sender"}
