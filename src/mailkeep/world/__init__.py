"""Questions to the outside: DNS, registries, reputation, geography. An answer or Unknown."""
