"""How programs save a file, each as a process of its own: `python saving_programs.py NAME FILE NEW PAUSE`.

FILE is to become what NEW holds. Most do it in a way in which the file is half of itself for a while; PAUSE (seconds)
is how long they rest at such moments.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PIECES = 5


def _pieces(data: bytes) -> list[bytes]:
    size = len(data) // PIECES + 1
    return [data[at : at + size] for at in range(0, len(data), size)]


def _write(path: Path, mode: str, pieces: list[bytes], pause: float) -> None:
    with path.open(mode) as file:
        for number, piece in enumerate(pieces):
            time.sleep(pause if number else 0)
            file.write(piece)
            file.flush()


def at_once(path: Path, new: Path, _pause: float) -> None:
    path.write_bytes(new.read_bytes())


def in_pieces(path: Path, new: Path, pause: float) -> None:
    """Cut in the middle of lines, as a full buffer cuts them."""
    _write(path, "wb", _pieces(new.read_bytes()), pause)


def line_after_line(path: Path, new: Path, pause: float) -> None:
    lines = new.read_bytes().splitlines(keepends=True)
    size = len(lines) // PIECES + 1
    _write(path, "wb", [b"".join(lines[at : at + size]) for at in range(0, len(lines), size)], pause)


def emptied_first(path: Path, new: Path, pause: float) -> None:
    with path.open("wb") as file:
        time.sleep(pause * 2)
        file.write(new.read_bytes())


def over_itself(path: Path, new: Path, pause: float) -> None:
    """Without emptying it: behind what is written stands the old until the end."""
    data = new.read_bytes()
    with path.open("r+b") as file:
        for number, piece in enumerate(_pieces(data)):
            time.sleep(pause if number else 0)
            file.write(piece)
            file.flush()
        time.sleep(pause)
        file.truncate(len(data))


def opened_for_every_line(path: Path, new: Path, _pause: float) -> None:
    """A shell script: `echo header > file`, then `echo line >> file` each."""
    for number, line in enumerate(new.read_bytes().splitlines(keepends=True)):
        with path.open("ab" if number else "wb") as file:
            file.write(line)
        time.sleep(0.004)


def appended(path: Path, new: Path, pause: float) -> None:
    old, data = path.read_bytes(), new.read_bytes()
    more = [line for line in data.splitlines(keepends=True) if line not in old.splitlines(keepends=True)]
    assert old + b"".join(more) == data, "NEW must be FILE and more lines"
    _write(path, "ab", [b"".join(more)[:7], b"".join(more)[7:]], pause)


def deleted_first(path: Path, new: Path, pause: float) -> None:
    path.unlink()
    time.sleep(pause)
    _write(path, "wb", _pieces(new.read_bytes()), pause)


def moved_in(path: Path, new: Path, pause: float) -> None:
    temporary = path.with_name(f"sav{os.getpid()}")
    _write(temporary, "wb", _pieces(new.read_bytes()), pause)
    temporary.replace(path)


def moved_in_as_it_was(path: Path, new: Path, _pause: float) -> None:
    """With the times of the file that it comes from: rsync -t, unpacking, a mail program."""
    temporary = path.with_name(f".{path.name}.Xy12Ab")
    temporary.write_bytes(new.read_bytes())
    os.utime(temporary, (1_700_000_000, 1_700_000_000))
    temporary.replace(path)


def emacs(path: Path, new: Path, pause: float) -> None:
    """A lock, an automatic save beside it; the old one becomes the backup, the new one is written in its place."""
    lock, draft = path.with_name(f".#{path.name}"), path.with_name(f"#{path.name}#")
    lock.symlink_to("someone@somewhere.1234")
    _write(draft, "wb", _pieces(new.read_bytes()), pause / 4)
    path.replace(path.with_name(path.name + "~"))
    _write(path, "wb", _pieces(new.read_bytes()), pause)
    draft.unlink()
    lock.unlink()


def office(path: Path, new: Path, pause: float) -> None:
    """Keeps the file open for writing, with a lock file; saves beside it, moves that in, opens it again."""
    lock = path.with_name(f".~lock.{path.name}#")
    lock.write_text("someone,somewhere,2025;")
    with path.open("r+b"):
        time.sleep(pause)
        temporary = path.with_name("lu9f3k.tmp")
        _write(temporary, "wb", _pieces(new.read_bytes()), pause / 4)
        temporary.replace(path)
    with path.open("r+b"):
        time.sleep(max(1.5, pause))
    lock.unlink()


def vim(path: Path, new: Path, _pause: float, *options: str) -> None:
    commands = [f"set {option}" for option in options] + ["%d _", f"0r {new}", "g/^$/d _", "w", "q"]
    arguments = [part for command in commands for part in ("-c", command)]
    subprocess.run(["vim", "-u", "NONE", "-es", str(path), *arguments], check=True, stdin=subprocess.DEVNULL)


def vim_with_backup(path: Path, new: Path, pause: float) -> None:
    vim(path, new, pause, "backup", "backupcopy=no", "writebackup")


def vim_in_place(path: Path, new: Path, pause: float) -> None:
    vim(path, new, pause, "backupcopy=yes", "writebackup")


def sed(path: Path, new: Path, _pause: float) -> None:
    subprocess.run(["sed", "-i", "-e", f"1r {new}", "-e", "d", str(path)], check=True)
    subprocess.run(["sed", "-i", "-e", "s/\\r$//", str(path)], check=True)


def copied(path: Path, new: Path, _pause: float) -> None:
    subprocess.run(["cp", "-p", str(new), str(path)], check=True)


def rsync(path: Path, new: Path, _pause: float) -> None:
    subprocess.run(["rsync", "-a", "--checksum", str(new), str(path)], check=True)


def rsync_in_place(path: Path, new: Path, _pause: float) -> None:
    subprocess.run(["rsync", "--inplace", "--checksum", "--bwlimit=20", str(new), str(path)], check=True)


PROGRAMS: dict[str, Callable[[Path, Path, float], None]] = {
    each.__name__: each
    for each in (
        *(at_once, in_pieces, line_after_line, emptied_first, over_itself, opened_for_every_line, appended),
        *(deleted_first, moved_in, moved_in_as_it_was, emacs, office, vim, vim_with_backup, vim_in_place, sed, copied),
        *(rsync, rsync_in_place),
    )
}
NEEDS = {
    "vim": "vim", "vim_with_backup": "vim", "vim_in_place": "vim", "sed": "sed", "copied": "cp", "rsync": "rsync",
    "rsync_in_place": "rsync",
}  # fmt: skip
"""What must be installed for some of them."""


def runs_here(name: str) -> bool:
    return name not in NEEDS or shutil.which(NEEDS[name]) is not None


if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
