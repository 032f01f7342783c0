"""What belongs together: campaigns of near-equal mails, people's questions and answers."""
