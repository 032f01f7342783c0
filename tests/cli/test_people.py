"""What is normal for a person can be shown, exported and erased."""

import json

import pytest


@pytest.fixture
def address(attacked):
    return attacked.stage.company.employees[0].address


def test_everybody_known_is_listed(attacked, address):
    done = attacked.call("people")
    assert done.exit_code == 0
    assert "own domains: northwind-harbour.example" in done.stdout
    assert address in done.stdout
    rows = [json.loads(line) for line in attacked.call("people", "--json").stdout.splitlines()]
    assert any(address in row["addresses"] for row in rows)


def test_a_persons_page_and_export_hold_what_was_learned(attacked, address):
    assert address in attacked.call("people", address).stdout
    assert json.loads(attacked.call("people", address.upper(), "--json").stdout)


def test_a_person_can_be_forgotten(company, address):
    assert "forgotten" in company.call("people", address, "--erase").stderr
    done = company.call("people", address)
    assert done.exit_code == 2
    assert "nothing was learned" in done.stderr


def test_an_address_nobody_knows_is_said(attacked):
    assert attacked.call("people", "nobody@nowhere.example").exit_code == 2
