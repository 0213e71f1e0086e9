"""Writes the sample portfolio `core-banking` and its healthy twin: see `__main__.py` and ../core-banking/README.md."""
