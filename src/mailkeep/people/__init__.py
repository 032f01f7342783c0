"""Who is who: people, mailboxes, domains, and the directory that joins them."""
