"""The Assessment as text and files: brief, check, export."""
