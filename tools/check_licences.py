"""Nothing we ship may bind its user: the licences of the whole run-time tree, refused when GPL or AGPL."""

import re
import sys
from importlib import metadata

from packaging.requirements import Requirement

# LGPL libraries may be used unchanged by any program; the GPL proper and the AGPL reach into it.
REFUSED = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)


def main() -> int:
    """Prints each refused package with its licence; 1 when there is one."""
    refused = {name: words for name in sorted(tree("mailkeep")) if REFUSED.search(words := licence(name))}
    for name, words in refused.items():
        print(
            f"{name}: {words}: may not be shipped; find another library, or make it an extra that is never installed by default"
        )
    return 1 if refused else 0


def tree(root: str) -> set[str]:
    """Every installed distribution that `root` needs, extras left out, itself included."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or []:
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                waiting.append(need.name.lower().replace("_", "-"))
    return found


def licence(name: str) -> str:
    """What the distribution says of its licence, all places joined."""
    about = metadata.metadata(name)
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
    stated = about.get_all("License-Expression") or [line for line in about.get_all("License") or [] if len(line) < 200]
    return " ".join([*stated, *classifiers])


if __name__ == "__main__":
    sys.exit(main())
