"""The bodies of statements about stewards, people and their keys."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from cockpit.trust.fields import FINGERPRINT, is_day, is_line, matches, need, need_keys, need_note, need_of
from cockpit.trust.keys import KeyRefusedError, parse_public_key
from cockpit.trust.sshsig import MAX_ARMOR

MOST_STEWARDS = 20
MOST_TEAMS = 50

Body = Mapping[str, Any]


def genesis(body: Body) -> None:
    """Raise StatementError unless this names a title and one to twenty stewards with their keys, sorted."""
    need_keys(body, frozenset({"title", "stewards"}), frozenset(), "body.")
    need(is_line(body["title"]), "has a body.title that is not one line of text")
    stewards = body["stewards"]
    well = isinstance(stewards, list) and 0 < len(stewards) <= MOST_STEWARDS and all(_is_object(s) for s in stewards)
    need(well, f"has body.stewards that are not a list of one to {MOST_STEWARDS} objects")
    for steward in stewards:
        need_keys(steward, frozenset({"id", "name", "key"}), frozenset(), "body.stewards.")
        for name in ("id", "name"):
            need(is_line(steward[name]), f"has a steward whose {name} is not one line of text")
        _key(steward["key"], "a steward's key")
    ids = [steward["id"] for steward in stewards]
    need(all(a < b for a, b in pairwise(ids)), "has body.stewards that are not sorted by id, or one twice")
    lines = {steward["key"] for steward in stewards}
    need(len(lines) == len(ids), "gives two stewards one key")


def enrol(body: Body) -> None:
    """Raise StatementError unless this gives a person a key, with proof that it is held."""
    needed = frozenset({"person", "name", "teams", "key", "possession"})
    need_keys(body, needed, frozenset({"from", "until"}), "body.")
    for name in ("person", "name"):
        need(is_line(body[name]), f"has a body.{name} that is not one line of text")
    teams = body["teams"]
    well = isinstance(teams, list) and len(teams) <= MOST_TEAMS and all(is_line(team) for team in teams)
    need(well, f"has body.teams that are not a list of at most {MOST_TEAMS} lines of text")
    need(all(a < b for a, b in pairwise(teams)), "has body.teams that are not sorted, or one twice")
    _key(body["key"], "body.key")
    _possession(body)
    for name in ("from", "until"):
        need(name not in body or is_day(body[name]), f"has a body.{name} that is not a day such as 2025-03-31")


def revoke(body: Body) -> None:
    """Raise StatementError unless this names a key of a person."""
    need_keys(body, frozenset({"person", "key", "note"}), frozenset(), "body.")
    need(is_line(body["person"]), "has a body.person that is not one line of text")
    need(matches(FINGERPRINT, body["key"]), "has a body.key that is not a SHA256: fingerprint")
    need_note(body)


def rotate(body: Body) -> None:
    """Raise StatementError unless this names the new key of a person; `old` where somebody else than they says so."""
    need_keys(body, frozenset({"person", "key", "possession"}), frozenset({"old"}), "body.")
    need(is_line(body["person"]), "has a body.person that is not one line of text")
    _key(body["key"], "body.key")
    _possession(body)
    need("old" not in body or matches(FINGERPRINT, body["old"]), "has a body.old that is not a SHA256: fingerprint")


def _key(line: object, name: str) -> None:
    """A public key that may be believed, written as type and base64 alone, so that one key has one spelling."""
    need(isinstance(line, str), f"has {name} that is no public key")
    try:
        key = parse_public_key(str(line))
    except KeyRefusedError as error:
        need(False, f"has {name}, which {error}")
        return
    need(key.line == line, f"has {name} with more than its type and base64")


def _possession(body: Body) -> None:
    proof = body["possession"]
    need(isinstance(proof, str) and 0 < len(proof) <= MAX_ARMOR, "has a body.possession that is no SSH signature")


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def cosign(body: Body) -> None:
    """Raise StatementError unless this is the body of a second signature under another statement."""
    need_keys(body, frozenset({"of"}), frozenset(), "body.")
    need_of(body)
