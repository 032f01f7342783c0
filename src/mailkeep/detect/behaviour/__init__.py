"""Detectors that hold the mail against what is normal for these people. One file, one detector: the file's name is its id."""
