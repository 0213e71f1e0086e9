"""What files leave out, filled in before anything is computed, and what the pace so far leads to."""
