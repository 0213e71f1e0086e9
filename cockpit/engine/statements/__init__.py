"""What was signed: what each statement is worth, whose it was to say, and what still waits for a signature."""
