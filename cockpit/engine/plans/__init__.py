"""One plan file, scheduled as the program does it that wrote it."""
