"""`python -m mailkeep.cli` is `mailkeep`."""

from mailkeep.cli import main

main()
