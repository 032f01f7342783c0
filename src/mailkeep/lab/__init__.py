"""Labelled mail in, numbers and models out."""
