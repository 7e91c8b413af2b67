"""Stations from the need to the closing, their coverage, headcount, retention and targets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from new_fellows import (
    ENTRY,
    OPENED,
    TERM_END,
    Fellows,
    boarded,
    decided,
    entering,
    first_level,
    handed_in,
    mobile,
    opened,
    voted,
)
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.fellows import dossiers
from preceptor.fellows.actions import (
    ask_closing,
    ask_opening,
    enter_postdoc,
    keep_dossier,
    leave_station,
    move_station,
    need_station,
    record_approval,
    record_station,
    set_target,
)
from preceptor.fellows.choices import StationKind, StationState, StayEnd
from preceptor.fellows.models import Postdoc, Station, StationCase, StationSpan
from preceptor.fellows.queries import aims, coverage, headcount, retention
from preceptor.institutions.models import DegreePoint, Discipline

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db


def needed(fellows: Fellows, **columns: Any) -> Station:
    given: dict[str, Any] = {
        "institution": fellows.institution, "unit": fellows.general, "code": "LD-0710",
        "kind": StationKind.MOBILE, "name_zh": "生物学博士后科研流动站",
        "name_en": "Postdoctoral station of Biology", "since": date(2023, 6, 1),
        "discipline": Discipline.objects.filter(code="0710").first()
        or first_level("0710", "生物学", "Biology"),
        "by": fellows.personnel,
    }  # fmt: skip
    return need_station(**given | columns)


def right(fellows: Fellows, discipline: Discipline, authorised_on: date | None = OPENED) -> None:
    """A doctoral right of the university in the discipline."""
    DegreePoint.objects.create(
        code=f"D-{discipline.code}", institution=fellows.institution, discipline=discipline,
        degree_level="doctor", degree_type="academic", authorised_on=authorised_on,
        name_zh=discipline.name_zh, name_en=discipline.name_en,
    )  # fmt: skip


def test_a_need_is_noted_once_and_by_who_keeps_the_fellows(fellows: Fellows) -> None:
    for role in ("neighbour", "leader", "stranger", "host"):
        with pytest.raises(NotPermitted):
            needed(fellows, by=getattr(fellows, role))
    assert needed(fellows) == needed(fellows)
    assert Station.objects.get(code="LD-0710").state == StationState.NEED


def test_a_mobile_station_is_one_of_a_first_level_discipline(fellows: Fellows) -> None:
    direction = Discipline.objects.create(
        catalogue="2011", code="100201", level="direction", degree_type="academic",
        name_zh="内科学", name_en="Internal Medicine", valid_from=OPENED, parent=fellows.clinical,
    )  # fmt: skip
    for discipline in (None, direction):
        with pytest.raises(RuleBroken):
            needed(fellows, discipline=discipline)
    for wrong in (
        {"first_office": fellows.cancer, "second_office": fellows.cancer},
        {"since": today() + timedelta(days=1)}, {"name_en": " "},
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            needed(fellows, **wrong)
    assert Station.objects.count() == 3


def test_a_station_moves_only_where_the_next_state_follows(fellows: Fellows) -> None:
    station, former = needed(fellows), date(2024, 3, 1)
    given: dict[str, Any] = {
        "station": station, "on": former, "by": fellows.personnel, "reason": "补录设站经过",
        "paper": "人社部函〔2024〕18号",
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        move_station(to=StationState.OPEN, **given)
    for state in ("preparing", "demonstrated", "submitted", "approved"):
        move_station(to=StationState(state), **given)
    with pytest.raises(RuleBroken):
        move_station(to=StationState.OPEN, **given)
    station = move_station(to=StationState.OPEN, number="GB-0710", **given)
    assert (station.state, station.opened_on, station.number) == ("open", former, "GB-0710")
    known = StationSpan.objects.known().filter(station=station)
    assert [row.state for row in known] == ["need", "open"]


def test_a_state_never_lies_ahead_nor_before_the_present_one(fellows: Fellows) -> None:
    station = needed(fellows)
    for day in (today() + timedelta(days=1), date(2023, 5, 31)):
        with pytest.raises(RuleBroken):
            move_station(station=station, to=StationState.DROPPED, on=day, by=fellows.personnel)


def test_a_station_is_not_closed_while_somebody_is_there(fellows: Fellows) -> None:
    closing: dict[str, Any] = {
        "station": fellows.station, "to": StationState.CLOSED, "on": today(),
        "by": fellows.personnel,
    }  # fmt: skip
    with pytest.raises(RuleBroken) as refusal:
        move_station(**closing)
    assert fellows.station.name_zh in str(refusal.value)
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=TERM_END, by=fellows.personnel)
    assert move_station(**closing).closed_on == today()


def test_a_workstation_is_not_closed_under_a_joint_postdoc(fellows: Fellows) -> None:
    Postdoc.objects.update(workstation=fellows.workstation)
    with pytest.raises(RuleBroken, match=fellows.workstation.name_zh):
        move_station(
            station=fellows.workstation, to=StationState.CLOSED, on=today(), by=fellows.personnel
        )
    assert Station.objects.get(pk=fellows.workstation.pk).state == StationState.OPEN


@pytest.fixture(autouse=True)
def censuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dossiers are compiled out of a census that has one figure."""

    def compiled(station: Station, census: int) -> dict[str, Any]:
        return {"station.covered": {"census": census, "station": station.pk}}

    monkeypatch.setattr(dossiers, "_compilers", [compiled])


def opening(fellows: Fellows) -> Case:
    """The opening of biology, waiting for the vote of the experts."""
    case = ask_opening(station=needed(fellows), by=fellows.secretary)
    case = handed_in(case, fellows.secretary)
    decided(case, fellows.office)
    decided(case, fellows.personnel)
    keep_dossier(case=case, census=8, by=fellows.personnel)
    return decided(case, fellows.personnel)


@pytest.mark.usefixtures("procedures")
def test_a_station_is_opened_by_two_offices_experts_and_the_national_number(
    fellows: Fellows,
) -> None:
    case = opening(fellows)
    sitting = boarded_by_secretary(fellows, case)
    assert state_of("LD-0710") == StationState.PREPARING
    voted(opened(sitting, fellows.office), 6, fellows.office)
    assert state_of("LD-0710") == StationState.DEMONSTRATED
    decided(case, fellows.personnel)
    assert state_of("LD-0710") == StationState.SUBMITTED
    with pytest.raises(RuleBroken):
        decided(case, fellows.personnel)
    with pytest.raises(NotPermitted):
        record_approval(case=case, number="GB-1", by=fellows.stranger)
    record_approval(case=case, number="GB-1", by=fellows.personnel)
    assert state_of("LD-0710") == StationState.APPROVED
    decided(case, fellows.personnel)
    station = Station.objects.get(code="LD-0710")
    assert (station.state, station.number, station.opened_on) == ("open", "GB-1", today())
    with pytest.raises(RuleBroken):
        keep_dossier(case=case, census=9, by=fellows.personnel)
    kept = StationCase.objects.get(case=case).dossier
    assert kept == {"station.covered": {"census": 8, "station": station.pk}}


@pytest.mark.usefixtures("procedures")
def test_beside_a_request_no_hand_moves_a_station_but_what_the_request_has_reached(
    fellows: Fellows,
) -> None:
    case = opening(fellows)
    station = Station.objects.get(code="LD-0710")
    given: dict[str, Any] = {
        "station": station, "on": today(), "by": fellows.personnel, "paper": "公文", "reason": "补录",
    }  # fmt: skip
    for state in StationState:
        if state != station.state:
            with pytest.raises(RuleBroken):
                move_station(to=state, **given)
    voted(opened(boarded_by_secretary(fellows, case), fellows.office), 6, fellows.office)
    for state in (StationState.DEMONSTRATED, StationState.SUBMITTED):
        move_station(to=state, **given)
    with pytest.raises(RuleBroken, match=case.number):
        move_station(to=StationState.APPROVED, **given)
    record_approval(case=case, number="GB-7", by=fellows.personnel)
    move_station(to=StationState.APPROVED, **given)
    with pytest.raises(RuleBroken, match=case.number):
        move_station(to=StationState.OPEN, number="GB-7", **given)
    assert Station.objects.get(pk=station.pk).state == StationState.APPROVED


def test_without_a_request_an_opening_is_history_with_reason_and_document_or_nothing(
    fellows: Fellows,
) -> None:
    station = needed(fellows)
    given: dict[str, Any] = {
        "station": station, "to": StationState.PREPARING, "on": date(2023, 9, 1),
        "by": fellows.personnel, "paper": "校人字〔2023〕9号", "reason": "补录设站经过",
    }  # fmt: skip
    for wrong in ({"paper": " "}, {"reason": ""}, {"on": today()}):
        with pytest.raises(RuleBroken):
            move_station(**given | wrong)
    with pytest.raises(NotPermitted):
        move_station(**given | {"by": fellows.secretary})
    assert Station.objects.get(pk=station.pk).state == StationState.NEED
    assert move_station(**given).state == StationState.PREPARING
    line = JournalEntry.objects.get(verb="station.history")
    assert (line.after["paper"], line.reason) == ("校人字〔2023〕9号", "补录设站经过")


@pytest.mark.usefixtures("procedures")
def test_a_station_that_opened_since_stations_open_by_request_is_not_just_entered(
    fellows: Fellows,
) -> None:
    given: dict[str, Any] = {
        "institution": fellows.institution, "unit": fellows.general, "code": "LD-9",
        "kind": StationKind.BRANCH, "name_zh": "分站", "name_en": "Branch",
        "opened_on": today(), "by": fellows.personnel,
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        record_station(**given)
    history = {"paper": "苏人社〔2026〕3号", "reason": "系统启用前已获批"}
    with pytest.raises(NotPermitted):
        record_station(**given | history | {"by": fellows.secretary})
    assert not Station.objects.filter(code="LD-9").exists()
    record_station(**given | history)
    assert (
        JournalEntry.objects.get(verb="station.enter", after__code="LD-9").reason
        == history["reason"]
    )
    former = record_station(**given | {"code": "LD-8", "opened_on": date(2009, 1, 1)})
    assert former.state == StationState.OPEN


@pytest.mark.usefixtures("procedures")
def test_no_experts_are_called_before_a_dossier_is_kept(fellows: Fellows) -> None:
    case = opening(fellows)
    StationCase.objects.filter(case=case).update(dossier=None)
    with pytest.raises(RuleBroken):
        boarded_by_secretary(fellows, case)
    keep_dossier(case=case, census=8, by=fellows.personnel)
    assert boarded_by_secretary(fellows, case) is not None


def state_of(code: str) -> str:
    return Station.objects.get(code=code).state


@pytest.mark.usefixtures("procedures")
def test_a_state_recorded_by_hand_is_not_taken_back_by_a_request_that_comes_later(
    fellows: Fellows,
) -> None:
    case = opening(fellows)
    voted(opened(boarded_by_secretary(fellows, case), fellows.office), 6, fellows.office)
    record_approval(case=case, number="GB-1", by=fellows.personnel)
    station = Station.objects.get(code="LD-0710")
    for state in (StationState.SUBMITTED, StationState.APPROVED):
        move_station(station=station, to=state, on=today(), by=fellows.personnel)
    decided(case, fellows.personnel)
    assert state_of("LD-0710") == StationState.APPROVED


def boarded_by_secretary(fellows: Fellows, case: Case) -> Any:
    return boarded(case, fellows.board(), fellows.personnel)


@pytest.mark.usefixtures("procedures")
def test_experts_who_are_not_convinced_give_the_dossier_back(fellows: Fellows) -> None:
    case = opening(fellows)
    voted(opened(boarded_by_secretary(fellows, case), fellows.office), 2, fellows.office)
    case.refresh_from_db()
    assert (case.state, case.stage) == (CaseState.RUNNING, "dossier")
    decided(case, fellows.personnel, "refused")
    assert Station.objects.get(code="LD-0710").state == StationState.PREPARING


@pytest.mark.usefixtures("procedures")
def test_one_request_at_a_time_opens_a_station_and_an_open_one_is_not_opened(
    fellows: Fellows,
) -> None:
    station = needed(fellows)
    ask_opening(station=station, by=fellows.secretary)
    for asked, by in ((station, fellows.personnel), (fellows.station, fellows.personnel)):
        with pytest.raises(RuleBroken):
            ask_opening(station=asked, by=by)
    with pytest.raises(NotPermitted):
        ask_opening(station=station, by=fellows.neighbour)
    with pytest.raises(RuleBroken):
        ask_closing(station=station, by=fellows.personnel)


@pytest.mark.usefixtures("procedures")
def test_a_closing_is_refused_by_who_is_still_there(fellows: Fellows) -> None:
    case = handed_in(ask_closing(station=fellows.station, by=fellows.secretary), fellows.secretary)
    decided(case, fellows.office)
    with pytest.raises(RuleBroken):
        decided(case, fellows.personnel)
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=TERM_END, by=fellows.personnel)
    decided(case, fellows.personnel)
    assert Station.objects.get(pk=fellows.station.pk).state == StationState.CLOSED


def test_coverage_lists_disciplines_with_a_doctoral_right_beside_their_stations(
    fellows: Fellows,
) -> None:
    biology = first_level("0710", "生物学", "Biology")
    for discipline in (fellows.clinical, biology):
        right(fellows, discipline)
    found = coverage(fellows.institution, today())
    assert (found.covered, found.disciplines) == (1, 2)
    assert [row.discipline.code for row in found.rows] == ["0710", "1002"]
    assert found.besides == (fellows.other_station,)
    mobile(fellows.general, "LD-0710", biology, date(2023, 11, 1))
    assert coverage(fellows.institution, date(2023, 10, 31)).covered == 1
    assert coverage(fellows.institution, date(2023, 11, 1)).covered == 2


def test_a_right_to_a_professional_doctorate_asks_for_no_mobile_station(fellows: Fellows) -> None:
    professional = first_level("1051", "临床医学", "Clinical Medicine")
    right(fellows, fellows.clinical)
    DegreePoint.objects.create(
        code="DP-1051", institution=fellows.institution, discipline=professional,
        degree_level="doctor", degree_type="professional", authorised_on=None, name_zh="临床医学",
    )  # fmt: skip
    found = coverage(fellows.institution, today())
    assert [row.discipline.code for row in found.rows] == ["1002"]


def test_a_right_in_a_direction_counts_for_the_discipline_above_and_a_coming_one_not_yet(
    fellows: Fellows,
) -> None:
    direction = Discipline.objects.create(
        catalogue="2011", code="100201", level="direction", degree_type="academic",
        name_zh="内科学", name_en="Internal Medicine", valid_from=OPENED, parent=fellows.clinical,
    )  # fmt: skip
    right(fellows, direction, authorised_on=None)
    right(fellows, fellows.basic, authorised_on=date(2024, 1, 1))
    before = coverage(fellows.institution, date(2023, 12, 31))
    assert [row.discipline for row in before.rows] == [fellows.clinical]
    assert coverage(fellows.institution, date(2024, 1, 1)).disciplines == 2


def test_headcounts_by_any_grouping_add_up(fellows: Fellows) -> None:
    enter_postdoc(**entering(fellows, station=fellows.other_station))
    for by in ("", "station", "track", "intake"):
        assert sum(row.count for row in headcount(fellows.institution, today(), by)) == 2
    assert [row.count for row in headcount(fellows.institution, ENTRY)] == [1]
    assert headcount(fellows.institution, date(2020, 1, 1), "track") == []
    names = {row.name_en for row in headcount(fellows.institution, today(), "track")}
    assert names == {"clinical", "basic"}


def test_retention_follows_a_year_through_moves_within_the_institution(fellows: Fellows) -> None:
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.TRANSFER, on=date(2024, 3, 1), by=OPERATOR)
    enter_postdoc(
        **entering(
            fellows, person=fellows.persons["P1"], station=fellows.other_station,
            entered_on=date(2024, 3, 1), term_ends_on=TERM_END,
            follows=Postdoc.objects.get(pk=fellows.xu.pk),
        )
    )  # fmt: skip
    found = retention(fellows.institution, 2023)
    assert (found.entered, found.in_station, found.transferred) == (1, 1, 0)
    assert retention(fellows.institution, 2024).entered == 0
    after = Postdoc.objects.get(follows=fellows.xu)
    leave_station(postdoc=after, goes_by=StayEnd.WITHDRAWAL, on=date(2025, 1, 1), by=OPERATOR)
    assert retention(fellows.institution, 2023, date(2024, 12, 31)).in_station == 1
    found = retention(fellows.institution, 2023)
    assert (found.entered, found.in_station, found.withdrawn) == (1, 0, 1)


def test_targets_stand_beside_what_was_reached_and_a_later_word_replaces(fellows: Fellows) -> None:
    place: dict[str, Any] = {"institution": fellows.institution, "by": fellows.personnel}
    set_target(year=2023, entries=5, **place)
    set_target(year=2023, entries=8, in_station=8, **place)
    set_target(year=2023, entries=3, station=fellows.station, **place)
    set_target(year=2023, entries=1, station=fellows.other_station, **place)
    set_target(year=today().year + 1, entries=9, **place)
    found = aims(fellows.institution, [2023, today().year + 1])
    assert [(one.entries_target, one.entries, one.in_station) for one in found] == [
        (8, 1, 1), (1, 0, 0), (3, 1, 1), (9, None, None),
    ]  # fmt: skip
    for wrong in ({"year": 2023, "entries": -1}, {"year": 90, "entries": 1}):
        with pytest.raises(InputRefused):
            set_target(**wrong, **place)
    with pytest.raises(NotPermitted):
        set_target(year=2023, entries=1, institution=fellows.institution, by=fellows.secretary)


def test_a_station_recorded_ahead_of_its_opening_is_refused(fellows: Fellows) -> None:
    with pytest.raises(RuleBroken):
        record_station(
            institution=fellows.institution, unit=fellows.general, code="GZ-2",
            kind=StationKind.WORKSTATION, name_zh="工作站", name_en="Workstation",
            opened_on=today() + timedelta(days=1), by=OPERATOR,
        )  # fmt: skip
