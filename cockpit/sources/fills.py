"""The fill colours of a workbook's cells as words, for status columns that are coloured and say nothing."""

from __future__ import annotations

import colorsys
import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from defusedxml.ElementTree import fromstring

GREEN, AMBER, RED, BLUE = "green", "amber", "red", "blue"
"""The words of fills: those that status reports use in English."""

_PALE = 0.07
"""The least difference of the strongest and the weakest of red, green and blue that is a colour and no grey."""
_HUES = ((15, RED), (70, AMBER), (170, GREEN), (260, BLUE), (330, ""), (361, RED))
"""Up to which degree a hue has which word."""

_OFFICE = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47")
"""The theme of a workbook that brings none: light, dark, light, dark, six accents."""
_SWAPPED = (1, 0, 3, 2)
"""A theme file lists dark before light; cells count light before dark."""
_INDEXED = (
    "000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF", "000000", "FFFFFF", "FF0000",
    "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF", "800000", "008000", "000080", "808000", "800080", "008080",
    "C0C0C0", "808080", "9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF", "000080",
    "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF", "00CCFF", "CCFFFF", "CCFFCC", "FFFF99",
    "99CCFF", "FF99CC", "CC99FF", "FFCC99", "3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699",
    "969696", "003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333",
)  # fmt: skip
"""The colours that cells of old workbooks name by number (ECMA-376, 18.8.27)."""

_TAG = re.compile(rb"<(?:\w+:)?(row|c)(\s[^>]*)?>")
_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3})(\d{1,7})["']""")
_STYLE = re.compile(rb"""\ss=["'](\d{1,7})["']""")
_CHUNK = 1 << 20
_PART = 50_000_000
"""Bytes that the parts beside the sheets may have."""


def colour_word(rgb: tuple[int, int, int]) -> str:
    """Return `green`, `amber`, `red` or `blue`; an empty text for white, grey, black and all other colours.

    Orange, gold and yellow are amber. By hue, so that the pale fills of Excel's styles count like full ones.
    """
    hue, _, value = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    if (max(rgb) - min(rgb)) / 255 < _PALE or value < 0.25:
        return ""
    return next(word for end, word in _HUES if hue * 360 < end)


def fills(data: bytes, sheet: str, columns: Collection[int]) -> Mapping[int, Mapping[int, str]]:
    """Return by column (from 0) and row number (from 1) the word of each cell's fill, where it has one.

    The values of a workbook are read by python-calamine, which knows no colours. Colours that conditional formatting
    paints are not in the cells and not among them. Raises what zipfile and the XML parser raise for a damaged file;
    KeyError for a sheet that is not there. The archive must have been checked for its size before.
    """
    found: dict[int, dict[int, str]] = {column: {} for column in columns}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        words = _styles(archive)
        if not any(words):
            return found
        with archive.open(path_of(archive, sheet)) as stream:
            for row, column, style in _cells(stream):
                if column in found and style < len(words) and words[style]:
                    found[column][row] = words[style]
    return found


def _cells(stream: Any) -> Iterator[tuple[int, int, int]]:
    """Yield row (from 1), column (from 0) and style of the cells of a sheet's XML as it streams by."""
    row, column, tail = 0, -1, b""
    while chunk := stream.read(_CHUNK):
        data = tail + chunk
        cut = data.rfind(b">") + 1
        tail = data[cut:][-10_000:]
        for tag, attributes in _TAG.findall(data[:cut]):
            place = _PLACE.search(attributes)
            if tag == b"row":
                row, column = (int(place[2]) if place else row + 1), -1
                continue
            column = _column(place[1]) if place and place[1] else column + 1  # a program may leave the place out
            if style := _STYLE.search(attributes):
                yield row, column, int(style[1])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    """Return the root of an XML part; None where the workbook has no such part."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.file_size > _PART:
        raise ValueError(f"{name} is too large")
    return fromstring(archive.read(info))


def path_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part that holds a sheet."""
    relations = {each.get("Id"): str(each.get("Target")) for each in _part(archive, "xl/_rels/workbook.xml.rels") or ()}
    for each in _part(archive, "xl/workbook.xml").iterfind(".//{*}sheets/{*}sheet"):
        if each.get("name") == sheet:
            target = next(value for key, value in each.attrib.items() if key.endswith("}id"))
            return posixpath.normpath(posixpath.join("/xl", relations[target])).lstrip("/")
    raise KeyError(sheet)


def _styles(archive: zipfile.ZipFile) -> list[str]:
    """Return the word of each cell style, by its number."""
    root = _part(archive, "xl/styles.xml")
    if root is None:
        return []
    theme = _theme(_part(archive, "xl/theme/theme1.xml"))
    words = [_fill_word(each, theme) for each in root.iterfind("{*}fills/{*}fill")]
    places = (int(each.get("fillId", 0)) for each in root.iterfind("{*}cellXfs/{*}xf"))
    return [words[at] if at < len(words) else "" for at in places]


def _fill_word(fill: Any, theme: tuple[str, ...]) -> str:
    pattern = fill.find("{*}patternFill")
    colour = pattern.find("{*}fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    if colour is None:
        return ""
    text = colour.get("rgb") or _numbered(colour.get("theme"), theme) or _numbered(colour.get("indexed"), _INDEXED)
    try:
        red, green, blue = bytes.fromhex(text[-6:])
        return colour_word(_tinted((red, green, blue), float(colour.get("tint") or 0)))
    except ValueError:
        return ""


def _numbered(number: str | None, colours: tuple[str, ...]) -> str:
    return colours[int(number)] if number and number.isdecimal() and int(number) < len(colours) else ""


def _tinted(rgb: tuple[int, int, int], tint: float) -> tuple[int, int, int]:
    """Return a colour made lighter (tint above 0) or darker, as ECMA-376 defines it: by its lightness."""
    if not tint:
        return rgb
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _theme(root: Any) -> tuple[str, ...]:
    """Return the colours of a theme in the order in which cells count them."""
    scheme = root.find(".//{*}clrScheme") if root is not None else None
    if scheme is None or len(scheme) < len(_SWAPPED):
        return _OFFICE
    colours = [next((each.get("lastClr") or each.get("val") or "" for each in entry), "") for entry in scheme]
    return (*(colours[at] for at in _SWAPPED), *colours[len(_SWAPPED) :])
