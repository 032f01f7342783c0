"""A home of a simulated Microsoft 365 tenant, and Mailkeep over it in processes of its own."""

import asyncio
import re
import sys
from contextlib import asynccontextmanager

from tests.connect.graph.yard import PERMISSIONS, pem

from mailkeep.cli.configuring import write_serve, write_tenant
from mailkeep.cli.venues import free_port
from mailkeep.settings import AppSettings, ServeSettings, TenantSettings
from mailkeep.wiring import open_home

ADA, BEN = "ada@corp.example", "ben@corp.example"
PATIENCE_S = 45.0


async def until(told):
    """What is told once it is there: a truth, and no time."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = told()
            if found:
                return found
            await asyncio.sleep(0.05)


class Home:
    """A connected home."""

    def __init__(self, folder, simulator, *, metrics=False):
        self.folder = folder
        self.simulator = simulator
        self.office = simulator.office
        both, public = pem()
        folder.mkdir()
        certificate = folder / "own.pem"
        certificate.write_bytes(both)
        apps = {
            tier: AppSettings(
                client_id=self.office.register(tier, permissions, certificate=public).client_id,
                certificate_file=certificate,
            )
            for tier, permissions in PERMISSIONS.items()
        }
        tenant = TenantSettings(
            kind="m365",
            tenant_id=self.office.tenant_id,
            apps=apps,
            api_url=simulator.url,
            login_url=simulator.url,
            own_domains=("corp.example",),
            authserv="mx.corp.example",
        )
        write_tenant(folder, "corp", tenant)
        self.port = free_port()
        self.metrics_port = free_port() if metrics else 0
        self.url = f"http://127.0.0.1:{self.port}"
        write_serve(folder, ServeSettings(port=self.port, metrics_port=self.metrics_port, public_url=self.url))

    def store(self):
        """Its store, to be read beside the processes."""
        return open_home(self.folder)

    def subscribed(self):
        """The tenant's subscriptions, once every mailbox has one."""
        found = self.simulator.subscriptions.by_id
        return found if len(found) == len(self.office.people) else {}

    @asynccontextmanager
    async def running(self, *words):
        """A verb as a process; it is killed if it is still there at the end."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mailkeep.cli", *map(str, words), "--home", str(self.folder)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def call(self, *words):
        """A verb to its end: exit code, output, sentences."""
        async with self.running(*words) as process:
            return await ended(process)


async def ended(process):
    """Exit code, output and sentences of a process that comes to its end."""
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def stopped(process):
    """The same of one that is told to stop."""
    process.terminate()
    code, out, err = await ended(process)
    assert not re.search("Traceback|leaked|Warning|Exception", err), err
    return code, out, err
