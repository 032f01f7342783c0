"""Detectors that read the mail and its facts. One file, one detector: the file's name is its id."""
