"""Deeds: an intended action becomes a receipt, and every deed can be undone."""
