"""Facts that need a question to the world: one file a kind, the socket handed in."""
