"""Obligations: what operations say was done, and where each stands on a day."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from joint_rows import account, entered, fresh, signed
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import OutgoingMail
from preceptor.base.queue.tasks import task_named
from preceptor.base.today import today
from preceptor.cases.tasks import TaskLine, tasks_of
from preceptor.joint.access import may_give_evidence, visible_obligations
from preceptor.joint.actions import (
    close_obligation,
    give_evidence,
    put_under_agreement,
    recognise_course,
    record_contribution,
    record_event,
    renew_agreement,
    set_obligation,
    take_back_evidence,
    warn,
)
from preceptor.joint.choices import EvidenceKind, ObligationState
from preceptor.joint.models import Agreement, Obligation
from preceptor.joint.queries import ObligationStanding, obligation_states
from preceptor.people.actions import keep_contact
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import CourseRecord, Enrolment

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST, DUE = date(2025, 1, 1), date(2025, 12, 31)
LATER = date(2026, 3, 1)


def owed(
    cast: Cast, joint: Joint, evidence: EvidenceKind, target: int = 1, **more: Any
) -> Obligation:
    given = {
        "clause": "第六条", "title_zh": f"义务：{evidence}", "counts_from": FIRST, "due_on": DUE,
        **more,
    }  # fmt: skip
    return set_obligation(
        agreement=joint.agreement, owner_unit=joint.unit, evidence=evidence, by=OPERATOR,
        target=Decimal(target), **given,
    )  # fmt: skip


def stands(row: Obligation, on: date) -> ObligationStanding:
    return obligation_states([row], on)[row.pk]


def test_an_obligation_is_open_until_its_last_day_and_overdue_after_it(
    cast: Cast, joint: Joint
) -> None:
    row = owed(cast, joint, EvidenceKind.EVENT)
    assert stands(row, DUE) == ObligationStanding(
        ObligationState.OPEN, Decimal(0), Decimal(1), None
    )
    assert stands(row, DUE + DAY).state == ObligationState.OVERDUE


def event(joint: Joint, first: date, last: date | None = None, **more: Any) -> None:
    record_event(
        partner=joint.partner, kind="workshop", title_zh=f"研讨会{first}", first_on=first,
        last_on=last, by=OPERATOR, **{"agreement": joint.agreement, **more},
    )  # fmt: skip


def test_joint_events_count_by_their_last_day_and_only_under_the_agreement(
    cast: Cast, joint: Joint
) -> None:
    row = owed(cast, joint, EvidenceKind.EVENT, 2)
    event(joint, FIRST - DAY)
    event(joint, date(2025, 3, 1), agreement=None)
    event(joint, FIRST - 2 * DAY, FIRST)
    assert stands(row, DUE).reached == 1
    event(joint, DUE, DUE + DAY)
    found = stands(row, LATER)
    assert (found.state, found.reached, found.reached_on) == (
        ObligationState.DONE_LATE, Decimal(2), DUE + DAY,
    )  # fmt: skip
    assert stands(row, DUE).state == ObligationState.OPEN
    event(joint, DUE - DAY)
    assert stands(row, LATER).state == ObligationState.DONE
    assert stands(row, DUE - 2 * DAY).reached == 1


def test_contributions_count_in_yuan_and_instrument_hours_in_hours(
    cast: Cast, joint: Joint
) -> None:
    money = owed(cast, joint, EvidenceKind.CONTRIBUTION, 100_000)
    hours = owed(cast, joint, EvidenceKind.INSTRUMENT_HOURS, 40)
    for kind, amount in (("money", 60_000), ("equipment", "40000.50"), ("instrument_hours", 39),
                         ("teaching_hours", 500), ("space", 900)):  # fmt: skip
        record_contribution(
            partner=joint.partner, agreement=joint.agreement, kind=kind, amount=Decimal(amount),
            given_on=date(2025, 5, 1), by=OPERATOR,
        )  # fmt: skip
    assert stands(money, DUE).reached == Decimal("100000.50")
    assert stands(money, DUE).state == ObligationState.DONE
    assert (stands(hours, DUE).reached, stands(hours, DUE).state) == (39, ObligationState.OPEN)


def test_whoever_is_taken_in_twice_by_one_agreement_counts_once(cast: Cast, joint: Joint) -> None:
    row = owed(cast, joint, EvidenceKind.INTAKE, 3, counts_from=date(2024, 1, 1))
    assert stands(row, DUE).reached == 2  # 林知远 as a dual trainee, 顾清妍 under the agreement
    put_under_agreement(
        agreement=joint.agreement, enrolment=cast.lin, first_on=date(2025, 2, 1), by=OPERATOR
    )
    assert stands(row, DUE).reached == 2
    put_under_agreement(
        agreement=joint.agreement, enrolment=cast.shen, first_on=date(2025, 2, 1), by=OPERATOR
    )
    assert stands(row, DUE).reached_on == date(2025, 2, 1)


def awarded(enrolment: Enrolment, day: date) -> None:
    rows = Enrolment.objects.filter(pk=enrolment.pk)
    rows.update(state=EnrolmentState.AWARDED, awarded_on=day)


def test_a_dual_degree_counts_on_the_day_of_the_second_of_its_degrees(
    cast: Cast, joint: Joint
) -> None:
    row = owed(cast, joint, EvidenceKind.DUAL_DEGREE)
    awarded(cast.lin, date(2025, 6, 20))
    assert stands(row, DUE).state == ObligationState.OPEN
    awarded(joint.away, date(2025, 9, 1))
    assert stands(row, DUE).reached_on == date(2025, 9, 1)
    assert stands(row, date(2025, 8, 31)).state == ObligationState.OPEN


def test_a_joint_course_counts_once_a_year_where_a_dual_trainee_has_a_result(
    cast: Cast, joint: Joint
) -> None:
    row = owed(cast, joint, EvidenceKind.JOINT_COURSE, 2, counts_from=date(2024, 9, 1))
    recognise_course(
        programme=joint.programme, taken=joint.robotics, counts_as=joint.anatomy,
        credits=Decimal(2), valid_from=date(2025, 1, 1), by=OPERATOR,
    )  # fmt: skip

    def result(enrolment: Enrolment, year: int) -> None:
        CourseRecord.objects.create(
            enrolment=enrolment, course=joint.robotics, year=year, outcome="pass"
        )

    result(joint.away, 2024)  # not recognised yet
    result(cast.shen, 2025)  # no dual trainee
    assert stands(row, LATER).reached == 0
    result(joint.away, 2025)
    result(cast.lin, 2025)  # the same course in the same year
    assert (stands(row, DUE).reached, stands(row, LATER).state) == (1, ObligationState.OVERDUE)
    result(joint.away, 2026)
    assert stands(row, LATER).state == ObligationState.DONE_LATE


def test_what_was_entered_counts_for_every_kind_until_it_is_taken_back(
    cast: Cast, joint: Joint
) -> None:
    row = owed(cast, joint, EvidenceKind.DUAL_DEGREE)
    found = give_evidence(
        obligation=row, done_on=date(2025, 7, 1), note="学位证书编号见附件", by=OPERATOR
    )
    again = give_evidence(
        obligation=row, done_on=date(2025, 7, 1), note="学位证书编号见附件", by=OPERATOR
    )
    assert again == found and stands(row, DUE).state == ObligationState.DONE
    with pytest.raises(RuleBroken):
        take_back_evidence(evidence=found, reason="", by=OPERATOR)
    taken = take_back_evidence(evidence=found, reason="编号有误", by=OPERATOR)
    assert stands(row, DUE).state == ObligationState.OPEN
    assert take_back_evidence(evidence=found, reason="编号有误", by=OPERATOR) == taken


def test_a_document_is_owed_as_a_document(cast: Cast, joint: Joint, home: Any) -> None:
    row = owed(cast, joint, EvidenceKind.DOCUMENT)

    def hand_in(content: bytes | None, **more: Any) -> Any:
        given = {"done_on": date(2025, 7, 1), "note": "年度总结", **more}
        return give_evidence(
            obligation=row, by=OPERATOR, file_name="总结.pdf",
            content=io.BytesIO(content) if content is not None else None, **given,
        )  # fmt: skip

    for refused in (
        {},
        {"done_on": FIRST - DAY},
        {"done_on": today() + DAY},
        {"amount": Decimal(0)},
    ):
        with pytest.raises(RuleBroken):
            hand_in(b"%PDF-1.7" if refused else None, **refused)
    with pytest.raises(InputRefused):
        hand_in(b"PK")
    assert hand_in(b"%PDF-1.7").file is not None
    assert stands(row, DUE).state == ObligationState.DONE


def test_a_closed_obligation_is_neither_open_nor_overdue(cast: Cast, joint: Joint) -> None:
    row = owed(cast, joint, EvidenceKind.EVENT)
    with pytest.raises(RuleBroken):
        close_obligation(obligation=row, reason=" ", by=OPERATOR)
    closed = close_obligation(obligation=row, reason="双方书面同意免除", by=OPERATOR)
    assert stands(closed, DUE + DAY).state == ObligationState.CLOSED


def test_obligations_that_cannot_be_met_are_refused(cast: Cast, joint: Joint) -> None:
    for wrong in ({"target": 0}, {"due_on": FIRST - DAY}):
        with pytest.raises(RuleBroken):
            owed(cast, joint, EvidenceKind.EVENT, **wrong)
    row = owed(cast, joint, EvidenceKind.EVENT)
    assert owed(cast, joint, EvidenceKind.EVENT) == row
    changed = owed(cast, joint, EvidenceKind.EVENT, 5, obligation=row)
    assert (changed.pk, changed.target, Obligation.objects.count()) == (row.pk, 5, 1)
    other = signed(joint.unit, joint.partner, "2025-9", FIRST, DUE)
    with pytest.raises(InputRefused):
        set_obligation(
            agreement=other, obligation=row, clause="一", title_zh="甲", owner_unit=joint.unit,
            evidence="event", counts_from=FIRST, due_on=DUE, by=OPERATOR,
        )  # fmt: skip
    with pytest.raises(RuleBroken):
        owed(cast, joint, EvidenceKind.EVENT, owner=joint.away.person, clause="第七条")


def test_the_states_of_many_obligations_need_as_many_queries_as_those_of_one(
    cast: Cast, joint: Joint
) -> None:
    event(joint, FIRST)
    rows = [owed(cast, joint, kind, number) for kind in EvidenceKind for number in (1, 2, 3)]
    counts = []
    for few in (rows[::3], rows):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            found = obligation_states(few, LATER)
        counts.append(len(caught))
        assert found.keys() == {row.pk for row in few}
    assert counts[0] == counts[1] <= 12


def test_who_is_answerable_gives_evidence_and_nobody_else(
    cast: Cast, joint: Joint, supervisor: Account, secretary: Account, office: Account,
    trainee: Account, peer_office: Account,
) -> None:  # fmt: skip
    row = owed(cast, joint, EvidenceKind.EVENT, owner=cast.persons["T1"])
    given = [one.login for one in (supervisor, secretary, office, trainee, peer_office)
             if may_give_evidence(one, row)]  # fmt: skip
    assert given == ["supervisor", "office"]
    assert visible_obligations(supervisor).get() == row
    for user in (secretary, trainee, peer_office):
        assert not visible_obligations(user).exists()
        with pytest.raises(NotPermitted):
            give_evidence(obligation=row, done_on=FIRST, note="越权", by=user)
    assert stands(row, DUE).reached == 0
    give_evidence(obligation=row, done_on=FIRST, note="已举办", by=supervisor)
    with pytest.raises(NotPermitted):
        close_obligation(obligation=row, reason="自行免除", by=supervisor)


def lines(user: Account, source: str) -> list[TaskLine]:
    return [line for line in tasks_of(fresh(user)) if line.source == source]


def test_an_obligation_waits_on_who_is_answerable_until_it_is_fulfilled(
    cast: Cast, joint: Joint, supervisor: Account, office: Account, neighbour: Account,
    peer_office: Account,
) -> None:  # fmt: skip
    owner = cast.persons["T1"]
    soon = {"counts_from": FIRST, "due_on": today() + timedelta(days=30), "owner": owner}
    row = owed(cast, joint, EvidenceKind.EVENT, **soon)
    owed(cast, joint, EvidenceKind.EVENT, clause="第八条", **{**soon, "due_on": today() + 31 * DAY})
    late = owed(cast, joint, EvidenceKind.INSTRUMENT_HOURS, owner=owner)
    for user in (supervisor, office):
        found = lines(user, "obligation")
        assert [(line.key, line.noun_key) for line in found] == [
            (late.pk, joint.agreement.pk), (row.pk, joint.agreement.pk),
        ]  # fmt: skip
        assert [line.is_overdue for line in found] == [True, False]
    assert lines(neighbour, "obligation") == lines(peer_office, "obligation") == []
    event(joint, FIRST)
    assert [line.key for line in lines(supervisor, "obligation")] == [late.pk]


def test_an_agreement_that_expires_soon_waits_on_its_keepers_until_it_is_renewed(
    cast: Cast, joint: Joint, office: Account, secretary: Account, peer_office: Account
) -> None:
    personnel = account("personnel", RoleKind.PERSONNEL, cast.institution)
    last = today() + 10 * DAY
    row = signed(cast.general, joint.partner, "S-1", FIRST, last, kind="strategic")
    on_postdocs = signed(cast.general, joint.partner, "T-1", FIRST, last, kind="tripartite")
    for user, keys in ((office, {row.pk, on_postdocs.pk}), (secretary, {row.pk, on_postdocs.pk}),
                       (personnel, {on_postdocs.pk}), (peer_office, set())):  # fmt: skip
        assert {line.key for line in lines(user, "agreement")} == keys
    renewal = renew_agreement(
        agreement=row, number="S-2", starts_on=last + DAY, ends_on=last + 900 * DAY, by=OPERATOR
    )
    assert {line.number for line in lines(secretary, "agreement")} == {"S-1", "T-1"}
    Agreement.objects.filter(pk=renewal.pk).update(state="signed")
    assert {line.number for line in lines(secretary, "agreement")} == {"T-1"}


def test_whoever_is_concerned_is_written_to_once(
    cast: Cast, joint: Joint, secretary: Account, office: Account
) -> None:
    Account.objects.filter(pk=secretary.pk).update(email="secretary@example.org")
    Account.objects.filter(pk=office.pk).update(email="office@example.org")
    keep_contact(person=cast.persons["T1"], email="t1@example.org", by=OPERATOR)
    row = signed(cast.general, joint.partner, "S-1", FIRST, today() + 10 * DAY, kind="strategic")
    for clause, owner in (("一", cast.persons["T1"]), ("二", None)):
        set_obligation(
            agreement=row, clause=clause, title_zh="共享仪器", owner_unit=cast.general, owner=owner,
            evidence="instrument_hours", counts_from=FIRST, due_on=today() + 5 * DAY, by=OPERATOR,
        )  # fmt: skip
    for _night in range(2):
        assert warn(institution=cast.institution, on=today(), by=OPERATOR) == 3
    told = OutgoingMail.objects.order_by("to", "id").values_list("to", flat=True)
    assert list(told) == [
        "secretary@example.org", "secretary@example.org", "t1@example.org", "t1@example.org",
    ]  # fmt: skip
    assert all("S-1" in letter.subject for letter in OutgoingMail.objects.all())
    assert mail.outbox == []
    with pytest.raises(NotPermitted):
        warn(institution=cast.institution, on=today(), by=secretary)


def test_a_postdoc_counts_as_taken_in_on_the_day_of_entry(cast: Cast, joint: Joint) -> None:
    row = owed(cast, joint, EvidenceKind.INTAKE, 3, counts_from=date(2024, 1, 1))
    entered(cast, joint.agreement)
    found = stands(row, DUE)
    assert (found.state, found.reached) == (ObligationState.DONE, 3)
    assert stands(row, date(2024, 2, 1)).reached == 1


def test_the_nightly_job_writes_for_every_institution_with_agreements(
    cast: Cast, joint: Joint, office: Account
) -> None:
    Account.objects.filter(pk=office.pk).update(email="office@example.org")
    signed(cast.institution, joint.partner, "S-1", FIRST, today() + 10 * DAY, kind="strategic")
    assert task_named("joint.nightly").func() == {"institutions": 1, "told": 1}
    assert OutgoingMail.objects.get().to == "office@example.org"


def test_what_a_joint_school_does_counts_for_the_renewal_of_its_agreement(
    cast: Cast, joint: Joint
) -> None:
    begins = date(2024, 6, 1)
    renewal = Agreement.objects.create(
        institution=joint.agreement.institution, unit=joint.unit, number="2026-001",
        title_zh="续签协议", kind=joint.agreement.kind, state="signed", starts_on=begins,
        signed_on=begins, ends_on=date(2029, 8, 31), follows=joint.agreement,
    )  # fmt: skip
    further = Agreement.objects.create(
        institution=joint.agreement.institution, unit=joint.unit, number="2029-001",
        title_zh="再次续签", kind=joint.agreement.kind, state="signed", starts_on=begins,
        signed_on=begins, ends_on=date(2034, 8, 31), follows=renewal,
    )  # fmt: skip
    for agreement in (renewal, further):
        given = {"agreement": agreement, "counts_from": begins, "due_on": LATER}
        taken = Obligation.objects.create(
            clause="第六条", title_zh="招生", owner_unit=joint.unit, target=Decimal(1),
            evidence=EvidenceKind.INTAKE, **given,
        )  # fmt: skip
        assert stands(taken, DUE).reached == 1  # 林知远, by the school; 顾清妍 under the former one
        degrees = Obligation.objects.create(
            clause="第七条", title_zh="双学位", owner_unit=joint.unit, target=Decimal(1),
            evidence=EvidenceKind.DUAL_DEGREE, **given,
        )  # fmt: skip
        assert stands(degrees, DUE).reached == 0
        for enrolment in (cast.lin, joint.away):
            awarded(enrolment, date(2025, 6, 20))
        assert stands(degrees, DUE).reached_on == date(2025, 6, 20)
        for enrolment in (cast.lin, joint.away):
            Enrolment.objects.filter(pk=enrolment.pk).update(state="training", awarded_on=None)
    old = owed(cast, joint, EvidenceKind.INTAKE, 3, counts_from=date(2024, 1, 1))
    assert stands(old, DUE).reached == 2
