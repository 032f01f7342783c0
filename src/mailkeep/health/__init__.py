"""Checks: permissions, feeds, coverage."""
