"""Dates as tools write them: ISO at once, anything else by an order that the whole column shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import NamedTuple

from cockpit.records.model import Moment

ORDERS = ("dmy", "mdy", "ymd")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner jän janvier janv ene enero gennaio gen janeiro januari",
            "feb february februar feber février févr fév fevr febrero febbraio fev fevereiro februari",
            "mar march märz mär mrz mars marzo março maart mrt",
            "apr april avril avr abr abril aprile",
            "may mai mayo mag maggio maio mei",
            "jun june juni juin junio giu giugno junho",
            "jul july juli juil juillet julio lug luglio julho",
            "aug august août aout ago agosto augustus",
            "sep sept september septembre septiembre set settembre setembro",
            "oct october okt oktober octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
"""Month names and abbreviations of the languages in which Jira and Excel are mostly used."""

_WEEKDAYS = frozenset(
    {
        "mon", "monday", "tue", "tues", "tuesday", "wed", "wednesday", "thu", "thurs", "thursday", "fri", "friday",
        "sat", "saturday", "sun", "sunday", "mo", "montag", "di", "dienstag", "mi", "mittwoch", "do", "donnerstag",
        "fr", "freitag", "sa", "samstag", "sonnabend", "so", "sonntag", "lun", "lundi", "mar", "mardi", "mer",
        "mercredi", "jeu", "jeudi", "ven", "vendredi", "sam", "samedi", "dim", "dimanche", "le", "den", "der",
    }
)  # fmt: skip
"""Words that may stand before a date and say nothing of its day."""
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d{1,10})?")
_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of Excel's numbers, as they count since March 1900."""
_FIRST_WORD = re.compile(r"([^\W\d_]+)\.?,?\s+(?=\S)")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|[ºª])(?=[\s,])", re.IGNORECASE)
_OF = re.compile(r"\s+(?:of|de|di)\s+", re.IGNORECASE)

_TIME = r"""(?:(?:[T,]\s*|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?
            \s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"""
_NUMBERS = re.compile(
    rf"(?P<a>\d{{1,4}})(?P<sep>[-/. ])\s?(?P<b>\d{{1,2}})(?P=sep)\s?(?P<c>\d{{1,4}}){_TIME}", re.VERBOSE
)
_NAMED = re.compile(rf"(?P<a>\d{{1,4}})[-/. ]+(?P<month>[^\W\d_]+)[-/., ]+(?P<c>\d{{1,4}}){_TIME}", re.VERBOSE)
_MONTH_FIRST = re.compile(rf"(?P<month>[^\W\d_]+)\.?[-/ ]+(?P<a>\d{{1,2}}),?[-/ ]+(?P<c>\d{{4}}){_TIME}", re.VERBOSE)


class Parsed(NamedTuple):
    """A text as a date: what it means by each order in which it can be read at all."""

    readings: dict[str, Moment]
    """By order; `sure` where month or year leave no doubt."""
    separator: str = ""

    @property
    def only(self) -> Moment | None:
        """The date, where every order in which the text can be read gives the same one."""
        values = set(self.readings.values())
        return next(iter(values)) if len(values) == 1 else None


def _year(text: str) -> int | None:
    if len(text) == 4:
        return int(text)
    return (2000 if int(text) < 70 else 1900) + int(text) if len(text) == 2 else None


def _moment(year: int | None, month: int, day: str, time: re.Match[str]) -> Moment | None:
    """Return the date, or the minute where a time other than midnight stands behind it. None: no such day."""
    try:
        on = date(year or 0, month, int(day))
        if time["hour"] is None:
            return on
        hour = int(time["hour"])
        if time["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if time["half"][0] in "Pp" else 0)
        at = datetime.combine(on, clock_time(hour, int(time["minute"]), int(time["second"] or 0)))
    except ValueError:
        return None
    return on if (at.hour, at.minute, at.second) == (0, 0, 0) else at


def parse(text: str) -> Parsed:
    """Return every reading of `text`; none where it is no date. Offsets from UTC are dropped: times stay local."""
    text = text.strip()
    if len(text) > 60:
        return Parsed({})
    found = _read(text)
    return found if found.readings else _read(_plain(text))


def _read(text: str) -> Parsed:
    if match := _NUMBERS.fullmatch(text):
        return _numbers(match)
    match = _NAMED.fullmatch(text)
    if match and (month := _MONTHS.get(match["month"].casefold())):
        first, last = ("c", "a") if len(match["a"]) == 4 else ("a", "c")
        found = _moment(_year(match[last]), month, match[first], match)
        return Parsed({"sure": found} if found else {})
    match = _MONTH_FIRST.fullmatch(text)
    if match and (month := _MONTHS.get(match["month"].casefold())):
        found = _moment(_year(match["c"]), month, match["a"], match)
        return Parsed({"sure": found} if found else {})
    return Parsed({})


def _plain(text: str) -> str:
    """Return a date without what says nothing of its day: `Montag, 3. März`, `le 1er mars`, `3 de marzo de 2025`."""
    text = unicodedata.normalize("NFC", text)
    while (match := _FIRST_WORD.match(text)) and match[1].casefold() in _WEEKDAYS:
        text = text[match.end() :]
    return _OF.sub(" ", _ORDINAL.sub(r"\1", text))


def _numbers(match: re.Match[str]) -> Parsed:
    a, b, c = match["a"], match["b"], match["c"]
    found: dict[str, Moment | None] = {}
    if len(a) == 4 and len(c) <= 2:
        found["sure"] = _moment(_year(a), int(b), c, match)
    elif len(a) <= 2:
        found = {"dmy": _moment(_year(c), int(b), a, match), "mdy": _moment(_year(c), int(a), b, match)}
        if len(a) == 2 and len(c) == 2:
            found["ymd"] = _moment(_year(a), int(b), c, match)
    return Parsed({order: value for order, value in found.items() if value}, match["sep"])


def serial(cell: object) -> date | None:
    """Return the day that a number of Excel's means, of 1954 to 2119: what is left of a date whose format was lost."""
    said = str(cell).strip() if isinstance(cell, str | int | float) and not isinstance(cell, bool) else ""
    return _DAY_ZERO + timedelta(days=int(said[:5])) if _SERIAL.fullmatch(said) else None


class Column(NamedTuple):
    """The texts of one column as dates. `unclear` could be either of two days, `bad` are no dates."""

    values: dict[str, Moment]
    unclear: frozenset[str]
    bad: frozenset[str]


class Shown(NamedTuple):
    """What a text shows of the order of its column: those in which it can be read, and whether it is dotted."""

    orders: frozenset[str]
    dotted: bool


def shown(text: str) -> Shown | None:
    """Return what a text shows of the order of its column; None where any other column would read it alike."""
    parsed = Parsed({}) if _iso(text) is not None else _usual(parse(text), "")
    numeric = parsed.readings and "sure" not in parsed.readings
    return Shown(frozenset(parsed.readings), parsed.separator == ".") if numeric else None


def orders_shown(numeric: Collection[Shown]) -> frozenset[str]:
    """Return the orders that all of these allow; all of them where there is none to show any."""
    orders = frozenset(ORDERS).intersection(*(each.orders for each in numeric))
    return frozenset({"dmy"}) if "dmy" in orders and all(each.dotted for each in numeric) else orders


def read_column(texts: Collection[str], order: str = "", orders: Collection[str] | None = None) -> Column:
    """Read the distinct texts of a column; `orders` are those that the whole of it allows, where these are some of it.

    The order of day, month and year is `order` where given, else the one that every text of the column allows;
    where two remain, texts that could be either of two days are `unclear` and nothing is guessed. Two-digit years
    are read in first place only when `order` says so. Dotted dates are day first unless the column shows otherwise.
    """
    values: dict[str, Moment] = {}
    parsed: dict[str, Parsed] = {}
    for text in texts:
        if (iso := _iso(text)) is not None:
            values[text] = iso
        else:
            parsed[text] = _usual(parse(text), order)
    bad = frozenset(text for text, each in parsed.items() if not each.readings)
    if order or orders is None:
        orders = {order} if order else _orders(parsed[text] for text in parsed if text not in bad)
    unclear = set()
    for text, each in parsed.items():
        readings = {value for name, value in each.readings.items() if name in orders or name == "sure"}
        value = readings.pop() if len(readings) == 1 else each.only
        if value is not None:
            values[text] = value
        elif text not in bad:
            unclear.add(text)
    return Column(values, frozenset(unclear), bad)


def order_of(texts: Iterable[str]) -> str:
    """Return the one order of day, month and year that all numeric dates among the texts allow; else an empty text."""
    parsed = [_usual(parse(text), "") for text in texts if _iso(text) is None]
    numeric = [each for each in parsed if each.readings and "sure" not in each.readings]
    orders = _orders(numeric) if numeric else set()
    return orders.pop() if len(orders) == 1 else ""


def _usual(parsed: Parsed, order: str) -> Parsed:
    """Leave out readings that are not meant: any but the given order; short years first, but in `25-05-28`."""
    readings = parsed.readings
    if "sure" in readings:
        return parsed
    if order:
        readings = {name: value for name, value in readings.items() if name == order}
    elif len(readings) > 1 and parsed.separator != "-":
        readings = {name: value for name, value in readings.items() if name != "ymd"}
    return parsed._replace(readings=readings)


def _orders(parsed: Iterable[Parsed]) -> set[str]:
    """Return the orders that every text of a column allows."""
    numeric = [each for each in parsed if "sure" not in each.readings]
    return set(orders_shown({Shown(frozenset(each.readings), each.separator == ".") for each in numeric}))


def _iso(text: str) -> Moment | None:
    try:
        if len(text) == 10 and text[4] == "-":
            return date.fromisoformat(text)
        return date.fromisoformat(text) if len(text) == 8 and text.isdecimal() and text[:2] in ("19", "20") else None
    except ValueError:
        return None
