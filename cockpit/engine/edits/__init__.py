"""What was edited since it was known first, what it hides, and who signed it."""
