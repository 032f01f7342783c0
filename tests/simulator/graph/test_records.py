"""Records of the logs, as the published contract words them."""

import pytest
from tests.contracts.graph import contract

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.records import Audit, Place, Risk, SignIn

OFFICE = Office()
OFFICE.add_person("ada@northwind.example", "Ada Byron")
ADA, AT = "ada@northwind.example", 1_790_000_000.0
WHERE = Place(city="Lagos", country="NG", latitude=6.5, longitude=3.4)


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (SignIn(person=ADA, ip="198.51.100.7", at=AT, place=WHERE, managed=True, risk="high"), "signIn"),
        (SignIn(person="left@northwind.example", ip="2001:db8::7", at=AT, error=50126), "signIn"),
        (Audit(activity="Update user", by=ADA, at=AT, target=ADA, changes=(("a", "b", "c"),)), "directoryAudit"),
        (Audit(activity="Add app", by="Sync", at=AT, target="Evil", target_kind="ServicePrincipal"), "directoryAudit"),
        (Risk(person=ADA, kind="unlikelyTravel", at=AT, place=WHERE, late_s=60), "riskDetection"),
    ],
)
def test_a_record_is_what_the_contract_says(record, kind):
    assert contract().errors(record.json(OFFICE, 1), f"microsoft.graph.{kind}") == []


def test_records_have_ids_of_their_own():
    sign_in = SignIn(person=ADA, ip="198.51.100.7", at=AT)
    assert sign_in.json(OFFICE, 1)["id"] != sign_in.json(OFFICE, 2)["id"]
