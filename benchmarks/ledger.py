"""What it takes to verify a ledger: `python benchmarks/ledger.py --count 10000`.

A portfolio with two stewards, 20 people and a chain of statements of theirs, each verified the whole way: strict
parsing and canonical form, hash, signature, parents and times, whose key is whose. Each measurement is a process of its
own, on one core: cold (nobody has verified anything before), warm (this user's replica knows the signatures). Steps are
in seconds of processor time, whole commands by the clock. The peer is `ssh-keygen -Y verify`, a process per statement,
on a sample.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "trust"))

from trust_keys import Key

from cockpit.records.model import Meaning
from cockpit.trust import bundle
from cockpit.trust.authority import POSSESSION, possession_payload
from cockpit.trust.statements import build, load, proof_body

HERE = Path(__file__).resolve()
PEOPLE = 20
SAMPLE = 200
BEGUN = datetime(2025, 1, 1, tzinfo=UTC)


class Growing:
    """A ledger in the making: each statement follows the one before, every fifth has a second one beside it."""

    def __init__(self) -> None:
        self.pairs: list[bundle.Pair] = []
        self.heads: tuple[str, ...] = ()
        self.root = "bench"
        stewards = [{"id": name, "name": name.title(), "key": Key(name).line} for name in ("sue", "tom")]
        self.root = self.say("sue", "genesis", {"title": "Bench", "stewards": stewards})
        for number in range(PEOPLE):
            key = Key(f"p{number}")
            proof = key.sign(possession_payload(self.root, key.name, key.fingerprint), POSSESSION)
            said = {"person": key.name, "name": key.name.title(), "teams": ["giver"], "key": key.line}
            self.say("sue", "enrol", said | {"possession": proof})

    def say(self, who: str, kind: str, body: dict[str, Any], *, beside: bool = False) -> str:
        """Add a statement; `beside` the last one instead of after it."""
        key, number = Key(who), len(self.pairs)
        after = self.before if beside else self.heads
        payload = build(self.root, kind, who, key.fingerprint, BEGUN + timedelta(seconds=30 * number), after, body)
        self.pairs.append((payload, key.sign(payload)))
        found = load(*self.pairs[-1]).id
        self.before, self.heads = self.heads, (*self.heads, found) if beside else (found,)
        return found

    def grow(self, count: int) -> None:
        """Add proofs until there are so many statements."""
        while len(self.pairs) < count:
            number = len(self.pairs)
            subject = f"dependency:D-{number % 997}"
            body = proof_body(subject, "ab" * 32, Meaning.RESOLVED, note=f"handed over, {number}")
            self.say(f"p{number % PEOPLE}", "proof", body, beside=number % 5 == 0)


def make(folder: Path, count: int) -> None:
    """Write a portfolio with so many statements, and the bundle of them."""
    growing = Growing()
    growing.grow(count)
    folder.mkdir()
    (folder / "portfolio.toml").write_text('[portfolio]\nid = "bench"\ntitle = "Bench"\n')
    (folder.parent / "all.cockpit-ledger").write_bytes(bundle.written(growing.pairs))


def verification(place: str) -> dict[str, float]:
    """Seconds of each step from the stored bytes to the verdicts."""
    from cockpit.basics.garbage import uncollected
    from cockpit.ledger.replica import Replica
    from cockpit.ledger.standing import standing
    from cockpit.store import Store

    spent: dict[str, float] = {}
    began = time.process_time()

    def lap(name: str) -> None:
        nonlocal began
        now = time.process_time()
        spent[name], began = now - began, now

    folder = Path(place, "portfolio")
    with Store.open(folder / "portfolio.db") as store:
        said = store.statements()
    lap("read the store")
    replica = Replica(folder)
    replica.refresh()
    lap("read the replica")
    with uncollected():  # as a session does
        found = standing(folder, "bench", said, (), datetime.now(UTC), verified=replica.verified)
    lap("verify")
    assert not any(s.verdict for s in found.statements), next(s.verdict for s in found.statements if s.verdict)
    standing(folder, "bench", said, (), datetime.now(UTC), verified=replica.verified)
    lap("verify again")
    secret = Key("p0").secret
    public, signature = secret.public_key(), secret.sign(b"nothing else")
    for _ in said:
        public.verify(signature, b"nothing else")
    lap("Ed25519 alone, for so many")
    return spent


def in_process(place: Path, state: str) -> dict[str, float]:
    """The same in a process of its own, as a user with this state."""
    command = [sys.executable, str(HERE), "--measure", str(place)]
    return dict(json.loads(cockpit_run(command, place, state).stdout))


def cockpit_run(command: list[str], place: Path, state: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"XDG_STATE_HOME": str(place / state), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def whole(place: Path, state: str, *arguments: str) -> float:
    """Seconds of a whole command."""
    began = time.perf_counter()
    done = cockpit_run([sys.executable, "-m", "cockpit", *arguments], place, state)
    assert done.returncode in (0, 1), done.stderr
    return time.perf_counter() - began


def peer(place: Path) -> float:
    """Seconds of `ssh-keygen -Y verify` for one statement, the mean of a sample."""
    lines = [line for line in bundle.read((place / "all.cockpit-ledger").read_bytes()) if isinstance(line, bundle.Line)]
    (place / "allowed").write_text("".join(f"{n} {Key(n).line}\n" for n in ("sue", *(f"p{i}" for i in range(PEOPLE)))))
    chosen = lines[:: max(1, len(lines) // SAMPLE)][:SAMPLE]
    for number, line in enumerate(chosen):
        (place / f"{number}.sig").write_text(line.signature)
    began = time.perf_counter()
    for number, line in enumerate(chosen):
        words = ["-Y", "verify", "-f", str(place / "allowed"), "-I", load(*line.pair).signer]
        words += ["-n", "cockpit-statement-v1", "-s", str(place / f"{number}.sig")]
        subprocess.run(["ssh-keygen", *words], input=line.payload, check=True, capture_output=True)
    return (time.perf_counter() - began) / len(chosen)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(verification(asked.measure)))
        return
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        make(place / "portfolio", asked.count)
        print(f"{asked.count:,} statements of {PEOPLE} people, load {os.getloadavg()[0]:.1f}")
        portfolio = str(place / "portfolio")
        taken = whole(place, "first", "ledger", "import", portfolio, str(place / "all.cockpit-ledger"))
        print(f"  ledger import of all into an empty store: {taken:.2f} s")
        for state, word in (("second", "cold"), ("second", "warm")):
            print(f"  whole check, {word}: {whole(place, state, 'check', portfolio):.2f} s")
        cold = [in_process(place, f"none{number}") for number in range(asked.rounds)]
        warm = [in_process(place, "first") for _ in range(asked.rounds)]
        for step in cold[0]:
            print(f"  {step}: cold {median(r[step] for r in cold):.2f} s, warm {median(r[step] for r in warm):.2f} s")
        each = peer(place)
        print(f"  ssh-keygen -Y verify: {1000 * each:.1f} ms each, {asked.count * each:.0f} s for all (extrapolated)")


if __name__ == "__main__":
    main()
