"""The demo's postdocs, stations and investigators are counted from their records."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Q, QuerySet, Sum

from preceptor.admission.models import QuotaLine
from preceptor.base.today import today
from preceptor.cases.models import BodySeat, Charter
from preceptor.demo import planted
from preceptor.fellows.charter import authority
from preceptor.fellows.choices import LabRole, StationKind, Track, TrancheState, Verdict
from preceptor.fellows.models import (
    Appointment,
    Contract,
    FundingShare,
    Host,
    Incubation,
    IncubationStage,
    LabEntry,
    LabMember,
    Laboratory,
    LimitUse,
    PiAssessment,
    PiProgramme,
    PlatformPlace,
    Postdoc,
    Station,
    StationSpan,
    StationTarget,
    Stay,
    TrackMonths,
)
from preceptor.institutions.models import DegreePoint, Platform, PlatformSpan
from preceptor.people.models import Account
from preceptor.research.models import Paper, Patent, Project, ProjectMember, Translation

pytestmark = pytest.mark.usefixtures("extended_demo")
CENSUS = date(2023, 12, 31)
CHENGLING, YUNTING = "CHENGLING", "YUNTING"


def stays(code: str) -> QuerySet[Stay]:
    return Stay.objects.filter(institution__code=code)


def in_station(code: str, day: date = CENSUS) -> QuerySet[Stay]:
    return stays(code).filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)


def entries(code: str) -> Counter[int]:
    rows = stays(code).filter(comes_by="entry", begins_on__lte=CENSUS)
    return Counter(day.year for day in rows.values_list("begins_on", flat=True))


def test_642_entered_the_second_institution_in_three_years_and_632_are_in_station() -> None:
    assert entries(CHENGLING) == {2021: 168, 2022: 221, 2023: 253}
    assert in_station(CHENGLING).count() == 632
    left = stays(CHENGLING).filter(ends_on__lte=CENSUS)
    assert Counter(left.values_list("goes_by", flat=True)) == {
        "exit": 3, "early_exit": 4, "withdrawal": 3,
    }  # fmt: skip


def test_eight_disciplines_have_a_doctoral_right_and_a_mobile_station() -> None:
    rights = DegreePoint.objects.filter(institution__code=CHENGLING, degree_level="doctor")
    stations = Station.objects.filter(institution__code=CHENGLING, kind=StationKind.MOBILE)
    assert rights.filter(degree_type="academic").count() == stations.count() == 8
    assert set(rights.values_list("discipline", flat=True)) == set(
        stations.values_list("discipline", flat=True)
    )


def test_the_eighth_station_went_from_the_need_in_june_to_the_opening_in_november() -> None:
    station = Station.objects.get(institution__code=CHENGLING, discipline__code="0710")
    spans = StationSpan.objects.filter(station=station).order_by("valid_from")
    assert list(spans.values_list("state", flat=True)) == [
        "need", "preparing", "demonstrated", "submitted", "approved", "open",
    ]  # fmt: skip
    first, last = spans[0].valid_from, spans[5].valid_from
    assert (first.year, first.month, last.year, last.month) == (2023, 6, 2023, 11)
    assert not stays(CHENGLING).filter(station=station, begins_on__lt=last).exists()


def test_no_stay_begins_before_its_station_is_open() -> None:
    for stay in Stay.objects.select_related("station"):
        assert stay.station.opened_on is not None
        assert stay.begins_on >= stay.station.opened_on


def test_the_postdocs_of_the_second_institution_won_1263_projects() -> None:
    projects = Project.objects.filter(institution__code=CHENGLING)
    assert Counter(projects.values_list("level", flat=True)) == {
        "national": 269, "provincial": 402, "bureau": 331, "university": 261,
    }  # fmt: skip
    national = projects.filter(level="national").values_list("field", flat=True)
    assert Counter(national) == {"中国博士后科学基金": 148, "国家自然科学基金": 121}
    heads = ProjectMember.objects.filter(project__in=projects, is_head=True)
    postdocs = Postdoc.objects.filter(institution__code=CHENGLING, entered_on__lte=CENSUS)
    assert heads.count() == projects.count() == 1263
    assert set(heads.values_list("person", flat=True)) <= set(
        postdocs.values_list("person", flat=True)
    )


def test_each_year_had_a_target_for_the_whole_and_for_every_station_that_was_open() -> None:
    rows = StationTarget.objects.filter(institution__code=CHENGLING)
    whole = dict(rows.filter(station=None).values_list("year", "entries"))
    assert whole == {2021: 160, 2022: 210, 2023: 250, 2024: 240}
    by_year = Counter(rows.exclude(station=None).values_list("year", flat=True))
    assert by_year == {2021: 7, 2022: 7, 2023: 8, 2024: 8}
    assert rows.filter(year=2023).exclude(station=None).aggregate(n=Sum("entries"))["n"] == 250


def test_180_postdocs_on_three_tracks_are_in_station_at_the_first_institution() -> None:
    found = Counter(in_station(YUNTING).values_list("track", flat=True))
    assert found == {Track.CLINICAL: 72, Track.BASIC: 63, Track.DUAL: 45}
    kinds = Counter(
        Station.objects.filter(institution__code=YUNTING).values_list("kind", flat=True)
    )
    assert kinds == {StationKind.MOBILE: 3, StationKind.WORKSTATION: 1}


def test_30_are_joint_with_12_companies_by_an_agreement_of_three_sides() -> None:
    joint = Postdoc.objects.filter(
        institution__code=YUNTING, intake="joint", entered_on__lte=CENSUS
    )
    assert joint.count() == joint.exclude(workstation=None).count() == 30
    sides = joint.annotate(n=Count("agreement__parties")).values_list("n", flat=True)
    assert set(sides) == {3}
    companies = joint.filter(agreement__parties__partner__kind="company")
    assert companies.values("agreement__parties__partner").distinct().count() == 12
    assert not joint.filter(agreement__ends_on__lt=today(), left_on=None).exists()


def test_every_postdoc_has_a_host_a_contract_and_who_pays() -> None:
    everybody = set(Postdoc.objects.values_list("pk", flat=True))
    hosts = Host.objects.filter(role="host")
    for rows in (hosts, Contract.objects.all(), FundingShare.objects.all()):
        assert set(rows.values_list("postdoc", flat=True)) == everybody


def test_a_postdoc_repeats_the_last_stay() -> None:
    last = {stay.postdoc_id: stay for stay in Stay.objects.order_by("begins_on")}
    for postdoc in Postdoc.objects.all():
        stay = last[postdoc.pk]
        assert (postdoc.station_id, postdoc.track) == (stay.station_id, stay.track)
        assert (postdoc.left_on is None) == (postdoc.state == "in_station")
        assert postdoc.left_on == stay.ends_on
        assert postdoc.left_on is not None or postdoc.term_ends_on >= today()


def test_the_dual_track_has_months_of_both_kinds_planned() -> None:
    planned = TrackMonths.objects.filter(is_planned=True, postdoc__track=Track.DUAL)
    by_postdoc = planned.values("postdoc").annotate(n=Count("kind", distinct=True))
    assert set(by_postdoc.values_list("n", flat=True)) == {2}


def test_somebody_is_past_six_years_in_two_stations() -> None:
    postdoc = Postdoc.objects.get(number=planted.past_six_years(), institution__code=YUNTING)
    assert postdoc.follows is not None
    assert postdoc.person == postdoc.follows.person
    assert (today() - postdoc.follows.entered_on).days > 6 * 366
    assert postdoc.entered_on == postdoc.follows.left_on


def test_twelve_investigators_were_assessed_for_the_first_time_in_2024() -> None:
    verdicts = PiAssessment.objects.filter(kind="appointment", held_on__year=2024)
    assert Counter(verdicts.values_list("verdict", flat=True)) == {
        Verdict.RENEW: 8, Verdict.PROBATION: 2, Verdict.STOP: 1, Verdict.EXIT: 1,
    }  # fmt: skip
    first = Appointment.objects.filter(follows=None)
    assert first.count() == first.filter(starts_on__lte=CENSUS).count() == 12
    assert first.exclude(country="CN").count() == 2
    assert Appointment.objects.exclude(follows=None).count() == 8


def test_the_investment_has_three_parts_and_the_third_followed_the_assessment() -> None:
    first = Appointment.objects.filter(follows=None).annotate(n=Count("tranches"))
    assert set(first.values_list("n", flat=True)) == {3}
    third = first.filter(tranches__place=3).values_list("tranches__state", flat=True)
    assert Counter(third) == {
        TrancheState.RELEASED: 8, TrancheState.HELD: 2, TrancheState.STOPPED: 2,
    }  # fmt: skip


def test_the_programme_has_a_director_four_committees_and_its_own_quota_line() -> None:
    programme = PiProgramme.objects.get()
    bodies = [
        programme.academic_committee, programme.training_committee,
        programme.education_committee, programme.instrument_committee,
    ]  # fmt: skip
    assert programme.director is not None
    assert len(set(bodies)) == 4
    assert Charter.objects.filter(body__in=bodies).count() == 4
    seats = BodySeat.objects.on(today()).filter(body__in=bodies)
    assert set(Counter(seats.values_list("body", flat=True)).values()) == {7}
    lines = QuotaLine.objects.filter(year=2023)
    assert dict(lines.values_list("layer").annotate(n=Sum("places"))) == {
        "university": 206, "programme": 24,
    }  # fmt: skip


def test_a_laboratory_has_people_money_and_limits_of_all_four_kinds() -> None:
    open_ones = Laboratory.objects.filter(closed_on=None)
    assert Laboratory.objects.count() == 12
    assert open_ones.count() == 11
    for laboratory in open_ones:
        assert all(one.most is not None for one in authority(laboratory, today()))
        assert all(one.used is not None and one.most and one.used <= one.most
                   for one in authority(laboratory, today()))  # fmt: skip
    roles = set(LabMember.objects.values_list("role", flat=True))
    assert {LabRole.STAFF, LabRole.TECHNICIAN, LabRole.POSTDOC} <= roles


def test_no_laboratory_ever_spent_what_it_did_not_have() -> None:
    for laboratory in Laboratory.objects.all():
        balance = Decimal(0)
        for entry in LabEntry.objects.filter(laboratory=laboratory).order_by("booked_on", "id"):
            balance += entry.amount_cny
            assert balance >= 0
        assert laboratory.closed_on is None or balance == 0


def test_what_did_not_fit_the_limit_climbed_to_the_director() -> None:
    uses = LimitUse.objects.all()
    assert uses.filter(is_within=False).exists()
    for use in uses:
        assert use.most is not None
        assert use.is_within == (use.used_before + use.amount <= use.most)


def test_8_national_and_35_provincial_platforms_operate_and_one_is_being_built() -> None:
    states = PlatformSpan.objects.on(CENSUS)
    running = states.filter(state="operating").values_list("platform__level", flat=True)
    assert (Counter(running)["national"], Counter(running)["provincial"]) == (8, 35)
    assert states.filter(state="construction").count() == 1
    assert states.count() == Platform.objects.count()


def test_every_platform_lies_in_a_discipline_most_of_them_in_one_with_a_station() -> None:
    every = Platform.objects.values_list("discipline__code", flat=True)
    assert None not in set(every)
    codes = Counter(every.filter(institution__code=YUNTING))
    assert codes["1002"] + codes["1001"] > 0.8 * sum(codes.values())


def test_in_both_institutions_postdocs_work_on_platforms_of_their_own_discipline() -> None:
    places = PlatformPlace.objects.select_related("postdoc__station", "platform__institution")
    assert {one.platform.institution.code for one in places} == {CHENGLING, YUNTING}
    assert all(
        one.platform.discipline_id == one.postdoc.station.discipline_id
        and one.platform.institution_id == one.postdoc.institution_id
        for one in places
    )


def test_an_incubation_was_given_up_with_its_reason_and_one_is_at_its_validation() -> None:
    dropped = Incubation.objects.exclude(dropped_on=None)
    assert all(one.drop_reason for one in dropped) and dropped.count() == 1
    running = IncubationStage.objects.filter(done_on=None, incubation__dropped_on=None)
    assert "validation" in set(running.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("login", "role", "unit"),
    [
        ("personnel", "personnel", "YUNTING"), ("personnel-b", "personnel", "CHENGLING"),
        ("office-b", "office", "CHENGLING"), ("pi", "supervisor", "YUNTING-L01"),
        ("director", "leader", "YUNTING-EXC"), ("postdoc", "trainee", "YUNTING-GH"),
    ],
)  # fmt: skip
def test_the_desks_of_fellows_have_accounts(login: str, role: str, unit: str) -> None:
    account = Account.objects.get(login=login)
    held = account.roles.get()
    assert account.check_password("preceptor-demo")
    assert account.person is not None
    assert (held.kind, held.unit.code) == (role, unit)


def test_postdocs_of_the_second_institution_publish_within_their_time_in_station() -> None:
    papers = Paper.objects.filter(institution__code=CHENGLING).prefetch_related("authorships")
    assert papers.count() > 300
    terms = {row.person_id: row for row in Postdoc.objects.filter(institution__code=CHENGLING)}
    for paper in papers:
        first = min(paper.authorships.all(), key=lambda one: one.place)
        term = terms[first.person_id]
        assert paper.published_on is not None
        assert term.entered_on < paper.published_on <= min(term.left_on or CENSUS, CENSUS)
    assert Patent.objects.filter(institution__code=CHENGLING).count() > 30
    contracts = Translation.objects.filter(institution__code=CHENGLING)
    assert contracts.exists()
    for contract in contracts:
        assert sum(one.share_e4 or 0 for one in contract.contributors.all()) == 10_000
