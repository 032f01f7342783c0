"""Google Workspace through the Gmail API."""
