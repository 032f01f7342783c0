"""Settings become a house that runs: the only file that names every concrete thing."""
