"""Domains made to be taken for others, and honest ones that are merely near."""

import pytest

from mailkeep.kit.lookalike import Lookalikes

_TARGETS = [
    "microsoft.com",
    "paypal.com",
    "apple.com",
    "ups.com",
    "usps.com",
    "gmail.com",
    "mail.com",
    "amazon.com",
    "amazon.de",
    "chase.com",
    "docusign.com",
    "bankofamerica.com",
    "salesforce.com",
    "stripe.com",
    "dhl.com",
    "linkedin.com",
    "corp.example",
    "hrvst.example",
    "target.com",
]


@pytest.fixture(scope="module")
def known() -> Lookalikes:
    return Lookalikes({domain: domain.partition(".")[0] for domain in _TARGETS})


@pytest.mark.parametrize(
    ("domain", "target", "how"),
    [
        ("micros0ft.com", "microsoft.com", "homoglyph"),
        ("rnicrosoft.com", "microsoft.com", "homoglyph"),
        ("xn--l-7sba6dbr.com", "paypal.com", "homoglyph"),
        ("paypai.com", "paypal.com", "homoglyph"),
        ("clocusign.com", "docusign.com", "homoglyph"),
        ("dh1.com", "dhl.com", "homoglyph"),
        ("mircosoft.com", "microsoft.com", "typo"),
        ("paypall.com", "paypal.com", "typo"),
        ("gmial.com", "gmail.com", "typo"),
        ("bnakofamerca.com", "bankofamerica.com", "typo"),
        ("microsoft-support.com", "microsoft.com", "added-word"),
        ("securemicrosoft.net", "microsoft.com", "added-word"),
        ("paypa1-invoice.de", "paypal.com", "added-word"),
        ("microsoft.co", "microsoft.com", "other-suffix"),
        ("salesforce.top", "salesforce.com", "other-suffix"),
        ("login.microsoft.com.evil.test", "microsoft.com", "as-subdomain"),
        ("microsoft.com-secure.net", "microsoft.com", "as-subdomain"),
        ("corp-example.evil.test", "corp.example", "as-subdomain"),
    ],
)
def test_an_imitation_is_seen_with_its_manner(known: Lookalikes, domain: str, target: str, how: str) -> None:
    found = known.closest(domain)
    assert found is not None
    assert (found.target, found.how) == (target, how)
    assert 0 < found.closeness < 1


@pytest.mark.parametrize(
    "domain",
    [
        "ups.com",
        "usps.com",
        "mail.com",
        "gmail.com",
        "email.com",
        "mall.com",
        "applegate.com",
        "apples.com",
        "ups.net",
        "strip.com",
        "stripes.com",
        "phase.com",
        "purchase.com",
        "link.com",
        "microsoft.sharepoint.com",
        "acme.com",
        "targets.com",
        "chaser.com",
        "amazon.de",
        "amazone.com",
        "harvest.example",
        "dhi.com",
        "cups.com",
        "salesforceiq.com",
        "apple.farm",
        "192.0.2.7",
        "com",
    ],
)
def test_an_honest_neighbour_is_left_alone(known: Lookalikes, domain: str) -> None:
    assert known.closest(domain) is None


def test_words_that_owners_add_themselves_weigh_less(known: Lookalikes) -> None:
    honest, lure = known.closest("paypal-inc.com"), known.closest("paypal-login.com")
    assert honest is not None
    assert lure is not None
    assert honest.closeness < lure.closeness


def test_everyday_names_need_a_hyphen_before_an_added_word_counts(known: Lookalikes) -> None:
    assert known.closest("targetworld.com") is None
    assert known.closest("target-giftcard-support.com") is None
    assert known.closest("target-support.com") is not None


def test_a_target_and_its_hosts_never_resemble_anything(known: Lookalikes) -> None:
    for domain in _TARGETS:
        assert known.closest(domain) is None
        assert known.closest("mail." + domain) is None


def test_the_same_shape_is_closer_than_a_slip(known: Lookalikes) -> None:
    shape, slip = known.closest("micros0ft.com"), known.closest("mircosoft.com")
    assert shape is not None
    assert slip is not None
    assert shape.closeness > slip.closeness


def test_nothing_known_resembles_nothing() -> None:
    assert Lookalikes({}).closest("micros0ft.com") is None
    assert Lookalikes({"": "x", "192.0.2.1": "y"}).closest("micros0ft.com") is None


def test_the_owner_of_a_target_is_told(known: Lookalikes) -> None:
    assert known.owner("amazon.de") == "amazon"
    assert known.owner("evil.test") == ""
