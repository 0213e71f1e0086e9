"""The life of a breach: whose it is, who owes a decision when, and what may be decided."""
