"""Account facts: sign-ins, audit events, mailbox rules and grants, from every identity source."""
