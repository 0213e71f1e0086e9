"""Which policy counts: the charter's, but the default for all that it loosens until a steward has signed that.

Judging that signature takes people, stewards and the values alone, nothing that the policy itself decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace

from cockpit.records.model import Meaning, Origin, Person, Statement
from cockpit.records.snapshot import Loosened, Policy, QualityTolerances, Snapshot, Tolerance, Tolerances
from cockpit.trust.authority import stewards_of
from cockpit.trust.bodies import PROOF
from cockpit.trust.entitlement import may_confirm_policy
from cockpit.trust.obligations import policy_subject, policy_version
from cockpit.trust.people import Directory

Value = str | float

PROJECT_TOLERANCES = {"time_days": "finish_tolerance_days", "cost_percent": "cost_tolerance_percent"}
"""What a single project may be given, and the setting for all projects in whose place it counts."""

_TOLERANCE = "tolerance.projects."

CHARTER = Origin("portfolio.toml")
"""Where a policy stands."""

_LOOSER_WHEN_SMALLER = {
    "horizon_days", "unpromised_days", "near_critical_days", "default_duration_days.activity",
    "default_duration_days.ticket", "default_duration_days.milestone", "default_duration_days.summary",
    "quality.fs_percent", "quality.cpli", "quality.bei",
}  # fmt: skip


def loosened(policy: Policy) -> tuple[Loosened, ...]:
    """What a policy loosens, in the order of its settings."""
    asked = _settings(policy)
    found = [Loosened(name, asked.get(name, 0.0), default) for name, default in _settings(Policy()).items()]
    found += [Loosened(name, value, default) for name, value, default in _of_projects(policy)]
    return tuple(each for each in found if _is_looser(each))


def _of_projects(policy: Policy) -> Iterator[tuple[str, Value, Value]]:
    """Name, value and default of what single projects are given; where there is no default, nothing is loosened."""
    for project, own in sorted(policy.tolerance.projects.items()):
        for setting, general in PROJECT_TOLERANCES.items():
            value = getattr(own, setting)
            if value is not None:
                yield f"{_TOLERANCE}{project}.{setting}", value, getattr(Policy(), general)


def _settings(policy: Policy) -> dict[str, Value]:
    settings: dict[str, Value] = {}
    for field in fields(Policy):
        value = getattr(policy, field.name)
        if isinstance(value, QualityTolerances):
            settings |= {f"{field.name}.{each.name}": getattr(value, each.name) for each in fields(value)}
        elif isinstance(value, Tolerances):
            continue  # a level without one of its own has none to loosen: see _of_projects
        elif isinstance(value, Mapping):
            settings |= {f"{field.name}.{kind}": days for kind, days in value.items()}
        else:
            settings[field.name] = value
    return settings


def _is_looser(setting: Loosened) -> bool:
    name, asked, default = setting.name, setting.asked, setting.default
    if isinstance(asked, str) or isinstance(default, str):
        return asked != default
    return asked < default if name in _LOOSER_WHEN_SMALLER else asked > default


def without(policy: Policy, settings: Sequence[Loosened]) -> Policy:
    """A policy with the default for these settings, and all others as they are."""
    if not settings:
        return policy
    plain, nested = dict[str, Value](), dict[str, dict[str, Value]]()
    own = [each for each in settings if each.name.startswith(_TOLERANCE)]
    policy = replace(policy, tolerance=_without_own(policy.tolerance, own)) if own else policy
    for each in (each for each in settings if each not in own):
        table, dot, key = each.name.partition(".")
        if dot:
            nested.setdefault(table, {})[key] = each.default
        else:
            plain[each.name] = each.default
    changes: dict[str, object] = dict(plain)
    if "quality" in nested:
        changes["quality"] = replace(policy.quality, **nested["quality"])  # type: ignore[arg-type]
    if "default_duration_days" in nested:
        changes["default_duration_days"] = {**policy.default_duration_days, **nested["default_duration_days"]}
    return replace(policy, **changes)  # type: ignore[arg-type]


def _without_own(tolerances: Tolerances, settings: Sequence[Loosened]) -> Tolerances:
    """The tolerances without these of single projects: that of all projects counts for them."""
    projects = dict(tolerances.projects)
    for each in settings:
        project, _, name = each.name.removeprefix(_TOLERANCE).rpartition(".")
        projects[project] = replace(projects.get(project, Tolerance()), **{name: None})
    return replace(tolerances, projects=projects)


def version_of(policy: Policy) -> str:
    """The SHA-256 of what a steward signs: exactly the settings that the policy loosens, with their values."""
    return policy_version({each.name: each.asked for each in loosened(policy)})


def stewards(snapshot: Snapshot) -> tuple[str, ...]:
    """Who may sign a looser policy: the stewards of the genesis, the charter's own first; without one the charter's."""
    if snapshot.genesis:
        ids = stewards_of(snapshot.statements, snapshot.genesis)
        return tuple(sorted(ids, key=lambda id_: id_ != snapshot.portfolio.steward))
    named = snapshot.portfolio.steward.strip()
    return (named,) if named else ()


def judged(snapshot: Snapshot, known: Directory, meaning: Meaning, person: Person) -> tuple[str, str]:
    """The version of the charter's policy as it is now, and why this person may not say this of it, if they may not."""
    version = version_of(snapshot.policy)
    if meaning is not Meaning.CONFIRMED:
        return version, f"A policy is confirmed, not {meaning}."
    return version, may_confirm_policy(person, stewards(snapshot), known)


def unsigned(snapshot: Snapshot, known: Directory) -> tuple[Loosened, ...]:
    """What the charter loosens and no steward has signed with these very values."""
    found = loosened(snapshot.policy)
    signed = found and any(_confirms(statement, snapshot, known) for statement in snapshot.statements)
    return () if signed else found


def _confirms(statement: Statement, snapshot: Snapshot, known: Directory) -> bool:
    """Whether a statement counts that says the policy is as a steward wants it; the ledger must not say otherwise."""
    if statement.verdict or statement.type != PROOF or statement.signer not in known.people:
        return False
    body, meaning = statement.body, Meaning(statement.body["meaning"])
    if meaning is not Meaning.CONFIRMED or body["subject"] != policy_subject(snapshot.portfolio.id):
        return False
    version, why = judged(snapshot, known, meaning, known.people[statement.signer])
    return body["of"] == version and not why


def _unsaid(setting: str) -> str:
    """What a setting of the policy is that the charter does not say; a level without a tolerance may miss anything."""
    defaults, level = _settings(Policy()), setting.rpartition(".")[2]
    if setting.startswith(_TOLERANCE) and level in PROJECT_TOLERANCES:
        return str(getattr(Policy(), PROJECT_TOLERANCES[level]))
    return "inf" if setting.startswith("tolerance.") else str(defaults.get(setting, ""))


def is_looser_setting(name: str, was: str | None, now: str | None) -> bool:
    """Whether a setting of the charter, by its dotted name, lets more pass than it did; of all but a policy's numbers
    each change may. What a policy did not say, or was never asked before, is the default."""
    table, _, setting = name.partition(".")
    if table == "policy":
        was, now = (_unsaid(setting) if said is None else said for said in (was, now))
    if was == now:
        return False
    try:
        before, after = float(was or ""), float(now or "")
    except ValueError:
        return True
    if table != "policy":
        return True
    return after < before if setting in _LOOSER_WHEN_SMALLER else after > before
