"""How things are said on every screen: dates, days, money, marks and rules in words. Nothing is computed here.

A cell is `(text, tone)`. A tone names how a text is coloured; the text alone always carries the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len, set_cell_size

from cockpit.basics.text import one_line
from cockpit.records.verdicts import Severity, Status
from cockpit.wording.amounts import unit_of

Cell = tuple[str, str]
"""What stands in one cell: text and tone ("", "bad", "warn", "good", "muted", "head", "accent")."""

TONES = ("bad", "warn", "good", "muted", "head", "accent")

STYLES = {
    "": "",
    "bad": "$error",
    "warn": "$warning",
    "good": "$success",
    "muted": "$text-muted",
    "head": "bold",
    "accent": "$accent",
}
"""How a tone is coloured, in the theme's names."""

STATUS: dict[Status, Cell] = {
    Status.OFF_TRACK: ("▲ Off Track", "bad"),
    Status.AT_RISK: ("◆ At Risk", "warn"),
    Status.UNKNOWN: ("? Unknown", "warn"),
    Status.ON_TRACK: ("● On Track", "good"),
    Status.COMPLETE: ("✓ Complete", "good"),
}

SEVERITY: dict[Severity, Cell] = {
    Severity.CRITICAL: ("▲", "bad"),
    Severity.MAJOR: ("◆", "warn"),
    Severity.MINOR: ("○", "muted"),
}

RULES: dict[str, tuple[str, str, str]] = {
    "DEP-UNOWNED": ("nobody owns it", "a dependency that nobody has agreed to own", "must own"),
    "DEP-UNPROVEN": ("not proven", "a dependency that its owner has not proven", "must prove"),
    "DEP-BROKEN": ("promise broken", "a promised date that has passed", "must make good"),
    "DEP-CONTRADICTED": ("contradicted", "signed resolved while its source says open", "must explain"),
    "DEP-DISPUTED": ("disputed", "signed resolved, disputed by the receiver", "must settle"),
    "DEP-VOID": ("proof void", "what was signed has changed since", "must sign again"),
    "DEP-UNANCHORED": ("holds whom?", "a dependency that names no project or item", "must anchor"),
    "DEP-CONFLICT": ("conflicting", "a dependency whose project and item disagree", "must correct"),
    "DEP-UNKNOWN": ("unknown name", "a dependency on something that does not exist", "must correct"),
    "DEP-VANISHED": ("vanished", "a dependency that disappeared from its file", "must withdraw or restore"),
    "DEP-SUSPECTED": ("unlogged need?", "stuck work whose need nobody logged", "must confirm or dismiss"),
    "PATH-DEAD": ("path is dead", "a critical path on which nothing moves", "must move"),
    "PATH-RECEDING": ("finish recedes", "a finish that moves away day by day", "must recover"),
    "FINISH-LATE": ("finishes late", "a computed finish beyond its tolerance", "must recover"),
    "FORECAST-LATE": ("pace too slow", "a pace that does not lead to the baseline", "must recover"),
    "COST-OVER": ("over budget", "a forecast cost beyond its tolerance", "must answer for"),
    "MILESTONE-UNVALIDATED": ("not validated", "a milestone claimed done that nobody validated", "must validate"),
    "STATUS-UNKNOWN": ("unknown", "too little evidence for a status", "must show evidence for"),
    "ALIGN-TICKETS": ("serves nothing", "tickets that map to no objective", "must map"),
    "ALIGN-PROJECT": ("serves nothing", "a project that serves no objective", "must map"),
    "ALIGN-UNEXECUTED": ("no project", "an objective that nothing executes", "must staff"),
    "ALIGN-UNMEASURED": ("no KPI", "an objective that nothing measures", "must measure"),
    "ALIGN-KPI": ("stray KPI", "a KPI of an objective that nobody knows", "must map"),
    "KPI-UNSIGNED": ("KPI unsigned", "a KPI whose owner has not signed its data", "must sign"),
    "KPI-STALE": ("KPI stale", "a KPI older than its cadence", "must renew"),
    "KPI-CONTRADICTED": ("two KPI values", "two sources give one KPI two values", "must settle"),
    "KPI-OFF": ("KPI off target", "a KPI outside its tolerance", "must recover"),
    "SOURCE-ROWS": ("rows refused", "rows of a file that could not be read", "must correct"),
    "SOURCES-DISAGREE": ("sources differ", "two sources that say different things of one", "must settle"),
    "SAME-PROPOSED": ("one or two?", "rows of two sources that look like one thing", "must say whether they are one"),
    "SAME-REFUSED": ("not the same", "rows said to be the same that cannot be", "must correct"),
    "SOURCE-FAILED": ("can't be read", "a file that could not be read", "must repair"),
    "NETWORK-CYCLE": ("cycle of links", "work that waits for itself", "must cut"),
    "NETWORK-UNUSABLE": ("unschedulable", "links or calendars that name nothing known", "must correct"),
    "PLAN-COMPRESSED": ("plan squeezed", "a finish that only edits of the plan hold", "must sign or undo"),
    "ROWS-VANISHED": ("rows vanished", "unfinished work that disappeared from its file", "must sign or restore"),
    "GOAL-MOVED": ("goal moved", "a goal that is met since its file moved it", "must sign or undo"),
    "DEP-MOVED": ("need edited", "a dependency that was edited out of the way", "must sign or undo"),
    "EVIDENCE-LOST": ("evidence lost", "a signed file that was changed or taken away", "must restore or sign anew"),
    "EVIDENCE-EXPIRED": ("old evidence", "evidence that is too old", "must sign anew"),
    "TOLERANCE-TIME": ("too late", "a level forecast to finish beyond its tolerance", "must decide"),
    "TOLERANCE-COST": ("too dear", "a level forecast to cost beyond its tolerance", "must decide"),
    "TOLERANCE-SCOPE": ("scope grows", "work that has grown beyond its tolerance", "must decide"),
    "TOLERANCE-BENEFIT": ("benefit short", "benefits forecast short of their tolerance", "must decide"),
    "TOLERANCE-UNKNOWN": ("whose limit?", "a tolerance for what nobody knows", "must correct"),
    "POLICY-UNSIGNED": ("looser policy", "tolerances loosened without a steward", "must sign or undo"),
    "LEDGER-MISSING": ("ledger cut", "statements that the shared ledger has lost", "must repair"),
    "STATEMENT-INVALID": ("bad statement", "a statement that proves nothing", "must look into"),
    "STATEMENT-WAITS": ("waits for 2nd", "a statement that takes a second signature", "must sign too"),
    "OWNER-NAMED": ("another owner", "a file that names another than the owner", "must transfer or correct"),
    "OWNER-TWICE": ("two owners", "given away to two people", "must settle"),
    "OWNER-LEFT": ("owner has left", "an owner who has no key that counts", "must replace"),
    "SCHEDULE-QUALITY": ("weak plan", "a plan that fails checks of its quality", "must improve"),
}
"""Code → what the list says (at most 14 cells), what the detail says, and what the owner must do."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_JOINERS = {0x200B: None, 0x200C: None, 0x200D: None, 0xFE0E: None, 0xFE0F: None}
"""Characters whose effect on the width differs from terminal to terminal."""
_STACKED = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}")
"""More combining marks than any language puts on one letter."""


def inert(text: str, limit: int = 400) -> str:
    """Return outside text as one line of at most `limit` characters that no terminal obeys or misplaces."""
    text = text[: limit * 4]
    if not text.isascii():
        text = _STACKED.sub(lambda marks: marks[0][:3], text.translate(_JOINERS))
    if not text.isprintable():
        return one_line(text, limit)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sentence_of(error: BaseException) -> str:
    """Return what went wrong as a sentence for people."""
    return inert(str(error), 1000).strip() or f"{type(error).__name__}, without a reason given."


def fit(text: str, width: int, right: bool = False) -> str:
    """Return outside text inert and exactly `width` cells wide: padded, or cut with an ellipsis."""
    return pad(inert(text, max(width, 1) * 2), width, right)


def pad(text: str, width: int, right: bool = False) -> str:
    """Return a line of ours exactly `width` cells wide; its spaces stay, and nothing unprintable passes here either."""
    text = text if text.isprintable() else inert(text, len(text))
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)


def rule(code: str) -> str:
    """Return what the rule `code` says, in a few words."""
    return RULES[code][0] if code in RULES else code


def rule_sentence(code: str) -> str:
    """Return what the rule `code` says, as a phrase."""
    return RULES[code][1] if code in RULES else code


def duty(code: str) -> str:
    """Return what the owner of a breach of `code` must do: "must prove"."""
    return RULES[code][2] if code in RULES else "must clear"


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 project" or "3 projects"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def days(value: float | None, at_least: bool = False) -> str:
    """Return "≥38d", "2.5d", or "" for nothing known."""
    if value is None:
        return ""
    text = f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"
    text = "0" if text == "-0" else text.replace("-", "−")
    return f"{'≥' if at_least else ''}{text}d"


def money(value: float | None, currency: str | None, assumed: bool = False) -> str:
    """Return "$2.1M", "~€340k" (assumed), "CHF 12", or "" for nothing known."""
    if value is None or currency is None:
        return ""
    currency, factor = unit_of(currency)
    value *= factor
    size = abs(value)
    for unit, limit in (("B", 999_500_000), ("M", 999_500), ("k", 999.5)):
        if size >= limit:
            scaled = size / {"B": 1e9, "M": 1e6, "k": 1e3}[unit]
            number = f"{scaled:.1f}{unit}" if scaled < 9.95 and unit != "k" else f"{scaled:.0f}{unit}"
            break
    else:
        number = f"{size:.0f}"
    symbol = _SYMBOLS.get(currency.upper(), f"{inert(currency, 4)} " if currency else "")
    return f"{'~' if assumed else ''}{'−' if value < 0 else ''}{symbol}{number}"


def number(value: float | None, unit: str = "") -> str:
    """Return a value as people write it, with its unit: "93.4 %"."""
    if value is None:
        return ""
    whole = abs(value) < 1e15 and (abs(value) >= 1000 or value == int(value))
    text = f"{value:,.0f}" if whole else f"{value:.4g}"
    return f"{text} {inert(unit, 12)}".strip()


def basis(of: str) -> str:
    """Return on what a status rests, as it stands behind its name: ", on evidence" or ", not proven"."""
    return {"": "", "unproven": ", not proven"}.get(of, f", on {of}")


def percent(value: float | None) -> str:
    """Return a share as "62%", or "" for nothing known."""
    return "" if value is None else f"{value * 100:.0f}%"


def day(value: date | None) -> str:
    """Return "2025-06-30", or "" for no date."""
    return "" if value is None else f"{value:%Y-%m-%d}"


def finish(value: date | None, at_least: bool) -> str:
    """Return "≥2025-12-18", "2025-12-18", or "unknown"."""
    return f"{'≥' if at_least else ''}{day(value)}" if value else "unknown"


def long_day(value: date) -> str:
    """Return "Mon 2025-06-30"."""
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[value.weekday()]} {day(value)}"


def age(since: date, today: date) -> str:
    """Return how old a thing is: "41d", or "new"."""
    old = (today - since).days
    return f"{old}d" if old > 0 else "new"


def sparkline(values: Sequence[float], width: int) -> str:
    """Return the last `width` values as bars of eight heights; one flat value stands in the middle."""
    shown = [value for value in values if value == value][-width:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if high == low or not high - low < float("inf"):
        return "▄" * len(shown)
    return "".join("▁▂▃▄▅▆▇█"[round((value - low) / (high - low) * 7)] for value in shown)
