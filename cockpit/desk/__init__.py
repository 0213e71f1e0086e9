"""What the app does for whoever sits at it: ways through it, commands, deeds on a row, and when they look."""
