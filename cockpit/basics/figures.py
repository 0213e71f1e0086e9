"""Numbers as people read them, for the sentences of every room."""

BEYOND = 1e15
"""From here on nobody counts digits."""


def quantity(value: float | None) -> str:
    """Return a measured value with the six digits that tell: `1,234,567`, `1,234.5`, `99.98`; "" for nothing known."""
    if value is None:
        return ""
    return f"{value:,.0f}" if 1e5 <= abs(value) < BEYOND else f"{value:,.6g}"
