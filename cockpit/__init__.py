"""Cockpit: what is true of a portfolio, recomputed from evidence while it changes."""

__version__ = "0.1.0"
