"""Whatever the pages show or change, programs can too; where they cannot, a reason stands here."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
from django.urls import URLPattern

from preceptor.api import nouns
from preceptor.api.description import described
from preceptor.calls import actions as call_actions
from preceptor.cases import actions as case_actions
from preceptor.fellows import actions as fellow_actions
from preceptor.institutions import actions as institution_actions
from preceptor.joint import actions as joint_actions
from preceptor.web.urls import urlpatterns

IN_REQUEST = "follows from a request that is granted; the request has its operations"
BY_DAY = "done by a job when the day comes"
#: Actions without an operation, and why.
NO_OPERATION = {
    "begin_leaves": BY_DAY,
    "end_terms": BY_DAY,
    "lapse_offers": BY_DAY,
    "come_back": "part of recording the return, which has its operation",
    "leave_station": IN_REQUEST,
    "prolong": IN_REQUEST,
    "warn": BY_DAY,
    "open_laboratory": "part of the start of a term and of opening one in a programme",
}
#: Of the rooms below only what is done to platforms; the registers of units have no page for it.
OF_PLATFORMS = {
    "register_platform", "change_platform_state", "add_co_builder", "end_co_builder",
}  # fmt: skip

WITH_LINK = "opened by a link that was sent by mail to somebody without an account"
AS_TABLE = "the workbook of what the operation of its list or record tells"
#: The operations behind each page, or why there is none.
PAGES: dict[str, set[str] | str] = {
    "calls": {"calls"},
    "call_new": {"prepare_call"},
    "call": {"call"},
    "call_apply": {"begin_one_application"},
    "call_edit": {"change_one_call"},
    "call_criteria": {"set_call_criteria"},
    "call_cancel": {"cancel_one_call"},
    "call_step": {"move_call"},
    "call_ranking": {"call_ranking", "rank_call"},
    "application": {"application", "submit_one_application"},
    "application_save": {
        "save_one_application", "add_application_work", "remove_application_work"},
    "application_score": {"application_points", "give_application_points"},
    "application_aside": {"step_aside_from_application"},
    "offer_make": {"offer_place"},
    "offer_answer": {"answer_one_offer"},
    "offer_withdraw": {"withdraw_one_offer"},
    "case_board": {"call_case_board"},
    "letter_ask": {"case_letters", "ask_case_letter"},
    "letter_revoke": {"revoke_case_letter"},
    "letter_file": {"case_letter_file"},
    "letter": WITH_LINK,
    "programme_new": {"set_up_one_programme"},
    "programmes_pi": {"programmes", "programme"},
    "programme_change": {
        "change_one_programme", "set_programme_quota", "open_programme_laboratory",
        "appoint_in_programme"},
    "laboratories": {"laboratories"},
    "laboratory": {"laboratory", "laboratory_journal"},
    "charter": {"laboratory_charter"},
    "charter_export": AS_TABLE,
    "laboratory_ask": {"ask_under_charter"},
    "laboratory_close": {"ask_for_closing", "laboratory_remains"},
    "laboratory_change": {
        "ask_for_limit", "set_laboratory_limit", "add_laboratory_member",
        "hold_laboratory_asset", "book_laboratory_entry"},
    "laboratory_part": {
        "end_laboratory_member", "pass_laboratory_asset", "counter_laboratory_entry",
        "return_laboratory_use"},
    "appointments": {"appointments"},
    "appointment": {"appointment", "appointment_journal"},
    "appointment_change": {
        "sign_one_appointment", "start_one_appointment", "write_appointment_goal",
        "name_appointment_work", "record_appointment_teaching", "plan_appointment_tranche",
        "ask_for_assessment", "end_one_appointment", "resume_one_appointment"},
    "appointment_part": {
        "report_appointment_goal", "drop_appointment_work", "decide_appointment_tranche"},
    "case_scorecard": {"assessment_evidence", "take_evidence_together"},
    "case_verdict": {"propose_assessment_verdict"},
    "stations": {"stations"},
    "station_new": {"record_new_station"},
    "coverage": {"coverage_on_a_day"},
    "network": {"station_network"},
    "station_targets": {"station_targets"},
    "station_target": {"set_whole_target"},
    "station": {"station", "station_journal"},
    "station_dossier": {"station_dossier", "keep_station_dossier"},
    "station_change": {
        "change_station_state", "set_station_target", "ask_station_opening",
        "ask_station_closing", "enter_station_approval"},
    "postdocs": {"postdocs"},
    "postdoc_new": {"enter_new_postdoc"},
    "flow": {"flow_of_postdocs"},
    "flow_export": AS_TABLE,
    "carriers": {"carriers_of_postdocs"},
    "carriers_export": AS_TABLE,
    "cycle": {"censuses", "census_figures", "figure"},
    "postdoc": {"postdoc", "postdoc_journal"},
    "postdoc_lists": {"postdoc_lists"},
    "postdoc_change": {
        "add_postdoc_host", "place_postdoc", "record_postdoc_leave", "record_postdoc_ground",
        "sign_postdoc_contract", "set_postdoc_funding", "give_postdoc_support",
        "set_postdoc_goal", "record_postdoc_months", "change_postdoc_stay",
        "enter_postdoc_number", "enter_postdoc_certificate", "ask_postdoc_step"},
    "postdoc_part": {
        "end_postdoc_host", "end_postdoc_platform", "record_postdoc_return", "take_back_postdoc_ground",
        "report_postdoc_goal", "grade_postdoc_step"},
    "incubations": {"incubations"},
    "incubation_new": {"begin_new_incubation"},
    "incubation": {"incubation"},
    "incubation_change": {
        "add_to_incubation_team", "begin_incubation_stage", "drop_one_incubation"},
    "incubation_part": {"finish_incubation_stage"},
    "agreements": {"agreements"},
    "agreement_new": {"draft_one_agreement"},
    "agreement": {"agreement"},
    "agreement_change": {
        "change_one_agreement", "review_one_agreement", "sign_one_agreement",
        "terminate_one_agreement", "renew_one_agreement", "add_agreement_side",
        "add_agreement_paper", "add_agreement_obligation", "let_partner_see",
        "put_trainee_under", "open_one_school"},
    "agreement_part": {
        "record_side_signature", "remove_agreement_side", "change_agreement_obligation",
        "give_obligation_evidence", "give_obligation_paper", "close_one_obligation",
        "take_back_obligation_evidence", "hide_from_partner", "end_trainee_under"},
    "agreement_document": {"agreement_paper"},
    "agreement_evidence": {"obligation_paper"},
    "partners": {"partners"},
    "partner_new": {"enter_partner"},
    "partner": {"partner"},
    "partner_change": {
        "change_one_partner", "record_partner_contribution", "record_partner_event"},
    "abroad": {"times_abroad"},
    "abroad_new": {"record_time_abroad"},
    "abroad_return": {"record_one_return"},
    "schools": {"joint_schools"},
    "school": {"joint_school", "school_settlement"},
    "school_change": {
        "add_school_programme", "recognise_school_course", "set_school_shares",
        "record_school_cost", "enter_dual_trainee"},
    "recognition_end": {"end_school_recognition"},
    "dual": {"dual_audit"},
    "dual_change": {"enter_partner_side", "leave_joint_programme"},
    "platforms": {"platforms"},
    "platform_new": {"enter_platform"},
    "platform": {"platform"},
    "platform_change": {"change_one_platform_state", "add_platform_co_builder"},
    "co_builder_end": {"end_platform_co_builder"},
}  # fmt: skip
BY_SESSION = "a person signs in with it; a program sends its key instead"
NO_KEY_MAKES = "a key that got lost must open no account, give no role and make no key"
OF_BROWSERS = "how the pages look in this browser"
WITHOUT_ADDRESS = "of the pages themselves"
SHOWN_LIVE = "the part of a page that is asked for anew; the operation of the whole tells it"
WITH_PASSWORD = "a signature is given with the password, entered again by the person"
OF_RULES = (
    "a rule is written with its words, checked and shown line by line as it is written; programs read "
    "its text, and the command line takes whole packs"
)
OF_JOBS = "people look at what a job made before it is taken; the command line takes it without"
COUNTED_THERE = "a program counts the lines of a list that it reads itself"
BY_PREVIEW = "what a value would change is told by the preview of a draft that has it"
#: The same for the other pages: of trainees, panels, requests, bodies, rules and registers.
OTHER_PAGES: dict[str, set[str] | str] = {
    "home": {"overview", "tasks", "enrolments", "own_account"},
    "sign_in": BY_SESSION, "sign_out": BY_SESSION, "sign_in_link": BY_SESSION,
    "sign_in_use": BY_SESSION, "password_change": BY_SESSION,
    "account": {"own_account"},
    "feed": WITH_LINK,
    "feed_new": {"own_calendar", "make_own_calendar"},
    "feed_revoke": {"revoke_own_calendar"},
    "key_new": NO_KEY_MAKES, "key_revoke": NO_KEY_MAKES,
    "ties": {"ties"},
    "tie_new": {"declare_one_tie"},
    "tie_withdraw": {"withdraw_one_tie"},
    "contacts": {"contacts"},
    "contact": {"contact", "keep_one_contact"},
    "delegations": {"delegations", "absences"},
    "delegation_new": {"make_delegation"},
    "delegation_substitute": {"make_delegation"},
    "delegation_end": {"end_one_delegation"},
    "absence_new": {"record_own_absence"},
    "absence_end": {"end_own_absence"},
    "calendar": {"calendar"},
    "calendar_enter": {"enter_year"},
    "calendar_adopt": {"adopt_years"},
    "calendar_day_add": {"enter_day"},
    "calendar_day_remove": {"remove_day"},
    "set_theme": OF_BROWSERS, "set_language": OF_BROWSERS,
    "search": {"search"},
    "health": "for whoever runs the installation; the command line tells the same as JSON",
    "list_export": AS_TABLE,
    "list_table": COUNTED_THERE, "list_table_export": AS_TABLE,
    "search_save": {"keep_search"},
    "searches": {"searches"},
    "saved_search": {"name_search"},
    "search_remove": {"forget_search"},
    "enrolments": {"enrolments"},
    "enrolments_export": AS_TABLE,
    "enrolment": {
        "enrolment", "enrolment_standing", "enrolment_history", "enrolment_timeline",
        "enrolment_milestones", "enrolment_rotations", "enrolment_courses",
        "enrolment_supervisions", "enrolment_thesis", "enrolment_panels", "enrolment_lineage"},
    "enrolment_state": {"change_enrolment_state"},
    "enrolment_period": {"grant_enrolment_period"},
    "enrolment_placement": {"move_enrolment"},
    "what_if": {"enrolment_what_if"},
    "enrolment_journal": {"enrolment_journal"},
    "waiver_ask": {"waivable_of_enrolment", "ask_waiver_for_enrolment"},
    "tasks": {"tasks"},
    "task_count": {"tasks"}, "tasks_first": {"tasks"},
    "cases": {"cases"},
    "case_new": {"open_milestone_case", "open_period_case", "open_state_case", "open_other_case", "kinds"},
    "case": {"case", "case_hearing", "case_objections", "case_letters"},
    "case_rules": {"case_rules"},
    "case_appeal": {"appeal_case"},
    "case_document": {"case_document"},
    "case_step": {
        "submit_one_case", "decide_one_case", "return_one_case", "finish_composing_case",
        "withdraw_one_case", "remind_of_case", "attach_case_document", "state_facts_of_case",
        "state_view_on_case", "decide_case_hearing", "answer_case_objection"},
    "notices": {"notices"},
    "notice": {"notice", "object_to_notice"},
    "panels": {"panels"},
    "panel": {"panel", "panel_lineage"},
    "waiver_ask_panel": {"waivable_of_panel", "ask_waiver_for_panel"},
    "panel_compose": {
        "panel_composition", "check_panel_composition", "write_panel_composition",
        "panel_experts"},
    "panel_repair_state": {"ask_panel_repair", "panel_repair"},
    "panel_call": {"call_one_panel"},
    "seat_replace": {"panel_substitutes", "replace_panel_member"},
    "seat_remove": {"remove_panel_seat"},
    "panel_override": {"override_panel_conflict"},
    "panel_begin": {"begin_case_panel"},
    "case_experts": {"case_experts", "call_case_experts"},
    "sittings": {"sittings"},
    "sitting": {"sitting", "sitting_minutes"},
    "sitting_live": SHOWN_LIVE,
    "sitting_result": {"sitting"},
    "sitting_calendar": {"sitting_calendar"},
    "sitting_answer": {"answer_own_invitation"},
    "sitting_step": {"invite_to_sitting", "open_one_sitting"},
    "sitting_plan": {
        "reschedule_one_sitting", "seat_at_sitting", "list_item", "close_one_sitting",
        "cancel_one_sitting"},
    "sitting_seat": {
        "mark_seat_presence", "leave_seat", "answer_for_seat", "recuse_seat",
        "release_sitting_seat", "substitute_seat", "make_seat_link", "revoke_seat_links"},
    "sitting_item": {
        "open_item_vote", "close_item_vote", "note_agenda_item", "postpone_agenda_item",
        "carry_out_item"},
    "sitting_vote": {"cast_own_vote"},
    "answer": WITH_LINK, "answer_calendar": WITH_LINK,
    "waivers": {"waivers"},
    "waivers_export": AS_TABLE,
    "waivers_by_rule": {"waived_rules"},
    "waiver": {"waiver"},
    "waiver_sign": {"sign_one_waiver"},
    "waiver_refuse": {"refuse_one_waiver"},
    "waiver_withdraw": {"withdraw_one_waiver"},
    "bodies": {"bodies"},
    "body_new": {"set_up_one_body"},
    "body": {"body", "advice", "sittings"},
    "body_law": {"body_law"},
    "body_seat": {"give_body_seat"},
    "body_seat_end": {"end_body_seat"},
    "body_seat_renew": {"give_body_seat"},
    "body_year": {"body_year"},
    "body_year_export": AS_TABLE,
    "body_charter": {"give_body_charter", "give_body_charter_file"},
    "body_charter_file": {"body_charter_file"},
    "body_meeting": {"plan_body_meeting"},
    "body_take_up": {"take_up_by_body"},
    "body_close": {"close_one_body"},
    "advice_new": {"record_advice"},
    "advice": {"one_advice", "report_on_one_advice"},
    "minutes_write": {"write_sitting_minutes"},
    "minutes_template": {"minutes_templates", "keep_minutes_template"},
    "minutes_file": {"minutes_file"},
    "minutes_signed": {"signed_minutes_file"},
    "minutes_template_file": {"minutes_template"},
    "minutes_sign": WITH_PASSWORD,
    "rules": {"rules", "packs", "pack"},
    "rule": {"rule", "rule_findings"},
    "rule_slider": BY_PREVIEW, "draft_slider": BY_PREVIEW,
    "accounts": {"accounts"},
    "account_of": {"account"},
    "account_open": NO_KEY_MAKES, "account_switch": NO_KEY_MAKES, "role_end": NO_KEY_MAKES,
    "kinds": {"kinds"},
    "kind": {"kind"},
    "kind_text": {"kind"},
    "kind_new": {"write_kind"},
    "kind_plan": {"write_kind"},
    "kind_end": {"end_one_kind"},
    "kind_propose": {"propose_one_kind"},
    "kind_approve": {"approve_one_kind"},
    "kind_return": {"return_one_kind"},
    "kind_withdraw": {"withdraw_one_kind"},
    **{
        name: {"change_kind"}
        for name in (
            "kind_edit_text", "kind_change", "kind_head", "kind_retake", "kind_stage_new",
            "kind_stage", "kind_document_new", "kind_document", "kind_appeal_new", "kind_appeal")},
    "drafts": {"drafts"},
    "draft": {"draft"},
    **dict.fromkeys(
        ("draft_open", "draft_new", "draft_undo", "draft_head", "draft_check", "draft_propose",
         "draft_decide", "draft_withdraw", "draft_renew", "draft_parameter_new",
         "draft_parameter", "draft_value_remove", "draft_upper", "draft_rule_new", "draft_rule",
         "draft_examples", "draft_example_new", "draft_condition", "draft_fact_new",
         "draft_fact", "draft_filter", "draft_source_new", "draft_source", "draft_record"),
        OF_RULES),
    "draft_preview": {"draft_preview", "draft_flips"},
    "draft_preview_export": AS_TABLE,
    "units": {"units"},
    "unit": {"unit"},
    "directions": {"directions"},
    "direction": {"direction"},
    "regulations": {"regulations"},
    "regulation": {"regulation"},
    "roster": OF_JOBS, "roster_preview": OF_JOBS, "roster_take": OF_JOBS,
    "censuses": {"censuses"},
    "census": {"census", "census_figures"},
    "figure": {"figure", "figure_records"},
    "report": {"census"},
    "report_file": {"census_file"},
    "guide": WITHOUT_ADDRESS,
}  # fmt: skip
#: What in the rooms of requests is no operation, and why.
NO_OPERATION_OF_CASES = {
    "record_result": "part of closing the vote",
    "open_case": "part of asking, which each noun has an operation for",
    "plan_sitting": "part of calling a panel, a board, experts or a meeting",
    "mandate_of": "the authority of a request, no deed",
    "shipped_texts": "no deed",
    "adopt_kinds": "done by the operator, whom nobody approves a second time",
    "drop_case": "done when what it was about is gone",
    "handle_late": BY_DAY,
    "end_notices": BY_DAY,
    "answer_letter": WITH_LINK,
    "decline_letter": WITH_LINK,
    "sign_minutes": WITH_PASSWORD,
    "revoke_link": "the links of a seat end together",
}
#: The modules of these pages.
OF_THESE_NOUNS = {
    "abroad", "agreement", "agreement_change", "application", "appointment", "assessment", "board",
    "call", "call_change", "dual", "flow", "incubation", "incubation_change", "laboratory",
    "laboratory_change", "letter", "network", "partner", "platform", "postdoc", "postdoc_change",
    "postdoc_lists", "postdoc_new", "postdoc_part", "programme", "ranking", "school", "score", "station",
    "station_change",
}  # fmt: skip


def operations() -> set[str]:
    paths = described()["paths"].values()
    return {told["operationId"] for methods in paths for told in methods.values()}


def modules(package: ModuleType) -> list[ModuleType]:
    return [one for one in vars(package).values() if inspect.ismodule(one)]


def actions_of(room: ModuleType) -> dict[str, Any]:
    return {name: one for name, one in vars(room).items() if inspect.isfunction(one)}


def called_at_the_interface() -> set[Any]:
    return {one for noun in modules(nouns) for one in vars(noun).values() if callable(one)}


@pytest.mark.parametrize(
    "room", [fellow_actions, call_actions, joint_actions], ids=["fellows", "calls", "joint"]
)
def test_every_action_of_these_rooms_has_an_operation_or_a_reason_for_having_none(
    room: ModuleType,
) -> None:
    used = called_at_the_interface()
    missing = {name for name, one in actions_of(room).items() if one not in used}
    assert missing - set(NO_OPERATION) == set()


def test_every_action_on_platforms_has_an_operation() -> None:
    used, found = called_at_the_interface(), actions_of(institution_actions)
    assert set(found) >= OF_PLATFORMS
    assert {name for name in OF_PLATFORMS if found[name] not in used} == set()


def test_an_action_that_has_an_operation_has_no_reason_for_having_none() -> None:
    used = called_at_the_interface()
    found = actions_of(fellow_actions) | actions_of(call_actions) | actions_of(joint_actions)
    assert set(NO_OPERATION) <= set(found)
    assert {name for name in NO_OPERATION if found[name] in used} == set()


def test_every_page_of_these_nouns_has_its_operations_or_a_reason_for_having_none() -> None:
    named = {
        str(one.name)
        for one in urlpatterns
        if isinstance(one, URLPattern)
        and one.callback.__module__.rpartition(".")[2] in OF_THESE_NOUNS
    }
    assert named == set(PAGES)
    assert wanted_by(PAGES) - operations() == set()


def wanted_by(pages: dict[str, set[str] | str]) -> set[str]:
    return set[str]().union(*(one for one in pages.values() if isinstance(one, set)))


def test_every_other_page_has_its_operations_or_a_reason_for_having_none() -> None:
    named = {str(one.name) for one in urlpatterns if isinstance(one, URLPattern)}
    assert named - set(PAGES) == set(OTHER_PAGES)
    assert wanted_by(OTHER_PAGES) - operations() == set()


def test_no_operation_stands_beside_the_pages() -> None:
    """What a program can read or do, people can too."""
    beside = operations() - wanted_by(PAGES) - wanted_by(OTHER_PAGES)
    assert beside == {"applications", "qualifications"}


def test_every_action_on_requests_has_an_operation_or_a_reason_for_having_none() -> None:
    used, found = called_at_the_interface(), actions_of(case_actions)
    missing = {name for name, one in found.items() if one not in used}
    assert missing == set(NO_OPERATION_OF_CASES)
