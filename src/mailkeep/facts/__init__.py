"""Facts: what can be read from a mail, as true of a friend as of a thief."""
