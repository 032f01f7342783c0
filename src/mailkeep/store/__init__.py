"""Every room's nouns, kept."""
