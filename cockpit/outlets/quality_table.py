"""DCMA's fourteen checks of one plan, for scripts and for people."""

from __future__ import annotations

from cockpit.basics.classes import dataclass
from cockpit.engine.quality.records import Quality, QualityCheck
from cockpit.outlets.cells import dump
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.page import Page, Rows, Section, Sentences
from cockpit.outlets.tables import Column, Table, tied

_PASSED = {True: "pass", False: "FAIL", None: "?"}
_TOLD = {True: "true", False: "false", None: "unknown"}
CHECKS: Table[QualityCheck] = Table(
    (
        Column("", lambda check: _PASSED[check.passed], "", tone=lambda c: "critical" if c.passed is False else ""),
        Column("number", lambda check: check.number, "no", right=True),
        Column("name", lambda check: check.name, "check", grows=True),
        Column(
            "count",
            lambda check: check.count,
            "count",
            lambda c: _number(c.count, 1),
            True,
            in_csv=lambda v: _number(v),
        ),
        Column("of", lambda check: check.of, "of", lambda c: _number(c.of, 1), True, in_csv=lambda v: _number(v)),
        Column(
            "value",
            lambda check: check.value,
            "value",
            lambda c: _amount(c, c.value),
            True,
            in_csv=lambda v: _number(v),
        ),
        Column(
            "threshold",
            lambda check: check.threshold,
            "threshold",
            lambda c: _limit(c),
            True,
            in_csv=lambda v: _number(v),
        ),
        Column("passed", lambda check: check.passed, in_csv=lambda value: _TOLD[value]),
    )
)
"""The fourteen; what can't be told has empty cells, in CSV `unknown` for `passed`."""


@dataclass(frozen=True, slots=True)
class Qualities:
    """The fourteen checks of a plan, to be printed in one of four ways."""

    title: str
    quality: Quality

    def text(self, look: Look = PAPER) -> str:
        """Return how many fail, each answer, and what stands against it, in lines of at most `look.width` cells."""
        return self._page.text(look)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        return self._page.markdown()

    def csv(self) -> str:
        """Return the fourteen."""
        return CHECKS.csv(self.quality.checks)

    def json(self) -> str:
        """Return the object that `schedule --quality --json` prints; its shape is documented in docs/commands.md."""
        quality = self.quality
        hit = {"hit": quality.hit, "due": quality.due, "hit_percent": quality.hit_percent}
        return dump({"title": self.title, "checks": CHECKS.objects(quality.checks)} | hit)

    @property
    def _page(self) -> Page:
        said = [f"{check.number:>2} {check.name}: {_note(check)}" for check in self.quality.checks if not check.passed]
        sections = [Section(Rows(CHECKS, self.quality.checks))]
        sections += [Section(Sentences(said))] if said else []
        return Page(_heading(self.title, self.quality), sections=[*sections, Section(Sentences([_hit(self.quality)]))])


def _amount(check: QualityCheck, value: float | None) -> str:
    """A value of a check as people read it, with its unit; empty when unknown."""
    if value is None:
        return ""
    if check.unit == "%":
        return tied(f"{_number(value, 2)} %")
    if check.unit == "days":
        return tied(f"{_number(value, 0)} d")
    return _number(value)


def _limit(check: QualityCheck) -> str:
    """The threshold of a check as people read it."""
    return tied(f"{'≥' if check.at_least else '≤'} {_amount(check, check.threshold)}")


def _heading(title: str, quality: Quality) -> str:
    failed, untold = len(quality.failed), len(quality.untold)
    unknown = f", {untold} cannot be told" if untold else ""
    return f"{title}: {failed or 'none'} of DCMA's {len(quality.checks)} schedule checks failed{unknown}."


def _note(check: QualityCheck) -> str:
    """What a failed check counts and who is meant, or why it can't be told."""
    return check.why or f"{check.counted}{_named(check)}."


def _named(check: QualityCheck) -> str:
    names = ", ".join(check.offenders)
    offence = f"; {check.offence}" if check.offence else ""
    return f"{offence}: {names}{f' … and {check.more} more' if check.more else ''}" if names else ""


def _hit(quality: Quality) -> str:
    if quality.hit_percent is None:
        return "Hit-task %: unknown, since nothing with a baseline was due by a data date."
    return f"Hit-task %: {quality.hit_percent:.1f} % ({quality.hit} of {quality.due} finished by their baseline)."


def _number(value: float | None, digits: int = 4) -> str:
    """A number without needless digits; empty when unknown."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
