import ipaddress
from random import Random

from mailkeep.simulator.company import fresh_ip, iban, local_part, make_company


def test_one_seed_gives_one_company():
    assert make_company(Random(5)) == make_company(Random(5))
    assert make_company(Random(5)) != make_company(Random(6))


def test_everybody_has_an_own_address_and_a_chief_but_the_head():
    company = make_company(Random(5), size=30)
    assert len({each.address for each in company.employees}) == 30
    assert [each.title for each in company.employees if not each.manager] == ["Managing Director"]
    assert {each.manager for each in company.employees} - {""} <= {each.address for each in company.employees}
    assert company.directory().person_at(company.employees[0].address).vip


def test_no_domain_of_the_company_can_exist():
    company = make_company(Random(5))
    domains = [company.domain, *(each.domain for each in (*company.vendors, *company.services))]
    assert all(domain.endswith(".example") for domain in domains)


def test_account_numbers_hold_their_checksum():
    number = iban(Random(3))
    spelled = "".join(str(int(letter, 36)) for letter in number[4:] + number[:4])
    assert int(spelled) % 97 == 1


def test_addresses_are_public_so_that_networks_can_become_habits():
    rng = Random(1)
    assert all(ipaddress.ip_address(fresh_ip(rng)).is_global for _ in range(100))


def test_a_name_becomes_a_local_part():
    assert local_part("Ada O'Meyer-Holt") == "ada.omeyerholt"
