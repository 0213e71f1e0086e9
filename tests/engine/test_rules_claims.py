"""Every single claim that the rules of judgement make, and the test that proves it.

A claim is one thing that could be otherwise; its test fails when it is. docs/rules.md has the rules in full.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]

DEPENDENCY = "engine/test_rules_dependency.py"
STATUS = "engine/test_rules_status.py"
PATH = "engine/test_rules_path.py"
OUTCOMES = "engine/test_rules_outcomes.py"
EXCEPTIONS = "engine/test_rules_exceptions.py"
DEPENDENCIES = "engine/test_judgement_dependencies.py"
EDGES = "engine/test_judgement_edges.py"
PROJECTS = "engine/test_judgement_projects.py"
PATHS = "engine/test_judgement_paths.py"
MEASURED = "engine/test_judgement_outcomes.py"
MILESTONES = "engine/test_judgement_milestones.py"
POLICY = "engine/test_judgement_policy.py"
LAWS = "engine/test_judgement_laws.py"
LIFE = "engine/test_life.py"
OPTIONS = "engine/test_options.py"
TRACKERS = "engine/test_trackers.py"
EDITS = "session/test_live_edits.py"
MOVED = "store/test_store_derived.py"
COMMANDS = "cli/test_cli_commands.py"
DECIDING = "cli/test_cli_deciding.py"
PLANNING = "notices/test_notices_planning.py"

CLAIMS: dict[str, tuple[str, str]] = {
    # Today
    "today is --as-of, else the charter's, else the clock's": (
        "session/test_live_today.py", "test_today_is_the_day_that_is_asked_for_else_the_charters_else_the_clocks"),
    "unfinished work starts no earlier than today": (
        STATUS, "test_unfinished_work_starts_no_earlier_than_today_whatever_its_plan_says"),
    "a plan's data date rules nothing in a portfolio": (
        STATUS, "test_the_data_date_of_a_plan_rules_nothing_in_a_portfolio"),
    "a plan's data date rules its own schedule": (
        "engine/test_schedule.py", "test_done_work_keeps_its_dates_and_the_rest_begins_at_the_data_date"),
    "a drop dated in the past is marked as claimed": (
        "cli/test_cli_history.py", "test_a_drop_that_somebody_corrects_afterwards_keeps_what_it_said"),
    "a drop dated in the past moves no day on which a breach was first seen": (
        "session/test_live_life.py", "test_a_drop_dated_in_the_past_moves_no_first_seen_day_and_owes_nothing_early"),
    # Dependency: what it is
    "a link between two teams is a dependency": (
        DEPENDENCIES, "test_a_link_between_two_teams_is_a_dependency_that_nobody_logged"),
    "Jira's “blocks” between two teams is a dependency": (
        "session/test_live_today.py",
        "test_what_jira_says_blocks_a_ticket_of_another_team_is_a_dependency_that_nobody_registered"),
    "a link inside one team is none": (
        DEPENDENCIES, "test_links_inside_a_team_and_to_finished_work_are_no_dependencies"),
    "one that nobody registered starts unowned": (
        DEPENDENCY, "test_what_nobody_registered_is_unowned_and_graver_where_it_crosses_a_cost_centre"),
    "crossing a cost centre raises its severity": (
        DEPENDENCY, "test_far_ahead_it_is_less_grave_and_a_cost_centre_raises_that_too"),
    # Dependency: its states
    "open: registered, and its owner has signed nothing": (
        DEPENDENCIES, "test_an_unsigned_dependency_puts_its_project_at_risk_by_itself"),
    "promised: the giver's owner signed a date": (
        DEPENDENCIES, "test_a_promise_holds_until_its_day_and_breaks_the_day_after"),
    "broken: that date passed": (
        DEPENDENCIES, "test_a_promise_holds_until_its_day_and_breaks_the_day_after"),
    "resolved: signed by its owner": (DEPENDENCIES, "test_only_the_owner_counts"),
    "resolved: over this version": (
        DEPENDENCIES, "test_changing_what_was_signed_voids_the_proof_and_says_so"),
    "resolved: with evidence": (DEPENDENCIES, "test_resolved_without_evidence_is_not_resolved"),
    "contradicted: signed resolved while the giver's item is open": (
        DEPENDENCIES, "test_signed_resolved_while_the_givers_item_is_open_is_contradicted"),
    "disputed: the receiver's owner signed that it is not": (
        DEPENDENCIES, "test_the_receivers_owner_may_dispute_and_only_a_new_proof_ends_it"),
    # Dependency: who signs, over what
    "who signs belongs to the giver's team": (
        DEPENDENCY, "test_only_a_named_owner_who_stands_on_the_giving_side_alone_resolves_it"),
    "who signs owns nothing on the receiving side": (
        DEPENDENCY, "test_only_a_named_owner_who_stands_on_the_giving_side_alone_resolves_it"),
    "nor any of several projects that receive it": (
        DEPENDENCY, "test_who_owns_any_of_the_receiving_projects_signs_for_none"),
    "for an external giver a named internal owner signs": (
        "trust/test_trust_entitlement.py", "test_promised_and_resolved_are_signed_by"),
    "for an external giver nobody else signs": (
        DEPENDENCY, "test_nobody_but_the_named_owner_signs_for_a_vendor"),
    "the version covers teams, receiver, needed_by and acceptance": (
        DEPENDENCIES, "test_changing_what_was_signed_voids_the_proof_and_says_so"),
    "the version covers the id": (
        "trust/test_trust_obligations.py", "test_what_binds_voids_a_signature_when_it_changes"),
    "a corrected typo voids nothing": (DEPENDENCIES, "test_a_corrected_typo_voids_nothing"),
    "a changed team is a breach": (
        EDGES, "test_a_new_giver_voids_the_proof_of_the_old_one_and_makes_no_forger_of_them"),
    "one that vanishes from its file stays in force": (
        DEPENDENCY, "test_it_vanishes_from_its_file_and_stays_in_force_until_both_owners_withdraw_it"),
    "it takes both owners to withdraw it": (DEPENDENCIES, "test_withdrawn_takes_both_owners"),
    "one that vanishes is known by its last row": (MOVED, "test_a_vanished_dependency_stays_as_it_last_stood"),
    # Receiver
    "the receiver is receiver_project, whatever its item says": (
        EDGES, "test_where_project_and_item_contradict_each_other_the_project_is_held"),
    "else the project of receiver_item": (
        DEPENDENCIES, "test_an_unsigned_dependency_puts_its_project_at_risk_by_itself"),
    "a conflict of the two is a breach": (
        DEPENDENCIES, "test_contradicting_and_unknown_receivers_are_named"),
    "else every unfinished project of the receiving team": (
        DEPENDENCY, "test_without_a_receiver_it_holds_the_unfinished_projects_of_the_team_and_no_finished_one"),
    "under one unanchored breach": (
        DEPENDENCY, "test_without_a_receiver_it_holds_the_unfinished_projects_of_the_team_and_no_finished_one"),
    "without an item it gates the unstarted work from needed_by on": (
        DEPENDENCY, "test_it_gates_what_has_not_begun_and_starts_from_the_day_of_need_else_the_finish"),
    "where no work starts from needed_by on it gates the finish": (
        DEPENDENCY, "test_it_gates_what_has_not_begun_and_starts_from_the_day_of_need_else_the_finish"),
    # Hold
    "it holds until the later of the promise and the giver's computed finish": (
        DEPENDENCIES, "test_a_hold_lasts_until_the_later_of_promise_and_givers_finish"),
    "with neither, for unpromised_days from today": (
        DEPENDENCY, "test_silence_is_assumed_to_last_for_twenty_working_days_each_day_anew_and_reads_at_least"),
    "unpromised_days are the policy's": (
        DEPENDENCY, "test_a_policy_sets_for_how_long_silence_is_assumed_to_last"),
    "an assumed hold is marked": (
        DEPENDENCIES, "test_silence_holds_longer_than_no_promise_at_all_and_is_marked_assumed"),
    "silence looks no better than a promise within that time": (
        DEPENDENCY, "test_silence_is_assumed_to_last_for_twenty_working_days_each_day_anew_and_reads_at_least"),
    # Status
    "the worst reason comes first, each down to file and row": (
        STATUS, "test_every_reason_names_file_and_row_or_the_statement_and_the_worst_comes_first"),
    "Complete takes a validated finish": (
        PROJECTS, "test_claimed_done_is_at_risk_until_the_sponsor_validates"),
    "Complete takes that no work is open": (PROJECTS, "test_done_with_open_work_is_a_false_claim"),
    "every project has an implied finish milestone": (
        EDGES, "test_a_validated_milestone_does_not_stand_for_the_finish"),
    "Off Track: computed later than its baseline by more than tolerance": (
        PROJECTS, "test_later_than_baseline_by_more_than_tolerance_is_off_track"),
    "Off Track: a broken, contradicted or disputed dependency on its driving chain": (
        STATUS, "test_a_failed_dependency_is_off_track_on_the_driving_chain_and_elsewhere_merely_unproven"),
    "At Risk on evidence: a dead critical path": (
        PATHS, "test_a_driving_chain_on_which_nothing_moves_is_dead_and_names_who_can_act"),
    "At Risk on evidence: a tolerance of cost forecast to be breached": (
        PROJECTS, "test_money_beyond_tolerance_is_evidence"),
    "At Risk on evidence: a tolerance of scope forecast to be breached": (
        STATUS, "test_a_tolerance_of_scope_that_is_forecast_to_be_exceeded_is_evidence_too"),
    "At Risk on evidence: upstream holds that move its finish beyond tolerance": (
        PROJECTS, "test_the_hold_of_an_upstream_project_flows_as_days_through_float"),
    "risk flows as days, through float": (
        STATUS, "test_a_hold_that_uses_up_only_float_moves_nothing_and_beyond_it_as_many_days_as_are_left"),
    "it flows through any number of projects": (EDGES, "test_a_hold_runs_through_three_projects"),
    "an inherited status names its root and raises no breach of its own": (
        PROJECTS, "test_upstream_lateness_is_off_track_without_a_breach_of_its_own"),
    "At Risk, unproven: it needs a cross-functional dependency that is not resolved": (
        DEPENDENCIES, "test_an_unsigned_dependency_puts_its_project_at_risk_by_itself"),
    "a need within one team is not cross-functional": (
        EDGES, "test_a_need_within_one_team_is_no_law_but_still_holds"),
    "At Risk, unproven: it claims a milestone that is not validated": (
        PROJECTS, "test_a_milestone_with_an_acceptance_closes_only_when_it_is_validated"),
    "the status is strict however far ahead the need is": (
        STATUS, "test_a_need_beyond_the_horizon_keeps_the_status_and_stays_off_the_list"),
    "its breach is raised within horizon_days of need": (
        STATUS, "test_a_need_beyond_the_horizon_keeps_the_status_and_stays_off_the_list"),
    "or on a driving or near-critical chain": (
        STATUS, "test_beyond_the_horizon_it_is_told_on_a_driving_or_near_critical_chain"),
    "dependency_proof = promised accepts an unbroken signed promise": (
        DEPENDENCY, "test_only_an_unbroken_promise_stands_in_for_proof_and_only_where_the_policy_says_so"),
    "On Track takes a baseline": (
        PROJECTS, "test_without_a_baseline_it_is_unknown_and_rolls_up_like_at_risk"),
    "On Track takes a computed finish": (PATHS, "test_a_cycle_is_named_in_full_and_the_rest_is_computed"),
    "On Track takes movement within silence_days": (
        STATUS, "test_a_tracker_that_nobody_delivers_any_more_earns_no_on_track"),
    "Unknown rolls up like At Risk": (STATUS, "test_unknown_rolls_up_like_at_risk_and_hides_nothing_worse"),
    "tickets without links finish no sooner than what is left by the weekly median": (
        STATUS, "test_tickets_without_links_finish_no_sooner_than_what_is_left_by_the_median_of_a_week"),
    "without a history they are Unknown": (
        STATUS, "test_without_a_history_nobody_knows_when_tickets_are_worked_off"),
    "a reported status never enters": (LAWS, "test_what_is_reported_never_enters"),
    "a looser policy is shown in the header": (
        "screens/test_screens_policy.py",
        "test_a_looser_policy_waits_on_the_signoffs_screen_and_counts_once_it_is_signed"),
    "a looser policy is shown in every output": (COMMANDS, "test_a_looser_policy_is_shown_in_every_output"),
    "a looser policy is shown by a watch": (
        COMMANDS, "test_a_watch_says_where_the_policy_is_looser_and_again_when_that_changes"),
    "a looser policy counts once a steward has signed it": (
        POLICY, "test_unsigned_the_default_rules_and_the_attempt_is_a_breach_of_the_stewards"),
    "the first baseline counts": (PROJECTS, "test_the_first_baseline_counts"),
    "until the sponsor signs another": (EDGES, "test_the_sponsor_may_sign_another_baseline"),
    # Blocked critical path
    "an objective's chain ends at its finish_item": (PATHS, "test_the_finish_of_an_objective_is_its_finish_item"),
    "else at the last finish of its projects": (
        PATH, "test_the_last_finish_of_the_objectives_projects_drives_it_over_its_own_calendar"),
    "the driving chain runs over working calendars": (
        PATH, "test_the_last_finish_of_the_objectives_projects_drives_it_over_its_own_calendar"),
    "each blocker names who must act and the days blocked so far": (
        PATH, "test_for_each_blocker_who_must_act_how_long_it_blocks_what_it_costs_and_what_it_gives_back"),
    "slip is what it costs with only this one in": (PATHS, "test_slip_is_alone_in_and_leverage_is_alone_out"),
    "leverage is what comes back with only this one out": (
        PATHS, "test_slip_is_alone_in_and_leverage_is_alone_out"),
    "both are recomputed over calendars": (EDGES, "test_days_of_slip_count_the_holidays_that_follow_a_hold"),
    "parallel blockers are joined, largest slip first, until a day comes back": (
        PATHS, "test_only_those_are_joined_that_the_first_day_takes"),
    "they stand as one row with joint leverage and all owners": (
        PATH, "test_parallel_blockers_stand_as_one_row_with_all_owners"),
    "an assumed hold reads “at least”": (
        DEPENDENCIES, "test_silence_holds_longer_than_no_promise_at_all_and_is_marked_assumed"),
    "exceptions are sorted by leverage × cost, summed over the objectives that move": (
        PATH, "test_the_list_is_sorted_by_leverage_times_cost_of_delay_summed_over_the_objectives_that_move"),
    "blockers are sorted by leverage × cost, summed over the objectives that move": (
        PATH, "test_within_one_objective_what_moves_another_one_too_comes_before_what_gives_back_more_days"),
    "a missing cost is the median of the known, else 1, and marked": (
        PATH, "test_a_missing_cost_of_delay_is_the_median_of_the_known_else_one_and_marked"),
    # Silence
    "dead: none of the driving work that could be done now has moved": (
        PATH, "test_where_some_of_the_driving_work_that_could_be_done_now_moves_the_path_lives"),
    "work with something open upstream is not silent": (
        PATHS, "test_work_held_by_a_dependency_is_not_silent_but_blocked"),
    "for silence_days working days": (PATHS, "test_twenty_working_days_are_the_limit"),
    "working days are the portfolio's": (PATH, "test_the_portfolios_calendar_counts_the_days_of_silence"),
    "counted up to the latest observation of its source": (
        PATHS, "test_silence_is_counted_up_to_the_latest_observation"),
    "observed is the last good reading of the source": (
        MOVED, "test_observed_is_the_last_good_reading_of_a_source_that_holds_the_item"),
    "a change of state category or an actual date is movement; remaining and stamp are none": (
        MOVED, "test_an_item_moves_when_it_appears_and_when_its_state_or_an_actual_date_changes"),
    "a signature is movement": (PATH, "test_a_signature_about_the_work_is_movement"),
    "a signature that does not count is none": (PATH, "test_a_signature_that_does_not_count_is_no_movement"),
    "dead too: a finish that recedes by 0.8 days a working day": (
        PATH, "test_a_finish_recedes_at_eight_tenths_of_a_day_for_each_working_day"),
    "a receding finish is At Risk on evidence": (
        STATUS, "test_a_finish_that_recedes_puts_its_project_at_risk_on_evidence"),
    "silence catches the dependency that nobody logged": (
        PATH, "test_the_dependency_that_nobody_logged_shows_as_silence_on_the_driving_chain"),
    # Compression
    "durations cut since the first baseline, beyond tolerance, are told": (
        EDITS, "test_a_finish_that_stays_put_while_the_work_before_it_is_cut_is_judged_by_the_first_plan"),
    "work that was really done faster is no cut": (EDITS, "test_work_that_was_really_done_faster_is_no_cut"),
    "a signed change of scope is none": (
        EDITS, "test_a_sponsor_signs_exactly_the_edits_that_are_there_and_a_further_cut_is_not_among_them"),
    "what was cut before it was read first is told by the baseline": (
        EDITS, "test_what_was_cut_before_it_was_read_first_is_told_by_the_baseline"),
    # Milestones
    "the acceptor validates, else the receiver's owner, else the sponsor": (
        PATH, "test_a_milestone_closes_by_its_acceptor_else_the_receivers_owner_else_the_sponsor"),
    "never who delivers": (
        "trust/test_trust_entitlement.py", "test_who_delivers_a_milestone_never_validates_it"),
    "over the acceptance text": (
        PROJECTS, "test_a_milestone_with_an_acceptance_closes_only_when_it_is_validated"),
    "with evidence": (MILESTONES, "test_a_word_without_evidence_closes_nothing_and_a_link_in_the_note_does"),
    "that is kept": (MILESTONES, "test_evidence_that_changed_or_went_away_opens_it_again"),
    "needed for project finishes": (PROJECTS, "test_claimed_done_is_at_risk_until_the_sponsor_validates"),
    "needed for what dependencies wait for": (
        MILESTONES, "test_one_that_another_team_waits_for_closes_by_the_receivers_owner"),
    "needed for critical milestones": (
        MILESTONES, "test_a_critical_one_closes_by_the_sponsor_and_many_are_one_breach"),
    # Alignment
    "a ticket maps by its column, its epic, its project": (
        OUTCOMES, "test_a_tickets_own_word_counts_before_its_epics_and_that_before_its_projects"),
    "or by a mapping of the charter": (MEASURED, "test_a_ticket_is_mapped_by_its_column_its_epic_or_the_charter"),
    "mappings are exact values and `*` globs, no regular expressions": (
        MEASURED, "test_globs_know_the_star_only"),
    "a mapping is unconfirmed until the objective's owner signs it": (
        OUTCOMES, "test_a_mapping_of_the_charter_is_unconfirmed_until_the_objectives_owner_signs_it"),
    "unmapped tickets are a breach per cause, with share by count and effort": (
        OUTCOMES, "test_what_serves_nothing_is_one_breach_per_cause_with_its_share_by_count_and_effort"),
    "projects without an objective are a breach": (
        MEASURED, "test_projects_without_an_objective_are_one_breach"),
    "an objective that nothing executes, or no KPI measures, is a breach": (
        MEASURED, "test_an_objective_that_nothing_executes_or_measures_is_named"),
    "one breach per cause, not one per objective": (MEASURED, "test_many_of_one_owner_are_one_breach"),
    # KPI
    "a KPI has one accountable owner, whose signature alone counts": (
        MEASURED, "test_only_the_owners_signature_counts"),
    "its leads may dispute it, others not": (MEASURED, "test_a_lead_who_is_bound_by_it_may_dispute"),
    "the signature may carry the value": (MEASURED, "test_the_signature_may_carry_the_value"),
    "unsigned, stale or contradicted is Unknown": (
        OUTCOMES, "test_green_takes_a_signed_fresh_and_uncontradicted_number"),
    "attainment = (actual − baseline) ÷ (target − baseline)": (
        OUTCOMES, "test_attainment_is_the_way_from_baseline_to_target_and_shown"),
    "a zero span is within tolerance or not": (MEASURED, "test_a_zero_span_is_within_tolerance_or_not"),
    "a range uses low and high": (
        OUTCOMES, "test_a_range_is_met_between_its_ends_and_a_zero_span_within_tolerance"),
    "the forecast is a line through the last six readings, three at least": (
        MEASURED, "test_the_forecast_is_a_line_through_the_last_six_of_three_at_least"),
    "of signed readings only": (OUTCOMES, "test_the_forecast_counts_signed_readings_only_and_six_at_most"),
    "an objective shows its worst KPI beside the worst project that drives it": (
        OUTCOMES, "test_an_objective_shows_its_worst_kpi_beside_the_worst_project_that_drives_it"),
    "its bottom line is slip × cost of delay + Σ (forecast cost − budget)": (
        OUTCOMES, "test_the_bottom_line_is_slip_by_cost_of_delay_and_all_overruns_together"),
    # Two sources
    "of a shadow tracker and the official one the worse counts": (
        EXCEPTIONS, "test_of_a_shadow_tracker_and_the_official_one_the_worse_counts_and_both_rows_are_told"),
    "their disagreement is a breach with both rows": (
        TRACKERS, "test_what_the_tracker_calls_done_and_jira_does_not_is_open_and_both_rows_are_told"),
    # Exceptions and decisions
    "a breach goes to who can clear it, else the team's lead, else the sponsor": (
        EXCEPTIONS, "test_a_breach_goes_to_who_can_clear_it_else_the_teams_lead_else_the_sponsor"),
    "of a dependency too": (
        EXCEPTIONS, "test_of_a_dependency_the_giver_can_clear_it_else_their_lead_else_who_waits"),
    "acknowledging is signed, by whoever it goes to": (LIFE, "test_who_it_does_not_go_to_may_not_acknowledge_it"),
    "it changes no status": (
        EXCEPTIONS, "test_an_acknowledged_breach_stands_where_it_stood_and_its_project_is_as_bad_as_before"),
    "it changes no exit code": (
        DECIDING,
        "test_an_acknowledgement_is_shown_whole_signed_and_changes_neither_status_nor_exit_code"),
    "it lapses after ack_days": (LIFE, "test_an_acknowledgement_holds_for_five_days_and_lapses"),
    "uncleared after decide_days it is a decision owed by the sponsor, then by the objective's owner": (
        LIFE,
        "test_after_five_days_the_sponsor_owes_a_decision_then_the_owner_of_the_objective_who_keeps_it"),
    "its options have recomputed days": (OPTIONS, "test_a_dependency_that_nobody_promised"),
    "a decision has a due date and a signed outcome": (
        DECIDING, "test_the_sponsor_decides_with_an_option_a_day_and_a_note"),
    "the median from raised to decided counts the first decision of each life": (
        LIFE, "test_the_median_from_raised_to_decided_counts_the_first_decision_of_each_life"),
    "it heads the Exceptions screen": (
        "screens/test_screens_deciding.py",
        "test_acknowledged_and_decided_ones_come_after_all_others_with_who_and_until_when"),
    "one message per person and root cause": (PLANNING, "test_several_breaches_of_one_root_are_one_message"),
    "what is inherited has the root of its cause": (
        "notices/test_notices_roots.py", "test_the_root_of_what_is_inherited_is_followed_up_the_river"),
    # Reality latency
    "it counts evidence only": (
        EXCEPTIONS, "test_latency_runs_from_the_first_evidence_until_the_report_says_so_and_counts_evidence_only"),
    "from the first evidence that is worse than the report until the report says so": (
        EXCEPTIONS, "test_latency_runs_from_the_first_evidence_until_the_report_says_so_and_counts_evidence_only"),
}  # fmt: skip

MORE = frozenset(
    (
        "test_nobody_is_asked_to_confirm_a_mapping_that_maps_nothing",
        "test_what_costs_money_goes_to_the_sponsor_else_the_owner_of_the_objective",
    )
)
"""Tests of what follows from the claims."""


@cache
def defined_in(file: str) -> frozenset[str]:
    """The tests that a file under `tests` defines."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    found = (n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


def test_every_claim_names_a_test_that_is_there() -> None:
    missing = [
        f"{claim}: tests/{file}::{test}" for claim, (file, test) in CLAIMS.items() if test not in defined_in(file)
    ]
    assert missing == []


def test_what_was_written_for_the_rules_proves_a_claim() -> None:
    named = {test for _, test in CLAIMS.values()}
    for file in (DEPENDENCY, STATUS, PATH, OUTCOMES, EXCEPTIONS):
        assert defined_in(file) - named <= MORE, file
