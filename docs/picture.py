"""Draws the README's picture from the sample: `python docs/picture.py`, from the root of the project."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from cockpit.app import CockpitApp
from cockpit.session.live import Session

ROOT = Path(__file__).resolve().parents[1]
SIZE = (112, 30)


async def draw(folder: Path) -> str:
    """The first screen of a portfolio as SVG, once it is read."""
    app = CockpitApp(Session.open(folder))
    async with app.run_test(size=SIZE) as pilot:
        while app.assessment is None:
            await pilot.pause(0.05)
        await pilot.pause()
        picture = app.export_screenshot(title="cockpit sample_portfolios/core-banking")
        return re.sub(r"@font-face \{.*?\}", "", picture, flags=re.S)  # fetched from elsewhere; any monospace will do


def main() -> None:
    """Write the picture beside this file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "core-banking"
        shutil.copytree(ROOT / "sample_portfolios" / "core-banking", folder)
        picture = asyncio.run(draw(folder))
    (ROOT / "docs" / "exceptions.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
