"""The house that runs: everything concrete, handed in by wiring, that the corridor walks through."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from mailkeep.connect.port import Connector, Hook
from mailkeep.decide.judgement import Bench
from mailkeep.detect.scene import Scene
from mailkeep.facts.vantage import Boundary
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Directory
from mailkeep.store.store import Store


def nothing_normal(_scene: Scene) -> tuple[str, ...]:
    """No sentences: for those who do not render what is normal."""
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
    """Lower-case address → the group that a policy may name."""
    hook: Hook | None = None
    """Where the provider is to send its notices, without a secret; None: nowhere, and mail is found by looking."""
    approve_above: int = 100
    """A claw-back of more mails than this waits for a second person."""
    canary: str = ""
    """Address of the mailbox that mails itself a canary; empty: none does."""

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Connector]:
        """A connector for as long as the block lasts."""
        connector = self.connect()
        try:
            yield connector
        finally:
            await connector.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Store, judgement and tenants of one home."""

    store: Store
    tenants: Mapping[str, Tenant]
    bench: Bench
    clock: Callable[[], datetime]
    """The present moment, UTC."""
    dry_run: bool = False
    """True: every intent is recorded as what would have been done."""
    normal: Callable[[Scene], tuple[str, ...]] = nothing_normal
    """What is usual for the people of a scene, in sentences; kept with verdicts that are not clean."""

    def tenant(self, name: str) -> Tenant:
        """The tenant of this name. Raises: OperatorError with the names there are."""
        if name not in self.tenants:
            known = ", ".join(sorted(self.tenants)) or "none yet; `mailkeep connect` adds one"
            raise OperatorError(f"{name}: no tenant of this name is connected. Connected: {known}.")
        return self.tenants[name]
