"""What a file is, from its ending and its first bytes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from cockpit.basics.text import path_text
from cockpit.charter.vocabulary import table_of
from cockpit.sources.delimited import sniff
from cockpit.sources.errors import SourceError
from cockpit.sources.files import encoding_of, read_head
from cockpit.sources.primavera_xer import is_xer
from cockpit.sources.shapes import json_of, tracker_of

WATCHED = (".csv", ".tsv", ".json", ".xlsx", ".xlsm", ".xml", ".mpp", ".mpx", ".xer", ".xls", ".xlsb", ".ods")
"""Endings of files that hold tables or plans; files with others are no sources unless the charter maps them."""

_TAG = re.compile(r"<([A-Za-z_][\w.-]*:)?([\w.-]+)([^>]*)>?")
_PROLOG = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_MSPDI = "http://schemas.microsoft.com/project"

_ADVICE = {
    ".mpp": (
        "is a binary Microsoft Project plan, which only Microsoft Project reads; open it there and choose "
        "File, Save As, XML Format (*.xml), then put the .xml file here"
    ),
    ".mpx": "is a plan in the old MPX format; open it in Microsoft Project and save it as XML Format (*.xml)",
    ".xer": "is no Primavera export, whatever its name says: it does not begin with ERMHDR; export the project again",
    ".xls": "is a workbook in the old Excel format; save it as Excel Workbook (*.xlsx)",
    ".xlsb": "is a binary workbook; save it as Excel Workbook (*.xlsx)",
    ".ods": "is an OpenDocument spreadsheet; save it as Excel Workbook (*.xlsx)",
}
_ROOTS = {
    "html": "is a web page, perhaps a sign-in page in place of a download; download the file again",
    "rss": "is Jira's XML export; export the issues as CSV (all fields)",
    "workbook": "is an Excel 2003 XML workbook; save it as Excel Workbook (*.xlsx)",
    "apibusinessobjects": "is a Primavera P6 XML export; export the plan as XER, or as Microsoft Project XML",
    "svg": "is a picture; a plan must be a Microsoft Project XML file",
}


def decoded_head(data: bytes) -> str:
    """Return the first bytes of a file as text, whatever they are."""
    return data.decode(encoding_of(data), "replace").removeprefix("\ufeff")


def csv_header(text: str) -> list[str]:
    """Return the headers of a CSV text, of which the beginning is enough."""
    lines = [line for line in text.splitlines()[:200] if line.strip() and not line.lower().startswith("sep=")]
    return next(csv.reader(lines, delimiter=sniff("\n".join(lines[:1]))), []) if lines else []


def format_of(path: Path, relative: str) -> str:
    """Return what a file is: a format of the charter, or `unknown`; what cannot be read is what its ending says."""
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return "table"
    if is_xer(path):
        return "primavera"
    if suffix in _ADVICE:
        return "unknown"
    try:
        text = decoded_head(read_head(path, relative))
    except SourceError:
        return {".xml": "msproject", ".csv": "table", ".tsv": "table", ".json": "table"}.get(suffix, "unknown")
    if suffix == ".json":
        answer = json_of(text)
        # A table of ours may say number, title and state as GitHub does; none looks like an answer of Azure DevOps.
        return answer if answer == "azure" or (answer and not table_of(path.stem)) else "table"
    if suffix == ".xml" or text.lstrip().startswith("<?xml"):
        return "msproject" if _is_plan(text) else "unknown"
    if tracker := tracker_of(csv_header(text)):
        return tracker
    return "table" if table_of(path.stem) else "unknown"


def _root(text: str) -> tuple[str, str]:
    match = _TAG.search(_PROLOG.sub("", text))
    return (match[2], match[3]) if match else ("", "")


def _is_plan(text: str) -> bool:
    name, attributes = _root(text)
    return name == "Project" and (_MSPDI in attributes or "xmlns" not in attributes)


def describe_unknown(path: Path, relative: str) -> str:
    """Return what an unrecognised file is and what to do about it. SourceError where it cannot be read."""
    suffix = path.suffix.lower()
    text = decoded_head(read_head(path, relative))
    if suffix == ".xls" and text.lstrip().startswith("<"):
        return "is a web page with the ending of a workbook; open it in Excel and save it as Excel Workbook (*.xlsx)"
    if suffix in _ADVICE:
        return _ADVICE[suffix]
    if suffix == ".xml" or text.lstrip().startswith("<"):
        name, _ = _root(text)
        known = _ROOTS.get(name.casefold())
        if known:
            return known
        what = f"is XML with the root element <{name[:60]}>" if name else "has the ending .xml but is no XML"
        return f"{what}, not a Microsoft Project plan; save the plan in Microsoft Project as XML Format (*.xml)"
    shown = ", ".join(header.strip()[:40] for header in csv_header(text)[:8])
    return (
        f"is neither named like a table nor a tracker's export (its headers are {shown}); map it under [[sources]] in "
        f"portfolio.toml (`cockpit init NEW --from {path_text(path.name)}` proposes how), or take it out of the folder"
    )
