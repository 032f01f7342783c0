"""Where the world handed the mail over."""

from mailkeep.facts.handover import handover, is_public, submitted, trusted
from mailkeep.facts.vantage import Boundary
from mailkeep.mail import Hop, Message

_STORE = Hop(from_name="mx.corp.example", from_ip="10.0.0.5", by="store.corp.example")
_EDGE = Hop(from_name="out.vendor.example", from_ip="8.8.4.4", by="mx.corp.example")
_FORGED = Hop(from_name="pc.corp.example", from_ip="10.0.0.9", by="mx.corp.example")


def _mail(*hops: Hop) -> Message:
    return Message(digest="", size=0, hops=hops)


def test_the_last_trusted_hop_from_outside_is_the_handover() -> None:
    boundary = Boundary(trusted_hosts=("corp.example", "10."))
    assert handover(_mail(_STORE, _EDGE, _FORGED), boundary) == _EDGE


def test_without_trusted_hosts_the_topmost_public_hop_between_two_owners_is_taken() -> None:
    assert handover(_mail(_STORE, _EDGE, _FORGED), Boundary()) == _EDGE


def test_hops_within_one_provider_are_passed_over() -> None:
    inside = Hop(from_name="a.prod.outlook.com", from_ip="40.107.1.1", by="b.office365.com")
    assert handover(_mail(inside, _EDGE), Boundary()) == _EDGE


def test_a_hop_that_no_trusted_host_wrote_is_not_believed() -> None:
    assert handover(_mail(_EDGE), Boundary(trusted_hosts=("mx.other.example",))) is None


def test_names_below_a_trusted_name_are_trusted_and_look_alikes_are_not() -> None:
    boundary = Boundary(trusted_hosts=("corp.example", "10.", "2001:db8:"))
    assert trusted("mx.corp.example", boundary)
    assert trusted("10.1.2.3", boundary)
    assert trusted("2001:db8::1", boundary)
    assert not trusted("evilcorp.example", boundary)
    assert not trusted("110.1.2.3", boundary)


def test_public_and_submitted_are_told() -> None:
    assert is_public("8.8.4.4")
    assert not is_public("10.0.0.1")
    assert not is_public("no address")
    assert submitted(Hop(protocol="esmtpsa"))
    assert not submitted(_EDGE)
