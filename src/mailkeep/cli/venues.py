"""Where the demo's company keeps its mail: in files, or at a simulated Microsoft 365 or Google Workspace on loopback."""

import json
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mailkeep.connect.grants import Tier

if TYPE_CHECKING:
    from mailkeep.settings import ServeSettings, TenantSettings
    from mailkeep.simulator.post import Post
    from mailkeep.simulator.tenant import Stage
    from mailkeep.wiring import Clock

TIERS = (Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE)
"""What the demo's administrator grants; nothing of the story needs `contain`."""


QUOTA = "older"
"""Google: quota table of the made-up Cloud project."""


class Venue(Protocol):
    """A place of mail that the story is played at."""

    kind: str
    """The connector's word for it."""

    async def open(self, stage: "Stage", clock: "Clock") -> "TenantSettings":
        """Furnishes the place with the company and its past; gives the tenant that reaches it."""

    def serve(self) -> "ServeSettings | None":
        """Where to hear the place's notices; None when it posts none."""

    def deliver(self, post: "Post") -> None:
        """One mail arrives."""

    async def close(self) -> None:
        """Ends it."""


class Files:
    """Maildirs on this disk."""

    kind = "maildir"

    def __init__(self, home: Path) -> None:
        self._mail = home / "mail"

    async def open(self, stage: "Stage", clock: "Clock") -> "TenantSettings":  # noqa: ARG002 - files have no clock
        """One Maildir for each person."""
        from mailkeep.simulator.tenant import write_history

        write_history(self._mail, stage.company, stage.history)
        return tenant(self.kind, stage, path=self._mail)

    def serve(self) -> "ServeSettings | None":
        """Files stir by themselves."""
        return None

    def deliver(self, post: "Post") -> None:
        """As a mail host does it."""
        from mailkeep.simulator.tenant import deliver

        deliver(self._mail, post)

    async def close(self) -> None:
        """Nothing is open."""


class Microsoft:
    """A simulated Microsoft 365 tenant that was consented to tier by tier, each with a certificate of its own."""

    kind = "m365"

    def __init__(self, home: Path) -> None:
        self._secrets = home / "secrets"
        self._open = AsyncExitStack()

    async def open(self, stage: "Stage", clock: "Clock") -> "TenantSettings":
        """The company as a tenant, on loopback."""
        from mailkeep.health.needs import Wish, needs
        from mailkeep.settings import AppSettings
        from mailkeep.simulator.graph.server import GraphSimulator
        from mailkeep.simulator.graph.staging import office_of

        self._office = office_of(stage.company, stage.history, clock=lambda: clock().timestamp())
        apps: dict[Tier, AppSettings] = {}
        for tier in TIERS:
            pem = self._secrets / f"{tier.value}.pem"
            certificate = certified(pem, f"Mailkeep {tier.value}", clock)
            least = [need.permission for need in needs(self.kind, tier, Wish())]
            app = self._office.register(f"Mailkeep {tier.value}", least, certificate=certificate)
            apps[tier] = AppSettings(client_id=app.client_id, certificate_file=pem)
        simulator = await self._open.enter_async_context(GraphSimulator(self._office))
        url, tenant_id = simulator.url, self._office.tenant_id
        return tenant(self.kind, stage, tenant_id=tenant_id, apps=apps, api_url=url, login_url=url)

    def serve(self) -> "ServeSettings | None":
        """An address of this machine; for the real Graph it would be a public one."""
        from mailkeep.settings import ServeSettings

        port = free_port()
        return ServeSettings(port=port, public_url=f"http://127.0.0.1:{port}")

    def deliver(self, post: "Post") -> None:
        """Into the mailboxes; whoever subscribed is told."""
        from mailkeep.simulator.graph.staging import deliver

        deliver(self._office, post, at=post.at.timestamp())

    async def close(self) -> None:
        """Shuts the tenant down."""
        await self._open.aclose()


class Google:
    """A simulated Google Workspace that delegated to one service account for each tier; notices are pulled."""

    kind = "google"

    def __init__(self, home: Path) -> None:
        self._secrets = home / "secrets"
        self._open = AsyncExitStack()

    async def open(self, stage: "Stage", clock: "Clock") -> "TenantSettings":
        """The company as a workspace, on loopback."""
        from mailkeep.health.needs import Wish, needs
        from mailkeep.settings import AppSettings
        from mailkeep.simulator.google.quota import QUOTAS
        from mailkeep.simulator.google.server import GoogleSimulator
        from mailkeep.simulator.google.staging import SUBSCRIPTION, TOPIC, workspace_of

        self._workspace = workspace_of(stage.company, stage.history, clock=lambda: clock().timestamp())
        # a project of 2026 reads 300 mails a minute and mailbox, which is right for a night and too slow for a demo
        serving = GoogleSimulator(self._workspace, quota=QUOTAS[QUOTA])
        simulator = await self._open.enter_async_context(serving)
        self._workspace.pubsub.subscription(SUBSCRIPTION, TOPIC)
        self._secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        apps: dict[Tier, AppSettings] = {}
        for tier in TIERS:
            least = [need.permission for need in needs(self.kind, tier, Wish())]
            account = self._workspace.grant(f"mailkeep-{tier.value}", least)
            file = self._secrets / f"{tier.value}.json"
            file.touch(mode=0o600)
            file.write_text(json.dumps(account.key_file(simulator.url)))
            apps[tier] = AppSettings(key_file=file)
        project = f"projects/{self._workspace.pubsub.project}"
        return tenant(
            self.kind,
            stage,
            apps=apps,
            admin=next(person.address for person in self._workspace.people.values() if person.admin),
            topic=f"{project}/topics/{TOPIC}",
            pull_subscription=f"{project}/subscriptions/{SUBSCRIPTION}",
            quota=QUOTA,
            api_url=simulator.url,
            login_url=simulator.url,
        )

    def serve(self) -> "ServeSettings | None":
        """Notices are pulled: nothing of ours need be reached."""
        return None

    def deliver(self, post: "Post") -> None:
        """Into the mailboxes; the topic is told."""
        from mailkeep.simulator.google.staging import deliver

        deliver(self._workspace, post)

    async def close(self) -> None:
        """Shuts the workspace down."""
        await self._open.aclose()


VENUES: dict[str, Callable[[Path], Venue]] = {"files": Files, "m365": Microsoft, "google": Google}
"""What `--provider` may be."""


def tenant(kind: str, stage: "Stage", **more: object) -> "TenantSettings":
    """The settings that the company's operator would write."""
    from mailkeep.settings import TenantSettings

    boundary = stage.company.boundary
    own_domains = tuple(sorted(stage.company.directory().own_domains))
    told = {"kind": kind, "own_domains": own_domains, "authserv": boundary.authserv}
    return TenantSettings.model_validate({**told, "trusted_hosts": boundary.trusted_hosts, **more})


def certified(pem: Path, name: str, clock: "Clock") -> str:
    """The public certificate, as PEM, of a key that is made in this file."""
    from mailkeep.connect.certificates import make_certificate

    make_certificate(pem, name, clock())
    text = pem.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


def free_port() -> int:
    """A TCP port of loopback that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    return port
