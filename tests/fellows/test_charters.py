"""The charter of a laboratory: who sets its limits, what they let the head decide, and the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine

from pi_rows import SINCE, asked, decided, limited
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import submit_case
from preceptor.cases.models import CaseStep
from preceptor.fellows.actions import ask_lab, ask_limit, return_use, set_limit
from preceptor.fellows.charter import authority, authority_in, ledger, limits_on
from preceptor.fellows.choices import LimitKind, LimitPeriod
from preceptor.fellows.models import LabCase, Laboratory, Limit, LimitUse

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def left(pis: Programme, kind: LimitKind, on: date | None = None) -> Decimal | None:
    return authority_in(pis.laboratory, kind, on or today()).left


@pytest.mark.parametrize("who", ["director", "office", "leader"])
def test_a_limit_is_set_by_the_director_the_office_or_a_leader(pis: Programme, who: str) -> None:
    made = limited(pis.laboratory, LimitKind.SPEND, 300_000, by=pis[who])
    assert authority_in(pis.laboratory, LimitKind.SPEND, today()).limit == made
    assert JournalEntry.objects.filter(verb="charter.set").count() == 1


@pytest.mark.parametrize("who", ["head", "member", "personnel", "secretary", "stranger", "other"])
def test_whoever_else_tries_is_refused_and_told_who_may(pis: Programme, who: str) -> None:
    with pytest.raises(NotPermitted) as refusal:
        limited(pis.laboratory, LimitKind.SPEND, 300_000, by=pis[who])
    assert "秦望舒" in str(refusal.value)
    assert not Limit.objects.exists()


def test_a_head_who_directs_the_programme_or_holds_the_office_never_raises_the_own_limit(
    pis: Programme,
) -> None:
    pis.programme.director = pis.persons["head"]
    pis.programme.save()
    with pytest.raises(NotPermitted):
        limited(pis.laboratory, LimitKind.HIRE, 9, by=pis["head"])
    limited(pis.laboratory, LimitKind.HIRE, 2, by=pis["office"])
    assert left(pis, LimitKind.HIRE) == 2


def test_a_limit_without_a_paper_below_zero_or_for_half_a_person_is_refused(
    pis: Programme,
) -> None:
    with pytest.raises(RuleBroken):
        limited(pis.laboratory, LimitKind.HIRE, 2, paper="  ")
    with pytest.raises(RuleBroken):
        limited(pis.laboratory, LimitKind.HIRE, 2, valid_to=SINCE - timedelta(days=1))
    for most in ("-1", "1.5", "NaN", "Infinity"):
        with pytest.raises(InputRefused):
            limited(pis.laboratory, LimitKind.HIRE, most)
    assert not Limit.objects.exists()


def test_a_new_limit_ends_the_former_on_the_day_before_and_twice_is_once(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 2)
    for _time in range(2):
        limited(pis.laboratory, LimitKind.HIRE, 4, valid_from=date(2024, 2, 29))
    days = {date(2024, 2, 28): 2, date(2024, 2, 29): 4}
    assert {day: limits_on(pis.laboratory, day)["hire"].most for day in days} == days
    known = Limit.objects.known().filter(kind="hire")
    assert [(row.most, row.valid_to) for row in known.order_by("valid_from")] == [
        (2, date(2024, 2, 28)),
        (4, None),
    ]


def test_without_a_limit_the_head_decides_nothing_alone_and_every_request_climbs(
    pis: Programme,
) -> None:
    hire = authority(pis.laboratory, today())[0]
    assert (hire.kind, hire.limit, hire.most, hire.used, hire.left) == ("hire", *[None] * 4)
    case = decided(asked(pis.laboratory, LimitKind.SPEND, 1, pis["head"]), pis["head"])
    assert (case.state, case.stage) == ("running", "director")
    assert not LimitUse.objects.exists()
    decided(case, pis["director"])
    use = LimitUse.objects.get()
    assert (use.is_within, use.most, use.limit, use.amount) == (False, None, None, 1)


def test_in_a_laboratory_that_is_being_closed_everything_climbs(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    Laboratory.objects.filter(pk=pis.laboratory.pk).update(closing_on=today())
    case = decided(asked(pis.laboratory, LimitKind.BUY, 1, pis["member"]), pis["head"])
    assert (case.state, case.stage) == ("running", "director")
    assert not LimitUse.objects.exists()


def test_the_head_decides_up_to_the_limit_and_what_lies_beyond_climbs_to_the_director(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    first = decided(asked(pis.laboratory, LimitKind.BUY, 60, pis["member"]), pis["head"])
    assert first.state == "granted"
    assert left(pis, LimitKind.BUY) == 40
    second = asked(pis.laboratory, LimitKind.BUY, "40.01", pis["member"])
    second = decided(second, pis["head"])
    assert (second.state, second.stage) == ("running", "director")
    assert CaseStep.objects.filter(case=second, verb="climb").count() == 1
    assert LabCase.objects.get(case=second).has_climbed
    assert decided(second, pis["director"]).state == "granted"
    assert left(pis, LimitKind.BUY) == 40
    third = decided(asked(pis.laboratory, LimitKind.BUY, 40, pis["member"]), pis["head"])
    assert third.state == "granted"
    assert left(pis, LimitKind.BUY) == 0
    rows = [
        (row.amount, row.used_before, row.most, row.is_within, row.by_name)
        for row in ledger(pis.laboratory)
    ]
    assert rows == [
        (60, 0, 100, True, "沈若溪"),
        (Decimal("40.01"), 60, 100, False, "秦望舒"),
        (40, 60, 100, True, "沈若溪"),
    ]


def test_a_refused_request_uses_nothing(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    case = asked(pis.laboratory, LimitKind.BUY, 60, pis["member"])
    assert decided(case, pis["head"], "refused").state == "refused"
    assert left(pis, LimitKind.BUY) == 100


def test_the_limit_of_one_laboratory_and_kind_is_not_used_by_another(pis: Programme) -> None:
    for laboratory in (pis.laboratory, pis.second):
        limited(laboratory, LimitKind.BUY, 100)
    limited(pis.laboratory, LimitKind.SPEND, 70)
    decided(asked(pis.second, LimitKind.BUY, 100, pis["other"]), pis["other"])
    decided(asked(pis.laboratory, LimitKind.SPEND, 70, pis["head"]), pis["head"])
    assert left(pis, LimitKind.BUY) == 100
    assert left(pis, LimitKind.SPEND) == 0


def test_a_head_decides_nothing_for_another_laboratory(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    case = asked(pis.laboratory, LimitKind.BUY, 1, pis["head"], title="秘密抗体")
    with pytest.raises(NotPermitted) as refusal:
        decided(case, pis["other"])
    assert "秘密抗体" not in str(refusal.value)
    assert not LimitUse.objects.exists()


def test_a_limit_for_each_single_decision_is_never_used_up(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50, LimitPeriod.ONCE)
    for _time in range(3):
        case = asked(pis.laboratory, LimitKind.SPEND, 50, pis["head"])
        assert decided(case, pis["head"]).state == "granted"
    assert left(pis, LimitKind.SPEND) == 50
    case = asked(pis.laboratory, LimitKind.SPEND, "50.01", pis["head"])
    assert decided(case, pis["head"]).stage == "director"


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_limit_of_a_year_is_free_again_on_new_years_day_and_not_before(
    pis: Programme, year: int
) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 1)
    outcomes = []
    for day in (f"{year}-02-28", f"{year}-12-31", f"{year + 1}-01-01"):
        with time_machine.travel(f"{day}T04:00:00+00:00", tick=False):
            case = asked(pis.laboratory, LimitKind.HIRE, 1, pis["head"])
            outcomes.append(decided(case, pis["head"]).state)
    assert outcomes == ["granted", "running", "granted"]


def test_a_limit_raised_within_the_year_does_not_begin_the_year_anew(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 2)
    with time_machine.travel("2024-02-29T04:00:00+00:00", tick=False):
        for _time in range(2):
            decided(asked(pis.laboratory, LimitKind.HIRE, 1, pis["head"]), pis["head"])
    limited(pis.laboratory, LimitKind.HIRE, 3, valid_from=date(2024, 3, 1))
    with time_machine.travel("2024-12-31T04:00:00+00:00", tick=False):
        assert left(pis, LimitKind.HIRE) == 1


def test_a_limit_of_a_term_counts_while_it_holds_and_ends_on_its_last_day(pis: Programme) -> None:
    limited(
        pis.laboratory, LimitKind.ENROL, 2, LimitPeriod.TERM, date(2024, 2, 29),
        valid_to=date(2026, 2, 28),
    )  # fmt: skip
    days = ("2024-02-28", "2024-02-29", "2026-02-28", "2026-02-28", "2026-03-01")
    outcomes = []
    for day in days:
        with time_machine.travel(f"{day}T04:00:00+00:00", tick=False):
            case = asked(pis.laboratory, LimitKind.ENROL, 1, pis["head"])
            outcomes.append(decided(case, pis["head"]).state)
    assert outcomes == ["running", "granted", "granted", "running", "running"]


def test_a_return_frees_the_period_of_its_decision_and_no_later_one(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 2)
    with time_machine.travel("2024-12-31T04:00:00+00:00", tick=False):
        for _time in range(2):
            decided(asked(pis.laboratory, LimitKind.HIRE, 1, pis["head"]), pis["head"])
    with time_machine.travel("2025-01-02T04:00:00+00:00", tick=False):
        use = LimitUse.objects.order_by("pk").first()
        assert use is not None
        return_use(use=use, by=pis["director"], reason="未到岗")
        assert left(pis, LimitKind.HIRE) == 2
        assert [row.amount for row in ledger(pis.laboratory)] == [1, 1, -1]


def test_nobody_returns_more_than_was_used_nor_a_return_nor_as_head(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100)
    decided(asked(pis.laboratory, LimitKind.SPEND, 80, pis["head"]), pis["head"])
    use = LimitUse.objects.get()
    with pytest.raises(NotPermitted):
        return_use(use=use, by=pis["head"], reason="未支出")
    back = return_use(use=use, by=pis["office"], reason="部分未支出", amount=Decimal(30))
    assert left(pis, LimitKind.SPEND) == 50
    for row, amount in ((use, Decimal("50.01")), (back, Decimal(1)), (use, Decimal(0))):
        with pytest.raises((RuleBroken, InputRefused)):
            return_use(use=row, by=pis["office"], reason="x", amount=amount)
    return_use(use=use, by=pis["office"], reason="其余未支出")
    with pytest.raises(RuleBroken):
        return_use(use=use, by=pis["office"], reason="再退")
    assert left(pis, LimitKind.SPEND) == 100


def test_a_lowered_limit_leaves_nothing_and_never_less(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100)
    decided(asked(pis.laboratory, LimitKind.SPEND, 80, pis["head"]), pis["head"])
    limited(pis.laboratory, LimitKind.SPEND, 50, valid_from=today())
    known = authority_in(pis.laboratory, LimitKind.SPEND, today())
    assert (known.used, known.left) == (80, 0)
    case = asked(pis.laboratory, LimitKind.SPEND, "0.01", pis["head"])
    assert decided(case, pis["head"]).stage == "director"


def test_what_a_laboratory_asks_is_positive_and_counts_persons_whole(pis: Programme) -> None:
    for kind, amount in (("hire", "0.5"), ("spend", "0"), ("spend", "-3"), ("spend", "0.001")):
        with pytest.raises(InputRefused):
            ask_lab(
                laboratory=pis.laboratory, kind=LimitKind(kind), amount=Decimal(amount),
                title_zh="x", title_en="x", by=pis["head"],
            )  # fmt: skip
    with pytest.raises(NotPermitted):
        asked(pis.laboratory, LimitKind.SPEND, 1, pis["stranger"])
    assert not LabCase.objects.exists()


def test_a_charter_change_sets_the_limit_only_when_the_university_granted_it(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100)
    case = ask_limit(
        laboratory=pis.laboratory, kind=LimitKind.SPEND, most=Decimal(400),
        period=LimitPeriod.YEAR, valid_from=today(), by=pis["head"], reason="新增平台运行费",
    )  # fmt: skip
    case = submit_case(case=case, by=pis["head"])
    for who in ("head", "member"):
        with pytest.raises(NotPermitted):
            decided(case, pis[who])
    case = decided(case, pis["director"])
    assert left(pis, LimitKind.SPEND) == 100
    assert decided(case, pis["leader"]).state == "granted"
    known = authority_in(pis.laboratory, LimitKind.SPEND, today())
    assert known.limit is not None
    assert (known.most, known.limit.case_id) == (400, case.pk)
    assert case.number is not None
    assert case.number in known.limit.paper


def test_a_second_change_of_the_same_limit_waits_for_the_first(pis: Programme) -> None:
    given = {"period": LimitPeriod.YEAR, "valid_from": today(), "by": pis["head"], "reason": "x"}
    for kind in (LimitKind.SPEND, LimitKind.BUY):
        ask_limit(laboratory=pis.laboratory, kind=kind, most=Decimal(1), **given)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken):
        ask_limit(laboratory=pis.laboratory, kind=LimitKind.BUY, most=Decimal(2), **given)  # type: ignore[arg-type]


def test_where_the_head_is_the_director_a_leader_decides_above_the_limit(pis: Programme) -> None:
    pis.programme.director = pis.persons["head"]
    pis.programme.save()
    case = decided(asked(pis.laboratory, LimitKind.SPEND, 5, pis["member"]), pis["head"])
    assert case.stage == "director"
    with pytest.raises(NotPermitted):
        decided(case, pis["head"])
    assert decided(case, pis["leader"]).state == "granted"
    assert not LimitUse.objects.get().is_within


def test_a_kind_whose_head_has_no_way_beyond_never_lets_the_head_pass_the_limit(
    pis: Programme,
) -> None:
    from preceptor.cases.models import CaseKind

    kind = CaseKind.objects.get(institution=pis.institution, name="lab_request")
    kind.content = kind.content.replace(', beyond = "director"', "")
    kind.hash = "0" * 64
    kind.save()
    limited(pis.laboratory, LimitKind.SPEND, 10)
    case = asked(pis.laboratory, LimitKind.SPEND, 11, pis["member"])
    with pytest.raises(RuleBroken):
        decided(case, pis["head"])
    assert not LimitUse.objects.exists()


def test_the_command_line_deciding_for_the_head_keeps_to_the_limit(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 10)
    case = asked(pis.laboratory, LimitKind.SPEND, 11, OPERATOR)
    assert decided(case, OPERATOR).stage == "director"
    set_limit(
        laboratory=pis.laboratory, kind=LimitKind.SPEND, most=Decimal(20), period=LimitPeriod.YEAR,
        valid_from=today(), paper="云医校〔2026〕1号", by=OPERATOR,
    )  # fmt: skip
    again = asked(pis.laboratory, LimitKind.SPEND, 11, OPERATOR)
    assert decided(again, OPERATOR).state == "granted"


def test_who_may_not_raise_a_limit_is_told_who_may_and_by_which_clause_and_nothing_is_written(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100, paper="授权书（2019）第三条")
    for who in ("head", "personnel", "stranger"):
        with pytest.raises(NotPermitted) as refusal:
            limited(pis.laboratory, LimitKind.SPEND, 900, by=pis[who])
        for words in ("秦望舒", "授权书（2019）第三条"):
            assert words in str(refusal.value)
    assert [row.most for row in Limit.objects.filter(laboratory=pis.laboratory)] == [100]
