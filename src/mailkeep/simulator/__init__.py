"""A made-up company under attack."""
