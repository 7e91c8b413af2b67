"""What the rules say of recorded applicants, boards, stations and principal investigators."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from new_fellows import OPENED, Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.calls.models import ApplicationWork, Call, CallApplication
from preceptor.cases.models import Case, CaseKind, Item, Letter, Sitting, SittingSeat
from preceptor.fellows.models import (
    Host,
    PostdocCase,
    Station,
    StationCall,
    StationCase,
    StationSpan,
)
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import DegreePoint, Discipline
from preceptor.people.models import Capacity, Contact, Person, Title
from preceptor.policy import Explanation
from preceptor.research.models import Authorship, Paper, Project, ProjectMember
from preceptor.standing.actions import put_in_force
from preceptor.standing.boards import board_records
from preceptor.standing.gates import gate_answer
from preceptor.standing.packs import find
from preceptor.standing.population import subjects_on, with_relations
from preceptor.standing.queries import counts
from preceptor.standing.stations import station_records
from preceptor.standing.subjects import explain_record, explain_rows
from preceptor.standing.verdicts import LOADERS, judge
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.models import Enrolment

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
MANAGEMENT = "cn/postdoctoral-management"
CLOSING = date(2024, 6, 1)


def said(subject: str, pack: str, row: Any, on: date = CLOSING) -> dict[str, str]:
    """The verdict of each rule of the pack on the row as it is recorded."""
    [fresh] = with_relations(type(row).objects.filter(pk=row.pk), subject)
    judged = judge(find(pack), subject, [fresh], on)
    return {
        rule.id: judged.result.verdict(rule.id, 0).value for rule in judged.pack.rules_of(subject)
    }


def kind_of_case(fellows: Fellows, port: str) -> CaseKind:
    return CaseKind.objects.create(
        institution=fellows.institution, name=port, version="1", title_zh="事项", title_en="Request",
        port=port, content="", hash="0" * 64, written_by="operator", written_by_key="operator",
    )  # fmt: skip


def new_case(fellows: Fellows, port: str, person: Person | None, state: str = "draft") -> Case:
    kind = CaseKind.objects.filter(name=port).first() or kind_of_case(fellows, port)
    return Case.objects.create(
        institution=fellows.institution, unit=fellows.general, kind=kind, person=person,
        title_zh="事项", title_en="Request", state=state,
    )  # fmt: skip


def new_call(fellows: Fellows, number: str = "C-1", purpose: str = "fellows.postdoc") -> Call:
    call = Call.objects.create(
        number=number, institution=fellows.institution, unit=fellows.general, purpose=purpose,
        kind="postdoc_entry", title_zh="招收", title_en="Call", text_zh="招收", text_en="Call", places=1,
        opens_at="2024-05-01T08:00:00+08:00",
        closes_at="2024-06-01T17:00:00+08:00", state="published",
    )  # fmt: skip
    if purpose == "fellows.postdoc":
        StationCall.objects.create(
            call=call, station=fellows.station, track="clinical", intake="own", months=24
        )
    return call


def applied(
    fellows: Fellows, call: Call | None = None, who: str = "P2", **columns: Any
) -> CallApplication:
    person = fellows.persons[who]
    given = {
        "born_on": date(1994, 5, 1), "doctorate_on": date(2023, 6, 30), "is_own_doctor": False,
        "is_full_time": True, "has_special_approval": False, "earlier_months": 0, "country": "CN",
        "doctorate_discipline": fellows.clinical, "host": fellows.persons["T1"],
    }  # fmt: skip
    return CallApplication.objects.create(
        case=new_case(fellows, "calls.application", person), call=call or new_call(fellows),
        person=person, **given | columns,
    )  # fmt: skip


# -------------------------------------------------------------------------------------- applicants


def entry(fellows: Fellows, **columns: Any) -> dict[str, str]:
    rules = said("applicant", MANAGEMENT, applied(fellows, **columns))
    return {rule.removeprefix("postdoc.entry."): one for rule, one in rules.items()}


def test_an_applicant_who_meets_every_rule_of_entry_passes(fellows: Fellows) -> None:
    assert set(entry(fellows).values()) == {"pass"}


@pytest.mark.parametrize(
    ("born_on", "verdict"),
    [(date(1988, 6, 2), "pass"), (date(1988, 6, 1), "fail"), (None, "pending")],
)
def test_an_applicant_is_not_yet_36_on_the_last_day_of_the_call(
    fellows: Fellows, born_on: date | None, verdict: str
) -> None:
    assert entry(fellows, born_on=born_on)["age"] == verdict


def test_approval_lets_the_older_enter_a_station_but_not_one_of_medicine(fellows: Fellows) -> None:
    older = {"born_on": date(1986, 1, 1), "has_special_approval": True}
    call = new_call(fellows)
    assert entry(fellows, call=call, **older)["age"] == "fail"
    biology = Discipline.objects.create(
        catalogue="2011", code="0710", level=DisciplineLevel.FIRST, degree_type="academic",
        name_zh="生物学", name_en="Biology", valid_from=date(2011, 1, 1),
    )  # fmt: skip
    Station.objects.filter(pk=fellows.station.pk).update(discipline=biology)
    assert entry(fellows, call=call, who="P1", **older)["age"] == "pass"


@pytest.mark.parametrize(
    ("doctorate_on", "verdict"),
    [(date(2021, 6, 1), "pass"), (date(2021, 5, 31), "fail"), (None, "pending")],
)
def test_the_doctorate_is_normally_three_years_old_at_most_to_the_day(
    fellows: Fellows, doctorate_on: date | None, verdict: str
) -> None:
    assert entry(fellows, doctorate_on=doctorate_on)["degree_age"] == verdict


def test_an_own_doctor_is_kept_from_the_own_discipline_also_under_its_professional_code(
    fellows: Fellows,
) -> None:
    first, direction = (
        Discipline.objects.create(
            catalogue="专业学位", code=code, level=level, degree_type="professional", name_zh=zh,
            name_en=en, valid_from=date(2011, 1, 1),
        )
        for code, level, zh, en in (
            ("1051", DisciplineLevel.FIRST, "临床医学", "Clinical Medicine"),
            ("105109", DisciplineLevel.DIRECTION, "外科学", "Surgery"),
        )
    )  # fmt: skip
    direction.parent = first
    direction.save()
    call = new_call(fellows)
    own = {"call": call, "is_own_doctor": True}
    assert entry(fellows, **own, doctorate_discipline=direction)["same_unit"] == "fail"
    assert (
        entry(fellows, **own, who="P1", doctorate_discipline=fellows.basic)["same_unit"] == "pass"
    )
    unknown = entry(fellows, **own, who="E1", doctorate_discipline=None)
    assert unknown["same_unit"] == "pending"
    approved = {"doctorate_discipline": direction, "has_special_approval": True}
    assert entry(fellows, **own, who="E2", **approved)["same_unit"] == "pass"


def test_time_in_stations_that_is_on_record_counts_whatever_the_applicant_states(
    fellows: Fellows,
) -> None:
    call = new_call(fellows)
    row = applied(fellows, call=call, who="P1", earlier_months=0)
    [known] = LOADERS["applicant"]([_with("applicant", row)], CLOSING)
    assert known["earlier_months"] == 9
    row = applied(fellows, call=call, who="P2", earlier_months=None)
    [known] = LOADERS["applicant"]([_with("applicant", row)], CLOSING)
    assert known["earlier_months"] is None


def _with(subject: str, row: Any) -> Any:
    return with_relations(type(row).objects.filter(pk=row.pk), subject).get()


def test_the_rules_see_letters_by_number_and_never_by_who_wrote_them(fellows: Fellows) -> None:
    row = applied(fellows)
    for name, state, grade in (
        ("周有光", "given", 4),
        ("郑不言", "asked", None),
        ("冯去疾", "revoked", 1),
    ):
        Letter.objects.create(
            case=row.case, name=name, email="x@example.org", digest=name, due_on=CLOSING,
            asked_at=timezone.now(), state=state, grade=grade,
        )  # fmt: skip
    [known] = LOADERS["applicant"]([_with("applicant", row)], CLOSING)
    assert known["letters"] == [
        {"name": "1", "grade": 4, "is_given": True}, {"name": "2", "grade": None, "is_given": False},
    ]  # fmt: skip
    assert not any(name in str(known) for name in ("周有光", "郑不言", "example.org"))


def test_an_explanation_of_age_tells_years_and_months_and_not_the_day_of_birth(
    fellows: Fellows,
) -> None:
    put_in_force(institution=fellows.institution, pack=MANAGEMENT, valid_from=OPENED, by=OPERATOR)
    found = explain_record("applicant", applied(fellows), CLOSING, "zh", "entry")
    text = str(found)
    assert "30 岁 1 个月" in text and "1994" not in text and "05-01" not in text
    assert next(one for one in found if one.rule == "postdoc.entry.age").gate == "entry"


def test_a_representative_work_counts_for_a_pi_and_no_rule_of_postdocs_concerns_one(
    fellows: Fellows,
) -> None:
    row = applied(fellows, call=new_call(fellows, "C-2", "fellows.pi"))
    for place in range(5):
        ApplicationWork.objects.create(
            application=row,
            kind="paper",
            title=f"论文 {place}",
            year=2023,
            is_representative=place > 0,
        )
    assert said("applicant", "yunting/independent-pi", row) == {"pi.entry.works": "fail"}
    ApplicationWork.objects.update(is_representative=True)
    assert said("applicant", "yunting/independent-pi", row) == {"pi.entry.works": "pass"}
    assert set(said("applicant", MANAGEMENT, row).values()) == {"not_applicable"}


# ------------------------------------------------------------------------------------------ boards


def sat(
    fellows: Fellows, case: Case, members: list[str], starts: datetime | None = None
) -> Sitting:
    """A board of these persons, full professors all, on the case."""
    starts = starts or datetime.fromisoformat("2024-06-01T09:00:00+08:00")
    sitting = Sitting.objects.create(
        institution=fellows.institution, unit=fellows.general, board="fellows.board", title_zh="会议",
        title_en="Board", starts_at=starts, state="called",
    )  # fmt: skip
    Item.objects.create(sitting=sitting, place=1, case=case, title_zh="表决", voting={})
    for place, key in enumerate(members):
        role = "member" if place else "chair"
        SittingSeat.objects.create(sitting=sitting, person=fellows.persons[key], role=role)
        titled(fellows.persons[key])
    return sitting


def titled(person: Person, level: str = "full") -> None:
    Title.objects.create(
        person=person, series="teacher", level=level, name="教授", valid_from=OPENED
    )


def moved_outside(person: Person) -> None:
    Capacity.objects.filter(person=person).update(kind="external")


def test_an_entry_board_has_five_senior_experts_and_not_the_supervisor(fellows: Fellows) -> None:
    call = new_call(fellows)
    case = applied(fellows, call=call).case
    good = sat(fellows, case, ["E1", "E2", "E3", "E4", "E5"])
    rules = said("board", MANAGEMENT, good)
    assert (rules["postdoc.board.entry.size"], rules["postdoc.board.entry.host"]) == (
        "pass",
        "pass",
    )
    other = applied(fellows, call=call, who="P1").case
    bad = sat(fellows, other, ["E1", "E2", "E3", "E4", "T1"])
    rules = said("board", MANAGEMENT, bad)
    assert rules["postdoc.board.entry.host"] == "fail"
    assert rules["postdoc.board.exit.size"] == "not_applicable"


def test_a_member_of_unknown_title_is_never_a_senior_expert(fellows: Fellows) -> None:
    sitting = sat(fellows, applied(fellows).case, ["E1", "E2", "E3", "E4", "E5"])
    Title.objects.filter(person=fellows.persons["E5"]).delete()
    assert said("board", MANAGEMENT, sitting)["postdoc.board.entry.size"] == "pending"


def test_an_application_that_names_no_supervisor_leaves_open_whether_one_sits(
    fellows: Fellows,
) -> None:
    sitting = sat(fellows, applied(fellows, host=None).case, ["E1", "E2", "E3", "E4", "E5"])
    assert said("board", MANAGEMENT, sitting)["postdoc.board.entry.host"] == "pending"


def exit_board(fellows: Fellows, members: list[str], starts: datetime | None = None) -> Sitting:
    case = new_case(fellows, "fellows.postdoc", fellows.persons["P1"], "running")
    PostdocCase.objects.create(case=case, postdoc=fellows.xu, step="exit", year=2025)
    return sat(fellows, case, members, starts)


def test_an_exit_board_has_six_experts_of_whom_two_from_outside(fellows: Fellows) -> None:
    sitting = exit_board(fellows, [f"E{place}" for place in range(1, 7)])
    rules = said("board", MANAGEMENT, sitting)
    assert rules["postdoc.board.exit.size"] == "pass"
    assert rules["postdoc.board.exit.outside"] == "fail"
    moved_outside(fellows.persons["E1"])
    Capacity.objects.filter(person=fellows.persons["E2"]).delete()
    Contact.objects.create(person=fellows.persons["E2"], employer_zh="澄岭医科大学")
    assert said("board", MANAGEMENT, sitting)["postdoc.board.exit.outside"] == "pass"
    Contact.objects.update(employer_zh="")
    assert said("board", MANAGEMENT, sitting)["postdoc.board.exit.outside"] == "pending"
    Contact.objects.update(employer_zh=fellows.institution.name_zh)
    assert said("board", MANAGEMENT, sitting)["postdoc.board.exit.outside"] == "fail"


def test_a_member_who_was_released_is_on_the_board_no_longer(fellows: Fellows) -> None:
    sitting = exit_board(fellows, [f"E{place}" for place in range(1, 7)])
    sitting.seats.filter(person=fellows.persons["E6"]).update(released_at=timezone.now())
    assert said("board", MANAGEMENT, sitting)["postdoc.board.exit.size"] == "fail"


def test_supervisors_are_those_of_the_day_of_the_sitting(fellows: Fellows) -> None:
    sitting = exit_board(fellows, ["E1", "T1"])
    [known] = board_records([_with("board", sitting)], CLOSING)
    assert [one["is_host"] for one in known["members"]] == [False, True]
    Host.objects.update(valid_to=date(2024, 5, 1))
    [known] = board_records([_with("board", sitting)], CLOSING)
    assert [one["is_host"] for one in known["members"]] == [None, None]
    assert known["what"] == "exit" and known["has_met"] is False


def test_every_blocking_rule_of_a_board_counts_at_whatever_gate(fellows: Fellows) -> None:
    put_in_force(institution=fellows.institution, pack=MANAGEMENT, valid_from=OPENED, by=OPERATOR)
    tomorrow = timezone.now() + timedelta(days=1)
    sitting = exit_board(fellows, ["E1", "E2", "E3"], tomorrow)
    case = sitting.items.get().case
    assert case is not None
    answer = gate_answer(case, "nothing", {"board": {sitting.pk}}, today())
    assert {one.rule for one in answer.holding} == {
        "postdoc.board.exit.size", "postdoc.board.exit.outside",
    }  # fmt: skip
    assert all("专家" in one.text_zh and "专家" not in one.text_en for one in answer.findings)


# ---------------------------------------------------------------------------------------- stations


def prepared(fellows: Fellows) -> Station:
    """基础医学's station with a degree point, one cohort, three supervisors and a national project."""
    DegreePoint.objects.create(
        code="DP1", institution=fellows.institution, discipline=fellows.basic, degree_level="doctor",
        degree_type="academic", authorised_on=date(2003, 1, 1), name_zh="基础医学", name_en="Basic",
    )  # fmt: skip
    for key in ("E1", "E2", "E3"):
        SupervisorQualification.objects.create(
            person=fellows.persons[key], unit=fellows.general, direction=fellows.basic,
            degree_level="doctor", degree_type="academic", state="engaged", valid_from=OPENED,
        )  # fmt: skip
    for place, (level, amount) in enumerate((("national", 900_000), ("provincial", 100_000))):
        project = Project.objects.create(
            institution=fellows.institution, number=f"G{place}", title="课题", level=level,
            starts_on=date(2022, 1, 1), amount_cny=Decimal(amount),
        )  # fmt: skip
        for key in ("E1", "E2"):
            ProjectMember.objects.create(project=project, person=fellows.persons[key])
    return fellows.other_station


def graduated(fellows: Fellows, number: str, cohort: int, state: str = "graduated") -> None:
    Enrolment.objects.create(
        student_number=number, person=fellows.persons["P2"], institution=fellows.institution,
        unit=fellows.general, direction=fellows.basic, degree_level="doctor", degree_type="academic",
        mode="full_time", cohort=cohort, cohort_on=date(cohort, 9, 1), state=state,
    )  # fmt: skip


def test_a_station_s_readiness_is_counted_from_the_registers(fellows: Fellows) -> None:
    station = prepared(fellows)
    for number, cohort in (("1", 2018), ("2", 2018), ("3", 2019)):
        graduated(fellows, number, cohort)
    paper = Paper.objects.create(
        institution=fellows.institution, number="L1", title="论文", published_on=date(2023, 5, 1)
    )
    for place, key in enumerate(("E1", "E2"), 1):
        Authorship.objects.create(paper=paper, person=fellows.persons[key], place=place)
    [known] = station_records([_with("station", station)], CLOSING)
    names = ("graduated_cohorts", "doctoral_supervisors", "projects", "national_projects")
    assert [known[name] for name in names] == [2, 3, 2, 1]
    assert (known["has_doctoral_right"], known["papers"], known["money_cny"]) == (
        True,
        1,
        1_000_000,
    )
    rules = said("station", "cn/station-opening", station)
    assert {rules[f"station.{name}"] for name in ("cohorts", "supervisors", "projects")} == {"pass"}


def test_a_register_that_is_not_kept_leaves_the_figure_open_and_one_without_rows_fails(
    fellows: Fellows,
) -> None:
    rules = said("station", "cn/station-opening", fellows.other_station)
    assert rules["station.cohorts"] == rules["station.doctoral_right"] == "pending"
    graduated(fellows, "1", 2020, "training")
    rules = said("station", "cn/station-opening", prepared(fellows))
    assert (rules["station.cohorts"], rules["station.doctoral_right"]) == ("fail", "pass")


def test_a_project_of_unknown_level_or_money_leaves_both_open(fellows: Fellows) -> None:
    station = prepared(fellows)
    Project.objects.filter(number="G1").update(level="", amount_cny=None)
    rules = said("station", "cn/station-opening", station)
    assert (rules["station.projects"], rules["station.money"]) == ("pending", "pending")


def test_a_workstation_is_not_asked_for_a_doctoral_right(fellows: Fellows) -> None:
    rules = said("station", "cn/station-opening", fellows.workstation)
    assert set(rules.values()) == {"not_applicable"}


def test_a_station_that_was_submitted_had_its_demonstration_before(fellows: Fellows) -> None:
    StationSpan.objects.filter(station=fellows.station).delete()
    for state, first, last in (
        ("preparing", date(2023, 1, 1), date(2023, 8, 31)), ("submitted", date(2023, 9, 1), None),
    ):  # fmt: skip
        StationSpan.objects.create(
            station=fellows.station, state=state, valid_from=first, valid_to=last
        )
    known = {on: station_records([_with("station", fellows.station)], on)[0] for on in
             (date(2023, 6, 1), date(2023, 9, 1))}  # fmt: skip
    assert [one["phase"] for one in known.values()] == ["preparing", "submitted"]
    assert [one["has_demonstration"] for one in known.values()] == [False, True]


def test_the_gate_of_an_opening_asks_the_rules_of_the_station(fellows: Fellows) -> None:
    put_in_force(
        institution=fellows.institution, pack="cn/station-opening", valid_from=OPENED, by=OPERATOR
    )
    case = new_case(fellows, "fellows.station", None)
    StationCase.objects.create(case=case, station=fellows.other_station)
    answer = gate_answer(case, "opening", {"station": {fellows.other_station.pk}}, today())
    holding = {one.rule for one in answer.holding}
    assert holding == {f"station.{name}" for name in
                       ("doctoral_right", "cohorts", "supervisors", "projects")}  # fmt: skip


# ----------------------------------------------------------------------------------- all together


@pytest.mark.database
def test_each_subject_is_explained_in_a_fixed_number_of_queries(fellows: Fellows) -> None:
    for pack in (MANAGEMENT, "cn/station-opening"):
        put_in_force(institution=fellows.institution, pack=pack, valid_from=OPENED, by=OPERATOR)
    call = new_call(fellows)
    people = ["P2", "E1", "E2", "E3", "E4", "E5"]
    applications = [applied(fellows, call=call, who=key) for key in people]
    sittings = [sat(fellows, row.case, ["E1", "E2"]) for row in applications]
    stations = [fellows.station, fellows.other_station, fellows.workstation]
    pages: dict[str, list[Any]] = {
        "applicant": applications, "board": sittings, "station": stations,
    }  # fmt: skip
    for subject, rows in pages.items():
        explain_rows(subject, rows[:1], CLOSING, "en")
        asked: list[int] = []
        for page in (rows[:2], rows):
            with CaptureQueriesContext(connection) as caught:
                found: list[list[Explanation]] = explain_rows(subject, page, CLOSING, "en")
            asked.append(len(caught))
            assert len(found) == len(page)
        assert asked[0] == asked[1] <= 18, subject


def test_a_subject_that_nobody_knows_is_refused(fellows: Fellows) -> None:
    with pytest.raises(KeyError):
        explain_record("enrolment", fellows.xu, CLOSING, "en")


def test_no_rows_are_no_answers_and_cost_nothing_but_the_look(fellows: Fellows) -> None:
    assert explain_rows("postdoc", [], CLOSING, "zh") == []


def test_an_institution_without_packs_says_nothing(fellows: Fellows) -> None:
    assert explain_record("station", fellows.station, CLOSING, "zh") == []


def test_rules_on_fellows_are_counted_over_those_who_are_judged_now(fellows: Fellows) -> None:
    for pack in (MANAGEMENT, "cn/station-opening"):
        put_in_force(institution=fellows.institution, pack=pack, valid_from=OPENED, by=OPERATOR)
    applied(fellows)
    applied(fellows, call=Call.objects.get(), who="E1")
    Case.objects.filter(person=fellows.persons["E1"]).update(state="running")
    exit_board(fellows, ["E1"])
    found = {one.rule: one for one in counts(fellows.institution, CLOSING)}
    assert sum(found["postdoc.entry.age"].counts.values()) == 1
    assert found["postdoc.board.exit.size"].counts["fail"] == 1
    assert sum(found["station.cohorts"].counts.values()) == 3
    assert not subjects_on(fellows.institution, "dual", CLOSING).exists()
