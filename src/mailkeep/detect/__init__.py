"""Opinions: each detector sees one Scene and yields Evidence; none knows of another."""
