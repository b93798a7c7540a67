"""Numbers that name people, organisations, accounts, phones, papers and our own records."""
