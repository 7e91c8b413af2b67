"""The demo's partners, agreements and joint school, and what they leave untouched."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.demo import planted
from preceptor.demo.extension import extend
from preceptor.demo.joint.school import OPEN_PURPOSE, ends_on
from preceptor.demo.joint.tingnan import TINGNAN
from preceptor.institutions.models import Unit
from preceptor.joint.choices import ObligationState, Standing
from preceptor.joint.models import (
    Abroad,
    Agreement,
    AgreementTrainee,
    CostShare,
    DualEnrolment,
    JointEvent,
    JointSchool,
    Obligation,
    Partner,
    Recognition,
)
from preceptor.joint.queries import (
    abroad_by_country,
    ended_with_people,
    obligation_states,
    partners_active,
    partners_by_country,
    partners_ever,
    settlement,
    standings,
)
from preceptor.standing.actions import put_in_force
from preceptor.standing.dual import audit
from preceptor.training.models import CourseRecord, Enrolment, StateSpan
from preceptor.training.states import ENROLLED

pytestmark = pytest.mark.usefixtures("extended_demo")
CENSUS = date(2023, 12, 31)


def yunting() -> Unit:
    return Unit.objects.get(code="YUNTING")


def enrolled(code: str) -> QuerySet[Enrolment]:
    spans = StateSpan.objects.on(CENSUS).filter(state__in=ENROLLED)
    rows = Enrolment.objects.filter(institution__code=code, mode="full_time")
    return rows.filter(pk__in=spans.values("enrolment"))


def test_98_partners_abroad_in_26_countries_and_63_in_20_are_active() -> None:
    countries = [row for row in partners_by_country(yunting(), CENSUS) if row.country != "CN"]
    assert partners_ever(yunting(), CENSUS).exclude(country="CN").count() == 98
    assert len(countries) == 26
    assert partners_active(yunting(), CENSUS).exclude(country="CN").count() == 63
    assert sum(row.active > 0 for row in countries) == 20


def test_an_agreement_that_ended_still_has_trainees_under_it() -> None:
    agreement = Agreement.objects.get(number=planted.agreement_ended_with_trainees())
    under = AgreementTrainee.objects.filter(agreement=agreement, last_on=None)
    numbers = under.values_list("enrolment__student_number", flat=True)
    assert sorted(numbers) == sorted(planted.trainees_under_ended_agreement())
    assert len(numbers) == 4
    assert agreement in [ended.agreement for ended in ended_with_people(yunting(), today())]


def test_agreements_are_in_force_expiring_expired_and_renewed() -> None:
    rows = Agreement.objects.filter(institution=yunting())
    found = set(standings(rows, today()).values())
    assert {Standing.IN_FORCE, Standing.EXPIRING, Standing.EXPIRED, Standing.RENEWED} <= found


def test_the_joint_school_rests_on_an_agreement_of_ten_years() -> None:
    school = JointSchool.objects.get()
    assert school.unit.name_zh == "医学科学与工程学院"
    assert school.agreement.signed_on == date(2017, 8, 23)
    assert school.agreement.ends_on == ends_on(today())
    assert today() < school.agreement.ends_on
    assert school.partner.peer == Unit.objects.get(code=TINGNAN)
    assert school.programmes.count() == 2


def test_the_agreement_of_the_demo_is_in_force_on_whatever_day_the_demo_is_laid() -> None:
    assert ends_on(date(2026, 11, 22)) == date(2027, 8, 22)
    assert ends_on(date(2027, 2, 23)) == date(2027, 8, 22)
    assert ends_on(date(2027, 2, 24)) == date(2037, 8, 22)
    assert ends_on(date(2052, 2, 29)) == date(2057, 8, 22)


def test_sixty_trainees_are_enrolled_at_both_sides_on_the_census_day() -> None:
    duals = DualEnrolment.objects.exclude(partner=None)
    assert duals.count() == enrolled(TINGNAN).count() == 60
    assert enrolled("YUNTING").filter(degree_level="master").count() == 60
    assert all(dual.partner is not None and dual.home.person.name_zh
               == dual.partner.person.name_zh for dual in duals)  # fmt: skip


def test_the_dual_trainees_leave_the_613_doctoral_ones_as_they_are() -> None:
    doctoral = enrolled("YUNTING").filter(degree_level="doctor", degree_type="professional")
    assert doctoral.count() == 613
    awarded = Enrolment.objects.filter(institution=yunting(), awarded_on__year=2023)
    assert awarded.count() == 375


def test_some_meet_both_sides_and_the_planted_ones_only_their_own() -> None:
    for code, pack in (("YUNTING", "yunting/dual-degree"), (TINGNAN, "tingnan/dual-degree")):
        place = Unit.objects.get(code=code)
        put_in_force(institution=place, pack=pack, valid_from=date(2018, 9, 1), by=OPERATOR)
    lacking = DualEnrolment.objects.filter(pk__in=planted.duals_meeting_one_side())
    assert lacking.count() == 2
    for dual in lacking:
        said = audit(dual, today(), "en")
        assert (said.meets_home, said.meets_partner) == (True, False)
    for dual in DualEnrolment.objects.exclude(pk__in=lacking.values("pk"))[:6]:
        assert audit(dual, today(), "en").meets_both is True


def test_a_course_of_one_side_counts_as_one_of_the_other_and_is_not_taken_twice() -> None:
    for row in Recognition.objects.select_related("programme"):
        sides = {row.taken.institution.code, row.counts_as.institution.code}
        assert sides == {"YUNTING", TINGNAN}
        duals = DualEnrolment.objects.filter(programme=row.programme)
        enrolments = [
            *duals.values_list("home", flat=True),
            *duals.values_list("partner", flat=True),
        ]
        taken = CourseRecord.objects.filter(enrolment__in=enrolments)
        assert taken.filter(course=row.taken).exists()
        assert not taken.filter(course=row.counts_as).exists()


def test_obligations_are_done_late_overdue_and_open() -> None:
    keys = planted.obligations()
    rows = Obligation.objects.filter(pk__in=keys.values())
    states = obligation_states(list(rows), today())
    found = {clause: states[key].state for clause, key in keys.items()}
    assert found["3.1"] == found["3.2"] == found["4.1"] == ObligationState.DONE
    assert found["3.3"] == ObligationState.DONE_LATE
    assert found["5.1"] == ObligationState.OVERDUE
    assert found["4.2"] == found["6.1"] == ObligationState.OPEN
    assert list(found.values()).count(ObligationState.OVERDUE) == 1


def test_the_costs_of_the_joint_school_are_settled_without_a_rest() -> None:
    school = JointSchool.objects.get()
    made = settlement(school, today().year - 1)
    assert made.payments
    assert not made.unshared
    assert sum(one.balance_cny for one in made.accounts) == Decimal(0)
    assert CostShare.objects.filter(school=school).count() == 6


def test_one_cost_of_this_year_waits_for_its_shares() -> None:
    made = settlement(JointSchool.objects.get(), today().year)
    assert [cost.purpose for cost in made.unshared] == [OPEN_PURPOSE]


def test_people_are_abroad_only_where_an_agreement_is_in_force() -> None:
    assert {row.country for row in abroad_by_country(yunting(), today())}
    active = {row.country for row in partners_by_country(yunting(), CENSUS) if row.active}
    assert set(Abroad.objects.values_list("country", flat=True)) <= active
    assert set(Abroad.objects.values_list("kind", flat=True)) == {"trainee", "postdoc", "staff"}
    assert JointEvent.objects.count() > 40


def test_no_partner_bears_a_name_that_is_not_an_example() -> None:
    names = Partner.objects.exclude(peer__isnull=False).values_list("name_zh", flat=True)
    assert all(name.startswith("示例") for name in names)
    kinds = Counter(Partner.objects.filter(institution=yunting()).values_list("kind", flat=True))
    assert kinds["company"] == 12


def test_fellows_and_partners_are_put_in_once() -> None:
    with pytest.raises(RuleBroken):
        extend(by=OPERATOR)
