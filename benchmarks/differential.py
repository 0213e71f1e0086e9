"""Our dates beside MPXJ's on random plans: `python benchmarks/differential.py --rules primavera --profile progress`.

Prints how many plans and dates agree, and a minimal plan for each kind of disagreement that was found. The plans are
those of the test in `tests/differential`; a plan is named by its seed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "differential"))

from differential_compare import Comparison, compared
from differential_drawing import seeded_plan
from differential_peer import missing
from differential_plans import FEATURES, Plan, profiles
from differential_shrinking import shrunk
from differential_telling import signature, told

from cockpit.records.terms import Rules


@dataclass
class Tally:
    """What came of the plans of one profile."""

    plans: int = 0
    agree: int = 0
    floats_agree: int = 0
    tasks: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    impossible: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, result: Comparison) -> None:
        """Count a plan."""
        self.plans += 1
        if result.refused:
            self.refused[result.refused[:120]] += 1
            return
        self.impossible += bool(result.impossible)
        self.tasks += len(result.plan.tasks)
        self.agree += not result.dates
        self.floats_agree += not result.floats
        self.fields.update(one.field for one in (*result.dates, *result.floats))

    def lines(self) -> Iterator[str]:
        """The tally for people."""
        asked = self.plans - self.refused.total()
        share = 100 * self.agree / max(1, asked)
        yield f"{self.agree} of {asked} plans agree in every date ({share:.2f}%), {self.floats_agree} in every float; "
        yield f"  {self.tasks} tasks; {1000 * self.seconds / max(1, self.plans):.1f} ms a plan"
        yield "".join(f"  {name} differs on {count}" for name, count in self.fields.most_common())
        if self.impossible:
            yield f"  on {self.impossible} the peer's dates cannot be: work ends before it begins, or in the past"
        yield from (f"  refused by the peer, {count} times: {reason}" for reason, count in self.refused.most_common())


def main() -> None:
    """Compare, and print what was found."""
    asked = _arguments()
    reason = missing()
    if reason:
        sys.exit(reason)
    for rules in [Rules(asked.rules)] if asked.rules else list(Rules):
        for profile in [asked.profile] if asked.profile else profiles(rules):
            with tempfile.TemporaryDirectory(dir=_memory()) as folder:
                _profile(asked, rules, profile, Path(folder))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", choices=[rules.value for rules in Rules])
    parser.add_argument("--profile", choices=list(FEATURES), help="all of them, one after the other, if none is named")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first plan; the others follow")
    parser.add_argument("--show", type=int, default=3, help="how many kinds of disagreement to show")
    parser.add_argument("--shrink", type=int, default=25, help="how many plans that disagree to shrink")
    parser.add_argument("--floats", action="store_true", help="floats that differ count too")
    return parser.parse_args()


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _profile(asked: argparse.Namespace, rules: Rules, profile: str, folder: Path) -> None:
    tally, odd = Tally(), []
    for seed in range(asked.seed, asked.seed + asked.count):
        plan = seeded_plan(seed, rules, profile)
        began = time.perf_counter()
        result = compared(plan, folder)
        tally.seconds += time.perf_counter() - began
        tally.add(result)
        if result.dates or (asked.floats and result.floats):
            odd.append((seed, plan))
    print(f"== {rules.value}, {profile}", *tally.lines(), sep="\n")
    kinds: dict[str, list[tuple[int, Comparison]]] = {}
    for seed, plan in odd[: asked.shrink]:
        small = compared(shrunk(plan, lambda one: _differs(one, folder, asked.floats)), folder)
        about = (*small.dates, *small.floats) if asked.floats else small.dates
        kinds.setdefault(signature(small.plan, about), []).append((seed, small))
    for name, found in sorted(kinds.items(), key=lambda kind: -len(kind[1]))[: asked.show]:
        seed, small = min(found, key=lambda one: _size(one[1].plan))
        print(f"-- {len(found)} of {min(len(odd), asked.shrink)} like seed {seed}: {name}", told(small), sep="\n")
    sys.stdout.flush()


def _differs(plan: Plan, folder: Path, floats: bool) -> bool:
    result = compared(plan, folder)
    return bool(result.dates or (floats and result.floats))


def _size(plan: Plan) -> tuple[int, int]:
    return len(plan.tasks), len(plan.links)


if __name__ == "__main__":
    main()
