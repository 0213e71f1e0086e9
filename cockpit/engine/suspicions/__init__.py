"""Dependencies that nobody logged, found in what stuck work says."""
