"""Every write to partners, agreements and joint schools is refused to whoever does not keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from joint_rows import BEGAN, account, ends_on
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.joint.actions import (
    add_agreement_document,
    add_joint_programme,
    add_party,
    change_agreement,
    change_partner,
    close_obligation,
    draft_agreement,
    end_recognition,
    enrol_dual,
    give_evidence,
    hide,
    leave_agreement,
    leave_dual,
    let_see,
    open_joint_school,
    put_under_agreement,
    recognise_course,
    record_abroad,
    record_contribution,
    record_cost,
    record_event,
    record_return,
    record_signature,
    register_partner,
    remove_party,
    renew_agreement,
    send_to_review,
    set_obligation,
    set_share,
    sign_agreement,
    take_back_evidence,
    terminate_agreement,
    warn,
)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = date(2024, 9, 1)
Write = Callable[[Any], object]


def of_agreements(cast: Cast, joint: Joint) -> dict[str, Write]:
    row, root = joint.agreement, cast.institution
    draft = draft_agreement(
        institution=root, unit=joint.unit, number="N-1", kind="strategic", title_zh="战略协议",
        starts_on=BEGAN, ends_on=ends_on(), by=OPERATOR,
    )  # fmt: skip
    party = add_party(agreement=draft, unit=joint.unit, by=OPERATOR)
    owed: dict[str, Any] = {
        "agreement": row, "clause": "三", "title_zh": "联合授课", "owner_unit": joint.unit,
        "evidence": "event", "counts_from": BEGAN, "due_on": ends_on(),
    }  # fmt: skip
    obligation = set_obligation(**owed, by=OPERATOR)
    evidence = give_evidence(obligation=obligation, done_on=BEGAN, note="会议", by=OPERATOR)
    sight = let_see(agreement=row, partner=joint.partner, noun="courses", by=OPERATOR)
    return {
        "draft": lambda by: draft_agreement(
            institution=root, unit=joint.unit, number="N-2", kind="strategic", title_zh="协议", by=by
        ),
        "change": lambda by: change_agreement(agreement=draft, title_zh="改", by=by),
        "review": lambda by: send_to_review(agreement=draft, by=by),
        "sign": lambda by: sign_agreement(agreement=draft, by=by),
        "party": lambda by: add_party(agreement=draft, partner=joint.partner, by=by),
        "signature": lambda by: record_signature(
            party=party, signatory="某人", signed_on=BEGAN, by=by
        ),
        "party_remove": lambda by: remove_party(party=party, by=by),
        "document": lambda by: add_agreement_document(
            agreement=row, title="文本", content=BytesIO(b"%PDF-1.7 x"), file_name="a.pdf", by=by
        ),
        "terminate": lambda by: terminate_agreement(
            agreement=row, terminated_on=today(), reason="终止", by=by
        ),
        "renew": lambda by: renew_agreement(
            agreement=row, number="N-3", starts_on=ends_on() + DAY, ends_on=ends_on() + 90 * DAY,
            by=by,
        ),
        "obligation": lambda by: set_obligation(**owed | {"clause": "四"}, by=by),
        "obligation_close": lambda by: close_obligation(
            obligation=obligation, reason="不再需要", by=by
        ),
        "evidence": lambda by: give_evidence(
            obligation=obligation, done_on=today(), note="授课", by=by
        ),
        "evidence_back": lambda by: take_back_evidence(evidence=evidence, reason="误记", by=by),
        "let_see": lambda by: let_see(
            agreement=row, partner=joint.partner, noun="standing", by=by
        ),
        "hide": lambda by: hide(sight=sight, by=by),
        "join": lambda by: put_under_agreement(
            agreement=row, enrolment=cast.shen, first_on=FIRST, by=by
        ),
        "leave": lambda by: leave_agreement(trainee=joint.trainee, last_on=today(), by=by),
        "warn": lambda by: warn(institution=root, on=today(), by=by),
    }  # fmt: skip


def of_schools(cast: Cast, joint: Joint) -> dict[str, Write]:
    school, programme = joint.school, joint.programme
    courses = {"programme": programme, "taken": joint.robotics, "counts_as": joint.anatomy}
    known = recognise_course(**courses, credits=Decimal(2), valid_from=BEGAN, by=OPERATOR)
    shares = {joint.home_side: 5000, joint.partner_side: 5000}
    set_share(school=school, purpose="设备", shares=shares, valid_from=BEGAN, by=OPERATOR)
    return {
        "open": lambda by: open_joint_school(
            unit=cast.cancer, partner=joint.partner, agreement=joint.agreement, opened_on=BEGAN,
            by=by,
        ),
        "programme": lambda by: add_joint_programme(
            school=school, code="M2", name_zh="生物医学", name_en="Biomedicine",
            home_programme=programme.home_programme, award_kind="one_joint", valid_from=BEGAN,
            by=by,
        ),
        "recognise": lambda by: recognise_course(
            **courses, credits=Decimal(1), valid_from=FIRST, by=by
        ),
        "recognition_end": lambda by: end_recognition(recognition=known, last_on=today(), by=by),
        "share": lambda by: set_share(
            school=school, purpose="差旅", shares=shares, valid_from=BEGAN, by=by
        ),
        "cost": lambda by: record_cost(
            school=school, party=joint.home_side, purpose="设备", amount_cny=Decimal(5),
            spent_on=today(), by=by,
        ),
        "enrol": lambda by: enrol_dual(
            programme=programme, home=cast.shen, starts_on=FIRST, by=by
        ),
        "leave": lambda by: leave_dual(dual=joint.dual, left_on=today(), reason="退出", by=by),
    }  # fmt: skip


def of_partners(cast: Cast, joint: Joint) -> dict[str, Write]:
    person = cast.persons["S1"]
    gone = record_abroad(person=person, kind="trainee", country="DE", first_on=FIRST, by=OPERATOR)
    return {
        "register": lambda by: register_partner(
            institution=cast.institution, code="CJ", kind="company", name_zh="澄江", by=by
        ),
        "change": lambda by: change_partner(partner=joint.partner, name_en="Tingnan", by=by),
        "contribution": lambda by: record_contribution(
            partner=joint.partner, kind="money", amount=Decimal(5), given_on=today(), by=by
        ),
        "event": lambda by: record_event(
            partner=joint.partner, kind="meeting", title_zh="年会", first_on=today(), by=by
        ),
        "abroad": lambda by: record_abroad(
            person=cast.persons["S2"], kind="trainee", country="DE", first_on=FIRST, by=by
        ),
        "return": lambda by: record_return(abroad=gone, returned_on=today(), by=by),
    }  # fmt: skip


@pytest.mark.parametrize("writes", [of_agreements, of_schools, of_partners])
def test_neither_a_stranger_nor_a_trainee_a_leader_or_the_other_side_writes(
    cast: Cast, joint: Joint, writes: Callable[[Cast, Joint], dict[str, Write]], leader: Account,
    trainee: Account, stranger: Account, peer_office: Account, peer_leader: Account,
) -> None:  # fmt: skip
    found = writes(cast, joint)
    before = JournalEntry.objects.count()
    for name, write in found.items():
        for who in (stranger, trainee, leader, peer_office, peer_leader):
            with pytest.raises(NotPermitted):
                write(who)
                pytest.fail(f"{name}: {who.login}")
    assert JournalEntry.objects.count() == before


def test_the_office_of_the_institution_writes_all_of_it(
    cast: Cast, joint: Joint, office: Account
) -> None:
    # These wait for more than a right: a second side, a signature, an end that was not written yet.
    waiting = {"review", "sign", "open", "terminate", "recognition_end"}
    for writes in (of_schools, of_partners, of_agreements):
        for name, write in writes(cast, joint).items():
            if name not in waiting:
                write(office)


def test_a_trainee_is_put_under_an_agreement_by_who_keeps_both(cast: Cast, joint: Joint) -> None:
    writes = of_agreements(cast, joint)
    keeper = account("js", RoleKind.SECRETARY, joint.unit)
    for name in ("join", "leave"):
        with pytest.raises(NotPermitted):
            writes[name](keeper)
            pytest.fail(name)


def test_who_keeps_the_unit_of_an_obligation_says_what_was_done(cast: Cast, joint: Joint) -> None:
    secretary = account("gs", RoleKind.SECRETARY, cast.general)
    row = set_obligation(
        agreement=joint.agreement, clause="五", title_zh="授课", owner_unit=cast.general,
        evidence="event", counts_from=BEGAN, due_on=ends_on(), by=OPERATOR,
    )  # fmt: skip
    given = give_evidence(obligation=row, done_on=today(), note="授课", by=secretary)
    with pytest.raises(RuleBroken):
        take_back_evidence(evidence=given, reason=" ", by=secretary)
    with pytest.raises(NotPermitted):
        close_obligation(obligation=row, reason="不再需要", by=secretary)
