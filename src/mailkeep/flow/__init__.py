"""The order of the rooms, and the durable work that carries it out."""
