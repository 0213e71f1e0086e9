"""The screens as pictures: what a browser draws of them stays inside its frame and is not empty."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from whole_help import tool

from cockpit.app import CockpitApp
from cockpit.session.live import Session

pytestmark = pytest.mark.slow
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


async def picture(folder: Path, key: str, size: tuple[int, int]) -> str:
    """One screen of the portfolio as SVG."""
    app = CockpitApp(Session.open(folder))
    async with app.run_test(size=size) as pilot:
        for _ in range(200):
            await pilot.pause(0.05)
            if app.assessment is not None:
                break
        await pilot.press(key)
        await pilot.pause()
        return app.export_screenshot()


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_a_browser_draws_the_screens(sample: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    svg, png = tmp_path / "screen.svg", tmp_path / "screen.png"
    text = asyncio.run(picture(sample, "1", size))
    assert "Robert" in text and "&#160;must" in text
    svg.write_text(text, encoding="utf-8")
    window = f"--window-size={12 * size[0] + 60},{25 * size[1] + 110}"
    subprocess.run(
        [tool("chromium"), *FLAGS, f"--user-data-dir={tmp_path}", window, f"--screenshot={png}", svg.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with Image.open(png) as drawn:
        assert drawn.size == (12 * size[0] + 60, 25 * size[1] + 110)
        colours = sorted(drawn.convert("RGB").getcolors(1 << 24), reverse=True)
        written = sum(count for count, _ in colours[2:])  # the two commonest are the page and the terminal
        assert len(colours) > 20 and written > 0.01 * drawn.width * drawn.height
