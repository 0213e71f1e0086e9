"""The colours of the app: four themes, of which a test measures that every text can be read (WCAG, 4.5 to 1).

What is bad is reddish, a warning amber, good bluish green, and links are blue: far enough apart for the colour-blind,
which a test measures too, and never the only sign.
"""

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
    variables={"boost-cursor": "#23303c", "scroll": "#3a4854", "text-muted": "#92a0ae", "text-disabled": "#92a0ae"},
)

LIGHT = Theme(
    name="light",
    primary="#005a92",
    secondary="#525b64",
    accent="#005a92",
    warning="#806000",
    error="#8a0f1e",
    success="#005f43",
    foreground="#1b1f23",
    background="#ffffff",
    surface="#f6f8fa",
    panel="#eef1f4",
    dark=False,
    variables={"boost-cursor": "#dbe7f1", "scroll": "#b4bec8", "text-muted": "#525b64", "text-disabled": "#525b64"},
)

CONTRAST = Theme(
    name="contrast",
    primary="#8fd3ff",
    secondary="#d0d0d0",
    accent="#8fd3ff",
    warning="#ffd24a",
    error="#ff9e6e",
    success="#5ee0b5",
    foreground="#ffffff",
    background="#000000",
    surface="#101010",
    panel="#1c1c1c",
    dark=True,
    variables={"boost-cursor": "#003a5c", "scroll": "#8a8a8a", "text-muted": "#d0d0d0", "text-disabled": "#d0d0d0"},
)

ANSI = Theme(
    name="ansi",
    ansi=True,
    primary="ansi_bright_cyan",
    secondary="ansi_white",
    accent="ansi_bright_cyan",
    warning="ansi_bright_yellow",
    error="ansi_bright_red",
    success="ansi_bright_green",
    foreground="ansi_bright_white",
    background="ansi_black",
    surface="ansi_black",
    panel="ansi_black",
    dark=True,
    # The row under the cursor is reversed (base.tcss): sixteen colours have no shade for it on which all can be read.
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_bright_white",
        "boost-cursor": "ansi_blue",
        "scroll": "ansi_white",
        "surface": "ansi_black",
        "panel": "ansi_black",
        "text": "ansi_bright_white",
        "text-muted": "ansi_white",
        "text-disabled": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_bright_cyan",
        "input-selection-foreground": "ansi_black",
        "border": "ansi_bright_cyan",
        "border-blurred": "ansi_white",
    },
)

THEMES = (THEME, LIGHT, CONTRAST, ANSI)
"""Sixteen colours are the terminal's own: `ansi` is for terminals that have no more, and for who has chosen them."""
