"""Each condition of a rule holds for the mail it is about and not for another."""

import pytest
from tests.simulator.graph.conftest import mail

from mailkeep.simulator.graph.conditions import CONDITIONS, NEVER_HOLD, holds
from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.office import Office

ADA = Office().add_person("ada@northwind.example", aliases=["a.byron@northwind.example"])
BO = [{"emailAddress": {"address": "Bo@elsewhere.example"}}]
EVA = [{"emailAddress": {"address": "eva@elsewhere.example"}}]
COPIED = {"Cc": "ada@northwind.example", "to": "grace@northwind.example"}


@pytest.mark.parametrize(
    ("name", "wanted", "other", "headers"),
    [
        ("subjectContains", ["BERTH"], ["crane"], {}),
        ("bodyContains", ["hello"], ["goodbye"], {}),
        ("bodyOrSubjectContains", ["x", "berth"], ["crane"], {}),
        ("senderContains", ["elsewhere"], ["nearby"], {}),
        ("recipientContains", ["ada@"], ["eva@"], {}),
        ("headerContains", ["X-Ship: Ever"], ["X-Ship: Given"], {"X_Ship": "Ever"}),
        ("fromAddresses", BO, EVA, {}),
        ("sentToAddresses", [{"emailAddress": {"address": "ada@northwind.example"}}], EVA, {}),
        ("sentToMe", True, False, {}),
        ("sentToMe", True, False, {"to": "a.byron@northwind.example"}),
        ("sentCcMe", True, False, COPIED),
        ("sentToOrCcMe", True, False, COPIED),
        ("notSentToMe", True, False, COPIED),
        ("sentOnlyToMe", True, False, {}),
        ("hasAttachments", False, True, {}),
        ("withinSizeRange", {"minimumSize": 0, "maximumSize": 9}, {"minimumSize": 9, "maximumSize": 99}, {}),
        ("isAutomaticForward", False, True, {}),
    ],
)
def test_a_condition_holds_for_its_mail_alone(name, wanted, other, headers):
    letter = Letter(mail(1, **headers))
    assert holds(name, ADA, letter, wanted)
    assert not holds(name, ADA, letter, other)


def test_what_the_simulator_does_not_keep_never_holds():
    assert not any(holds(name, ADA, Letter(mail(1)), True) for name in NEVER_HOLD)
    assert NEVER_HOLD.isdisjoint(CONDITIONS)
