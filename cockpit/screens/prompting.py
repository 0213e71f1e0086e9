"""Signing while the app stands aside: an agent may ask for a confirmation, a key file for its passphrase."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from textual.app import App, SuspendNotSupported

from cockpit.screens.aside import Interrupts, stand_aside, tell
from cockpit.screens.why import wrap
from cockpit.screens.words import count, inert
from cockpit.session.batch import Terminal, ToSign

T = TypeVar("T")

HINT = "Confirm in the agent, touch the key, or type its passphrase, if you are asked. Ctrl-C gives up."


async def at_terminal(
    app: App[Any], drafts: Sequence[ToSign], key: Path | None, sign: Callable[[Terminal | None], T]
) -> T:
    """Sign while the app stands aside, so that whoever asks has the terminal; raises what `sign` raises.

    Where the app can't stand aside it is signed beside it, and nothing can be asked for.
    """

    def work(interrupts: Interrupts) -> T:
        tell()
        for line in said_before(drafts, key):
            tell(line)
        return sign(Terminal(tell, lambda: interrupts.came))

    try:
        return stand_aside(app, work)
    except SuspendNotSupported:
        return await asyncio.to_thread(sign, None)


def said_before(drafts: Sequence[ToSign], key: Path | None) -> list[str]:
    """Who signs what with which key, as it is told before anything may be asked."""
    by = f"the key {inert(str(key), 200)}" if key else "the ssh-agent"
    names = dict.fromkeys(inert(draft.signer.name, 60) for draft in drafts)
    width = min(shutil.get_terminal_size().columns, 100) - 4
    lines = [f"Cockpit: {count(len(drafts), 'signature')} as {', '.join(names)}, with {by}.", ""]
    for draft in drafts:
        lines += [*(f"  {row}" for row in wrap(inert(draft.sentence, 4000), width)), ""]
    return [*lines, *wrap(HINT, width)]
