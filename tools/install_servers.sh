#!/bin/sh
# Installs the real servers that tests talk to. Without root the tests that need a missing one skip, and say so.
set -eu
PATH=$PATH:/usr/sbin
command -v dovecot >/dev/null 2>&1 && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Dovecot is not installed and cannot be from here; IMAP tests will skip. Debian/Ubuntu: sudo apt-get install dovecot-imapd" >&2
    exit 0
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
