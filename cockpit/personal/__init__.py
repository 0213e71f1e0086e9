"""What one person keeps for themselves: settings, saved views, what they saw last. None of it is in the portfolio."""
