from mailkeep.facts.brand_list import BRANDS, BY_ID, TARGETS, owner_of


def test_every_brand_has_a_name_and_a_domain() -> None:
    assert len(BRANDS) >= 150
    assert all((brand.names or brand.titles) and brand.domains for brand in BRANDS)


def test_a_domain_and_what_lies_below_it_belong_to_the_brand() -> None:
    assert owner_of("paypal.com") == "paypal"
    assert owner_of("mail.paypal.com") == "paypal"
    assert owner_of("paypal.com.evil.test") == ""


def test_a_public_suffix_of_the_state_stands_for_everything_below_it() -> None:
    assert owner_of("hmrc.gov.uk") == "govuk"


def test_a_shared_domain_is_owned_by_each_brand_that_uses_it() -> None:
    assert owner_of("dhl.com") == "dhl"
    assert BY_ID["deutschepost"].owns("dhl.com")


def test_a_free_mailbox_at_a_brand_is_not_the_brand_speaking() -> None:
    google = BY_ID["google"]
    assert google.owns("gmail.com")
    assert not google.speaks_from("gmail.com")
    assert google.speaks_from("google.com")


def test_targets_hold_each_imitable_name_once() -> None:
    assert TARGETS["paypal.com"] == "paypal"
    assert "paypal.de" not in TARGETS
    assert "me.com" not in TARGETS


def test_host_words_are_lower_case_and_long_enough_to_mean_the_brand() -> None:
    assert all(word == word.lower() and len(word) >= 6 for brand in BRANDS for word in brand.hosts)
