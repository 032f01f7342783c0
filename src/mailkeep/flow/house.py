"""The house that runs: everything concrete, handed in by wiring, that the corridor walks through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailkeep.connect.port import Connector
from mailkeep.decide.nouns import Versions
from mailkeep.decide.policy import Policy
from mailkeep.detect.scene import Scene
from mailkeep.detect.weights import Weights
from mailkeep.facts.vantage import Boundary
from mailkeep.people.directory import Directory
from mailkeep.store.store import Store


def _nothing_normal(_scene: Scene) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One connected organisation, as the operator described it."""

    name: str
    connect: Callable[[], Connector]
    """A fresh connector; whoever asks for it closes it."""
    boundary: Boundary = field(default_factory=Boundary)
    directory: Directory = field(default_factory=Directory)
    """What the operator stated: own domains and people; the mail's own teaching is added to it."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Lower-case address → the group a policy may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Store, judgement and tenants of one home."""

    store: Store
    tenants: Mapping[str, Tenant]
    policy: Policy
    weights: Weights
    versions: Versions
    clock: Callable[[], datetime]
    """The present moment, UTC."""
    dry_run: bool = False
    """True: every intent is recorded as what would have been done."""
    normal: Callable[[Scene], tuple[str, ...]] = _nothing_normal
    """What is usual for the people of a scene, in sentences, kept with verdicts that are not clean."""
