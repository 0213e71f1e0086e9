"""The real app without a terminal, in a process of its own: `python soaked_app.py FOLDER QUESTION ANSWER`.

Whenever the file QUESTION is there, it is taken away, and ANSWER gets what is on the Projects screen, what `check
--json` would print, the durations that the session knows, and how many records of work are alive.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from textual.widgets._toast import Toast

from cockpit import app
from cockpit.outlets.check import Check
from cockpit.records.assessment import Assessment
from cockpit.records.model import WorkItem
from cockpit.session.live import Session


class SoakedApp(app.CockpitApp):
    """Answers what it shows."""

    CSS_PATH = Path(app.__file__).parent / "screens" / "base.tcss"

    def __init__(self, session: Session, question: Path, answer: Path) -> None:
        super().__init__(session)
        self._question, self._answer = question, answer

    def on_ready(self) -> None:
        """Show the projects, and listen."""
        self.action_go("projects")
        self.set_interval(0.1, self._look)

    def _look(self) -> None:
        if self.assessment is None or not self._question.exists():
            return
        self._question.unlink()
        strips = self.screen._compositor.render_strips(self.size)
        # Without the cursor, which stays with its record, and the pane beside the table, which tells of that record.
        screen = [" ".join(strip.text.partition("│")[0].replace("▌", "").split()) for strip in strips]
        durations = {item.id: item.duration_days for item in self.session.snapshot().work_items}
        gc.collect()
        alive = sum(isinstance(each, WorkItem | Assessment) for each in gc.get_objects())
        said = {
            "screen": screen,
            "check": Check(self.assessment).json(),
            "durations": durations,
            "alive": alive,
            # One that is over may stand a little longer.
            "toasts": len(self._notifications) + len(self.screen.query(Toast)),
        }
        beside = self._answer.with_suffix(".new")
        beside.write_text(json.dumps(said))
        os.replace(beside, self._answer)  # noqa: PTH105


if __name__ == "__main__":
    with Session.open(Path(sys.argv[1])) as opened:
        SoakedApp(opened, Path(sys.argv[2]), Path(sys.argv[3])).run(headless=True, size=(160, 50))
