"""Writes a plan as a file of the program whose rules it follows."""

from __future__ import annotations

from differential_mspdi import mspdi
from differential_plans import Plan
from differential_xer import FIRST_TASK, xer

from cockpit.records.terms import Rules


def written(plan: Plan) -> bytes:
    """The file of a plan."""
    if plan.rules is Rules.PRIMAVERA:
        return "\r\n".join(xer(plan)).encode("cp1252")
    return mspdi(plan).encode()


def file_name(plan: Plan) -> str:
    """What the file of a plan is called."""
    return "plan.xer" if plan.rules is Rules.PRIMAVERA else "plan.xml"


def own_id(plan: Plan, uid: int) -> int:
    """The id that a task has in the file."""
    return FIRST_TASK + uid if plan.rules is Rules.PRIMAVERA else uid
