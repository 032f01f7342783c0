"""Facts read from the mail alone: one file a kind, each with its noun and its `read`."""
