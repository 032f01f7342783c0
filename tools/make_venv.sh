#!/bin/sh
# Makes .venv with the newest Python from 3.11 on, and says what to do where there is none.
set -eu
[ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && exit 0

python=
for name in python3.13 python3.12 python3.11 python3 python3.14; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "Mailkeep needs Python 3.11 or newer, and none was found. Debian/Ubuntu: apt-get install python3 python3-venv" >&2
    exit 2
fi

if ! "$python" -m venv .venv >/dev/null 2>&1; then
    # Debian ships Python without venv; it is a package of its own
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -q -y "$version-venv" >/dev/null
        rm -rf .venv
        "$python" -m venv .venv
    else
        echo "$python cannot make virtual environments. Debian/Ubuntu: sudo apt-get install $version-venv" >&2
        exit 2
    fi
fi
