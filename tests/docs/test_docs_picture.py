"""The README's picture shows what the first screen shows today."""

from __future__ import annotations

import asyncio
import re
import shutil
from html import unescape
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def words(picture: str) -> list[str]:
    """What stands in a picture, line by line; the names that every drawing makes anew are left out."""
    return [unescape(text).replace("\xa0", " ").strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]


def test_the_picture_of_the_readme_shows_what_the_app_shows(tmp_path: Path) -> None:
    spec = spec_from_file_location("picture", ROOT / "docs" / "picture.py")
    assert spec is not None and spec.loader is not None
    picture = module_from_spec(spec)
    spec.loader.exec_module(picture)
    folder = tmp_path / "core-banking"
    shutil.copytree(ROOT / "sample_portfolios" / "core-banking", folder)
    shown = words(asyncio.run(picture.draw(folder)))
    kept = words((ROOT / "docs" / "exceptions.svg").read_text(encoding="utf-8"))
    assert "API documentation" in " ".join(kept)
    assert shown == kept, "draw it again: python docs/picture.py"
