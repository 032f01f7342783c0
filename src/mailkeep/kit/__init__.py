"""Small pure tools, one topic a file."""
