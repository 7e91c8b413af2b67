"""A hundred who decide under one charter in the same moment, each on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from at_once import at_once
from pi_rows import Programme, asked, decided, in_the_term, limited, write_programme
from preceptor.base.errors import RuleBroken
from preceptor.base.journal import first_broken
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.fellows.actions import book_entry, join_lab, return_use
from preceptor.fellows.charter import authority_in
from preceptor.fellows.choices import EntryKind, LabRole, LimitKind
from preceptor.fellows.models import LabEntry, LimitUse
from preceptor.fellows.queries import balance

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

MANY = 100


@pytest.fixture
def pis(transactional_db: None) -> Iterator[Programme]:
    with in_the_term():
        yield write_programme()


def test_a_hundred_approvals_at_once_never_pass_the_limit_and_the_rest_climb(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 7)
    cases = [asked(pis.laboratory, LimitKind.HIRE, 1, pis["head"]) for _time in range(MANY)]
    head = pis["head"]

    def deciding(case: Case) -> Callable[[], Case]:
        return lambda: decided(case, head)

    answers = at_once(deciding(case) for case in cases)
    assert all(isinstance(answer, Case) for answer in answers)
    states = [(answer.state, answer.stage) for answer in answers]
    assert states.count(("granted", "")) == 7
    assert states.count(("running", "director")) == MANY - 7
    rows = list(LimitUse.objects.order_by("pk"))
    assert [row.used_before for row in rows] == list(range(7))
    assert all(row.is_within and row.most == 7 for row in rows)
    known = authority_in(pis.laboratory, LimitKind.HIRE, today())
    assert (known.used, known.left) == (7, 0)
    assert first_broken() is None


def test_amounts_of_unlike_size_at_once_fill_the_limit_and_never_pass_it(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, "100.00")
    amounts = [Decimal(f"{place}.{place:02}") for place in range(1, 21)]
    cases = [asked(pis.laboratory, LimitKind.SPEND, one, pis["head"]) for one in amounts]
    head = pis["head"]

    def deciding(case: Case) -> Callable[[], Case]:
        return lambda: decided(case, head)

    answers = at_once(deciding(case) for case in cases)
    used = sum(row.amount for row in LimitUse.objects.filter(is_within=True))
    pairs = list(zip(amounts, answers, strict=True))
    assert used == sum(one for one, answer in pairs if answer.state == "granted") <= 100
    climbed = [one for one, answer in pairs if answer.stage == "director"]
    assert climbed and all(used + one > 100 for one in climbed)


def test_of_many_returns_at_once_only_what_was_used_is_returned(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.HIRE, 3)
    decided(asked(pis.laboratory, LimitKind.HIRE, 3, pis["head"]), pis["head"])
    use, office = LimitUse.objects.get(), pis["office"]
    answers = at_once(
        (lambda: return_use(use=use, by=office, reason="未到岗", amount=Decimal(1)))
        for _time in range(8)
    )
    assert sum(isinstance(one, LimitUse) for one in answers) == 3
    assert sum(isinstance(one, RuleBroken) for one in answers) == 5
    assert authority_in(pis.laboratory, LimitKind.HIRE, today()).left == 3


def test_money_spent_by_many_at_once_never_overdraws_the_account(pis: Programme) -> None:
    there, personnel = balance(pis.laboratory), pis["personnel"]
    part = there / 3 - 1
    answers = at_once(
        (
            lambda: book_entry(
                laboratory=pis.laboratory, kind=EntryKind.SPENT,
                amount_cny=part.quantize(Decimal("0.01")), booked_on=today(), by=personnel,
            )
        )
        for _time in range(8)
    )  # fmt: skip
    assert sum(isinstance(one, LabEntry) for one in answers) == 3
    assert 0 <= balance(pis.laboratory) < part


def test_somebody_who_joins_twice_at_once_is_a_member_once(pis: Programme) -> None:
    head, person = pis["head"], pis.persons["c2"]
    answers = at_once(
        (
            lambda: join_lab(
                laboratory=pis.laboratory, person=person, role=LabRole.STAFF, valid_from=today(),
                by=head,
            )
        )
        for _time in range(6)
    )  # fmt: skip
    assert len({one.pk for one in answers}) == 1
