"""What the ledger's panel tells of a statement, of any type."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from screens_data import FakeSession, make_assessment, ready, settle, statements
from test_screens_app import make_app, screen_text

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment, StatementView
from cockpit.records.verdicts import Verdict
from cockpit.screens.ledger import LedgerScreen
from cockpit.screens.statement import statement_facts
from cockpit.screens.table import KeyedTable


def told(view: StatementView, whole: Assessment) -> str:
    return "\n".join(f"{line[-1]}" for line in statement_facts(view, whole).lines)


def test_a_statement_about_keys_is_told_in_words_without_its_signature() -> None:
    whole = make_assessment()
    first = whole.statements[0]
    body = {"person": "vera", "teams": ["apps", "bank"], "possession": "-----BEGIN\nx",
            "stewards": [{"id": "sue", "key": "ssh-ed25519 AAAA"}]}  # fmt: skip
    view = replace(
        first, record=replace(first.record, type="enrol", body=body), meaning="enrol", verdict=Verdict.COUNTS
    )
    text = told(view, whole)
    assert text.splitlines()[0] == "Dana Reyes (dana) enrolled a key of vera"
    assert "apps, bank" in text and "sue" in text
    assert "BEGIN" not in text and "ssh-ed25519" not in text and "{" not in text


def test_a_proof_says_who_witnessed_it_when() -> None:
    whole = make_assessment()
    first = whole.statements[0]
    assert "by nobody yet" in told(first, whole)
    seen = replace(first, witnessed_at=first.record.signed_at)
    assert f"{first.record.signed_at:%Y-%m-%d %H:%M} UTC" in told(seen, whole) and "nobody" not in told(seen, whole)


def listed(app: CockpitApp) -> str:
    """What the table says, without the details below it."""
    return "\n".join(screen_text(app).splitlines()[: app.screen.query_one(KeyedTable).region.bottom])


async def test_the_ledger_says_what_people_call_what_was_signed_and_finds_it_by_its_id_too(tmp_path: Path) -> None:
    subject = statements()[0].subject
    known = {subject: "Interface of the [b]hub\x1b[2J\u202e"}
    session = FakeSession(tmp_path, make_assessment(subjects=known))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("8")
        await settle(pilot)
        assert "Interface of the [b]hub" in listed(app)
        assert "\x1b" not in screen_text(app) and "\u202e" not in screen_text(app)
        assert f"Interface of the [b]hub[2J ({subject})" in told(statements()[0], make_assessment(subjects=known))
        session.publish(make_assessment(subjects={subject: "Interface of the centre"}))
        await settle(pilot)
        assert "Interface of the centre" in listed(app)
        await pilot.press("/", *subject, "enter")
        await settle(pilot)
        assert app.screen.query_one(KeyedTable).row_count == sum(view.subject == subject for view in statements())


async def test_a_key_leaves_only_what_does_not_count_with_its_reason(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("8")
        await settle(pilot)
        assert "1 of 3 statements counts for nothing · x: only those, with the reason" in screen_text(app)
        await pilot.press("x")
        await settle(pilot)
        text = screen_text(app)
        assert "withdrawn" in text and app.screen.query_one(KeyedTable).row_count == 1
        assert "Only both owners" in text and "because" in text, "the reason has a column on 80 cells"
        await pilot.press("escape")
        await settle(pilot)
        assert "promised" in screen_text(app)


@pytest.mark.parametrize("keys", [("8",), ("8", "x")])
async def test_what_was_signed_last_stands_on_top(tmp_path: Path, keys: tuple[str, ...]) -> None:
    old, refused, new = statements()
    late = replace(refused, record=replace(refused.record, id=f"{20:064x}"))
    session = FakeSession(tmp_path, make_assessment(statements=(old, refused, new, late)))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LedgerScreen)
        wanted = (late, new, refused, old) if keys == ("8",) else (late, refused)
        assert tuple(screen.table.records) == wanted and screen.table.record is late


async def test_where_nothing_was_rejected_it_is_said(tmp_path: Path) -> None:
    app = make_app(FakeSession(tmp_path, make_assessment(statements=statements()[2:])))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("8", "x")
        await settle(pilot)
        assert "Nothing was rejected" in screen_text(app)
