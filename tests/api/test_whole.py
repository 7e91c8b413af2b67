"""Whatever the pages of fellows, calls, agreements and platforms show or change, programs can too."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
from django.urls import URLPattern

from preceptor.api import nouns
from preceptor.api.description import described
from preceptor.calls import actions as call_actions
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
    wanted = set[str]().union(*(one for one in PAGES.values() if isinstance(one, set)))
    assert wanted - operations() == set()
