"""Tolerances by level, and the scope and the money that they are about."""
