"""Telling: one Report, rendered for people and machines."""
