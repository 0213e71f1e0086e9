"""DCMA's fourteen checks of a schedule."""
