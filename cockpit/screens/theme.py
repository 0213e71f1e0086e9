"""The colours of the app."""

from __future__ import annotations

from textual.theme import Theme

THEME = Theme(
    name="cockpit",
    primary="#56b4e9",
    secondary="#7f8c99",
    accent="#56b4e9",
    warning="#e6a832",
    error="#f07746",
    success="#3fb68b",
    foreground="#d8dee4",
    background="#101418",
    surface="#161b20",
    panel="#1e252c",
    dark=True,
    variables={"boost-cursor": "#2b3a47", "scroll": "#3a4854", "text-muted": "#8a96a3"},
)
"""Blue, amber, vermilion and bluish green: told apart by the colour-blind, and never the only sign."""
