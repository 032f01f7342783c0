"""The communication DNA: what is normal between these people, learned from their mail."""
