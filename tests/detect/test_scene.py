"""What makes a function a detector."""

from collections.abc import Iterator

from tests.detect.plain import HEAD, scene

from mailkeep.detect.scene import Attack, Detector, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.5, attack=Attack.SCAM, since="0.2")
def it_rains_today(scene: Scene) -> Iterator[Evidence]:
    """It rains.

    Why: clouds.
    """
    yield Evidence(HEAD, "wet")


def test_a_functions_name_with_hyphens_is_its_id():
    assert isinstance(it_rains_today, Detector)
    assert it_rains_today.id == "it-rains-today"
    assert (it_rains_today.family, it_rains_today.weight, it_rains_today.attack) == (Family.LINKS, 1.5, Attack.SCAM)
    assert it_rains_today.since == "0.2"


def test_the_first_line_of_its_page_is_what_people_read():
    assert it_rains_today.sentence == "It rains"
    assert "Why:" in it_rains_today.page


def test_evidence_counts_in_full_unless_it_says_less():
    (found,) = it_rains_today.find(scene())
    assert found.strength == 1.0
