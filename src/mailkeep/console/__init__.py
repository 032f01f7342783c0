"""Web pages and API."""
