"""Microsoft Graph over a made-up company, on loopback: what it answers, refuses and forgets, as the real one does."""
