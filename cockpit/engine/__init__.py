"""Snapshot in, Assessment out. Pure: no files, no SQL, no clock, no Textual."""
