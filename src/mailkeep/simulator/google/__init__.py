"""A made-up company served as Google Workspace: Gmail, Directory, Reports and Pub/Sub on loopback, with faults."""
