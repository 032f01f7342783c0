"""Detectors that read the intent of the words with a trained model. One file, one detector: the file's name is its id."""
