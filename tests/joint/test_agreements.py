"""Agreements: what is refused before they are signed, and where they stand on a day."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from joint_rows import BEGAN, CLAUSE, ends_on, sign, signed
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken, ValidationError
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.joint.access import may_keep_agreement, may_view_agreement, visible_agreements
from preceptor.joint.actions import (
    add_agreement_document,
    add_party,
    change_agreement,
    draft_agreement,
    let_see,
    record_signature,
    register_partner,
    remove_party,
    renew_agreement,
    send_to_review,
    sign_agreement,
    terminate_agreement,
)
from preceptor.joint.choices import AgreementState, Standing
from preceptor.joint.models import Agreement, AgreementParty, Partner
from preceptor.joint.queries import last_day, standing_of, standings
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def drafted(cast: Cast, number: str = "2025-001", **columns: Any) -> Agreement:
    given = {"starts_on": FIRST, "ends_on": LAST, "title_zh": "战略合作协议", **columns}
    return draft_agreement(
        institution=cast.institution, unit=cast.general, number=number, kind="strategic",
        by=OPERATOR, **given,
    )  # fmt: skip


def hospital(cast: Cast, code: str = "P1") -> Partner:
    return register_partner(
        institution=cast.institution,
        code=code,
        kind="hospital",
        name_zh=f"某医院{code}",
        by=OPERATOR,
    )


def with_sides(cast: Cast, row: Agreement) -> tuple[AgreementParty, AgreementParty]:
    own = add_party(
        agreement=row, unit=cast.general, signatory="某人", signed_on=FIRST, by=OPERATOR
    )
    return own, add_party(agreement=row, partner=hospital(cast), by=OPERATOR)


def test_an_agreement_without_end_is_refused_unless_it_says_why(cast: Cast) -> None:
    row = drafted(cast, ends_on=None)
    with_sides(cast, row)
    with pytest.raises(RuleBroken, match="2025-001"):
        send_to_review(agreement=row, by=OPERATOR)
    assert Agreement.objects.get(pk=row.pk).state == AgreementState.DRAFTING
    change_agreement(agreement=row, open_reason="双方长期合作，协议至一方书面终止为止", by=OPERATOR)
    assert sign(row).state == AgreementState.SIGNED
    assert standing_of(row, date(2099, 1, 1)) == Standing.IN_FORCE
    with pytest.raises(ValueError, match="no end"):
        last_day(Agreement.objects.get(pk=row.pk))


def test_the_tables_themselves_refuse_a_signed_agreement_without_end(cast: Cast) -> None:
    row = drafted(cast, ends_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=row.pk).update(state=AgreementState.SIGNED)


def test_an_agreement_needs_two_sides_one_of_them_the_institution(cast: Cast) -> None:
    row = drafted(cast)
    for side in ({"partner": hospital(cast, "P1")}, {"partner": hospital(cast, "P2")}):
        with pytest.raises(RuleBroken):
            send_to_review(agreement=row, by=OPERATOR)
        add_party(agreement=row, by=OPERATOR, **side)
    with pytest.raises(RuleBroken):
        send_to_review(agreement=row, by=OPERATOR)
    add_party(agreement=row, unit=cast.general, by=OPERATOR)
    assert send_to_review(agreement=row, by=OPERATOR).state == AgreementState.REVIEW


def test_an_unsigned_side_is_named_and_nothing_is_signed(cast: Cast) -> None:
    row = drafted(cast)
    _own, other = with_sides(cast, row)
    send_to_review(agreement=row, by=OPERATOR)
    with pytest.raises(RuleBroken, match="某医院P1"):
        sign_agreement(agreement=row, by=OPERATOR)
    with pytest.raises(RuleBroken):
        record_signature(party=other, signatory="某人", signed_on=today() + DAY, by=OPERATOR)
    record_signature(party=other, signatory="某人", signed_on=date(2025, 1, 9), by=OPERATOR)
    held = sign_agreement(agreement=row, by=OPERATOR)
    assert (held.state, held.signed_on) == (AgreementState.SIGNED, date(2025, 1, 9))
    assert sign_agreement(agreement=row, by=OPERATOR).revision == held.revision


def test_an_agreement_is_not_signed_past_the_legal_review(cast: Cast) -> None:
    row = drafted(cast)
    _own, other = with_sides(cast, row)
    record_signature(party=other, signatory="某人", signed_on=FIRST, by=OPERATOR)
    with pytest.raises(RuleBroken):
        sign_agreement(agreement=row, by=OPERATOR)
    send_to_review(agreement=row, by=OPERATOR)
    change_agreement(agreement=row, title_zh="战略合作协议（修订）", by=OPERATOR)
    with pytest.raises(RuleBroken):
        sign_agreement(agreement=row, by=OPERATOR)


def test_number_side_and_days_are_refused_twice_or_turned_round(cast: Cast) -> None:
    row = drafted(cast)
    with pytest.raises(RuleBroken, match="2025-001"):
        drafted(cast)
    with pytest.raises(RuleBroken):
        drafted(cast, "2025-002", starts_on=LAST, ends_on=FIRST)
    own, other = with_sides(cast, row)
    with pytest.raises(RuleBroken):
        add_party(agreement=row, partner=other.partner, by=OPERATOR)
    with pytest.raises(RuleBroken):
        add_party(agreement=row, unit=own.unit, by=OPERATOR)
    with pytest.raises(InputRefused):
        add_party(agreement=row, by=OPERATOR)
    with pytest.raises(ValidationError):
        drafted(cast, "2025-003", title_zh="")
    assert Agreement.objects.filter(institution=cast.institution).count() == 1
    assert row.parties.count() == 2


def test_a_signed_agreement_is_changed_no_more(cast: Cast, joint: Joint) -> None:
    with pytest.raises(RuleBroken, match="2024-007"):
        change_agreement(agreement=joint.agreement, ends_on=LAST, by=OPERATOR)
    with pytest.raises(RuleBroken, match="2024-007"):
        remove_party(party=joint.partner_side, by=OPERATOR)
    with pytest.raises(RuleBroken, match="2024-007"):
        add_party(agreement=joint.agreement, unit=cast.cancer, by=OPERATOR)
    assert joint.agreement.parties.count() == 2


def test_whoever_was_slower_is_told_and_overwrites_nothing(cast: Cast) -> None:
    row = drafted(cast)
    change_agreement(agreement=row, title_zh="甲", revision=0, by=OPERATOR)
    with pytest.raises(RuleBroken):
        change_agreement(agreement=row, title_zh="乙", revision=0, by=OPERATOR)
    assert Agreement.objects.get(pk=row.pk).title_zh == "甲"


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (FIRST - DAY, Standing.COMING),
        (FIRST, Standing.IN_FORCE),
        (LAST - 91 * DAY, Standing.IN_FORCE),
        (LAST - 90 * DAY, Standing.EXPIRING),
        (LAST, Standing.EXPIRING),
        (LAST + DAY, Standing.EXPIRED),
    ],
)
def test_where_an_agreement_stands_follows_from_the_day(
    cast: Cast, on: date, standing: Standing
) -> None:
    row = signed(
        cast.general, hospital(cast), "2025-001", FIRST, LAST, kind="strategic", warns_days=90
    )
    assert standing_of(row, on) == standing


def test_a_renewal_ends_the_warning_and_stands_in_from_its_first_day(cast: Cast) -> None:
    partner = hospital(cast)
    row = signed(cast.general, partner, "2025-001", FIRST, LAST, kind="strategic")
    fresh = renew_agreement(
        agreement=row, number="2026-001", starts_on=LAST + 10 * DAY, ends_on=LAST + 400 * DAY,
        by=OPERATOR,
    )  # fmt: skip
    assert standing_of(row, LAST) == Standing.EXPIRING
    sign(fresh)
    assert standing_of(row, LAST) == Standing.IN_FORCE
    assert standing_of(row, LAST + 9 * DAY) == Standing.EXPIRED
    assert standing_of(row, LAST + 10 * DAY) == Standing.RENEWED
    assert standing_of(fresh, LAST + 9 * DAY) == Standing.COMING
    assert {party.partner_id or party.unit_id for party in fresh.parties.all()} == {
        partner.pk, cast.general.pk,
    }  # fmt: skip


def test_a_renewal_that_overlaps_is_refused_at_once_and_after_a_change(cast: Cast) -> None:
    row = signed(cast.general, hospital(cast), "2025-001", FIRST, LAST, kind="strategic")
    with pytest.raises(RuleBroken, match="2025-12-31"):
        renew_agreement(
            agreement=row, number="2026-001", starts_on=LAST, ends_on=LAST + DAY, by=OPERATOR
        )
    days = {"starts_on": LAST + DAY, "ends_on": LAST + 365 * DAY}
    fresh = renew_agreement(agreement=row, number="2026-001", by=OPERATOR, **days)
    assert renew_agreement(agreement=row, number="2026-001", by=OPERATOR, **days) == fresh
    with pytest.raises(RuleBroken, match="2026-001"):
        renew_agreement(agreement=row, number="2026-002", by=OPERATOR, **days)
    change_agreement(agreement=fresh, starts_on=LAST, by=OPERATOR)
    with pytest.raises(RuleBroken, match="2025-12-31"):
        send_to_review(agreement=fresh, by=OPERATOR)


def test_a_terminated_agreement_is_out_of_force_from_its_day_on(cast: Cast) -> None:
    row = signed(cast.general, hospital(cast), "2025-001", FIRST, LAST, kind="strategic")
    day = date(2025, 6, 1)
    with pytest.raises(RuleBroken):
        terminate_agreement(agreement=row, terminated_on=day, reason=" ", by=OPERATOR)
    with pytest.raises(RuleBroken, match="2025-12-31"):
        terminate_agreement(agreement=row, terminated_on=LAST + DAY, reason="迁址", by=OPERATOR)
    held = terminate_agreement(agreement=row, terminated_on=day, reason="对方停办", by=OPERATOR)
    assert held.terminated_reason == "对方停办" and last_day(held) == day - DAY
    assert standing_of(row, day - DAY) == Standing.EXPIRING
    assert standing_of(row, day) == standing_of(row, LAST + DAY) == Standing.TERMINATED
    again = terminate_agreement(agreement=row, terminated_on=day, reason="对方停办", by=OPERATOR)
    assert again.revision == held.revision
    with pytest.raises(RuleBroken):
        renew_agreement(agreement=row, number="2026-001", starts_on=LAST + DAY, by=OPERATOR)


def test_a_draft_is_drafted_whatever_its_days_and_is_not_terminated(cast: Cast) -> None:
    row = drafted(cast)
    assert standing_of(row, FIRST) == Standing.DRAFTING
    with pytest.raises(RuleBroken, match="2025-001"):
        terminate_agreement(agreement=row, terminated_on=FIRST, reason="撤回", by=OPERATOR)


def test_where_many_agreements_stand_is_one_query(
    cast: Cast, joint: Joint, django_assert_num_queries: Any
) -> None:
    rows = [drafted(cast, f"2025-{number:03}") for number in range(1, 8)]
    with django_assert_num_queries(1):
        found = standings([*rows, joint.agreement], today())
    assert set(found.values()) == {Standing.DRAFTING, Standing.IN_FORCE}


def test_records_of_persons_are_shown_only_under_a_clause_on_personal_data(cast: Cast) -> None:
    row = drafted(cast)
    _own, other = with_sides(cast, row)
    assert other.partner is not None
    with pytest.raises(RuleBroken, match="2025-001"):
        let_see(agreement=row, partner=other.partner, noun="trainees", by=OPERATOR)
    change_agreement(agreement=row, data_clause=CLAUSE, by=OPERATOR)
    let_see(agreement=row, partner=other.partner, noun="trainees", by=OPERATOR)
    change_agreement(agreement=row, data_clause="", by=OPERATOR)
    with pytest.raises(RuleBroken, match="2025-001"):
        send_to_review(agreement=row, by=OPERATOR)
    with pytest.raises(RuleBroken):
        let_see(agreement=row, partner=hospital(cast, "P9"), noun="courses", by=OPERATOR)


def test_the_clause_on_personal_data_does_not_stand_in_the_journal(cast: Cast) -> None:
    drafted(cast, data_clause="患者甲的编号为 8871")
    lines = JournalEntry.objects.filter(subject_kind="agreement")
    assert lines.exists()
    assert not any("8871" in str(line.after) for line in lines)


def test_a_paper_that_is_not_what_it_says_is_refused(cast: Cast, home: Any) -> None:
    row = drafted(cast)

    def hand_in(content: bytes, name: str) -> Any:
        return add_agreement_document(
            agreement=row,
            title="协议正本",
            content=io.BytesIO(content),
            file_name=name,
            by=OPERATOR,
        )

    for content, name in ((b"<html>", "协议.pdf"), (b"", "协议.pdf"), (b"MZ", "协议.exe")):
        with pytest.raises(InputRefused):
            hand_in(content, name)
    assert not row.documents.exists()
    document = hand_in(b"%PDF-1.7 x", "协议.pdf")
    assert hand_in(b"%PDF-1.7 x", "协议.pdf") == document


def test_a_unit_of_another_institution_is_no_side_and_keeps_nothing(
    cast: Cast, joint: Joint
) -> None:
    row = drafted(cast)
    with pytest.raises(RuleBroken):
        add_party(agreement=row, unit=joint.university, by=OPERATOR)
    stranger = register_partner(
        institution=joint.university, code="X", kind="company", name_zh="外校伙伴", by=OPERATOR
    )
    with pytest.raises(RuleBroken):
        add_party(agreement=row, partner=stranger, by=OPERATOR)
    with pytest.raises(RuleBroken):
        draft_agreement(
            institution=cast.institution, unit=joint.university, number="X-1", kind="strategic",
            title_zh="越界", by=OPERATOR,
        )  # fmt: skip


def test_an_agreement_is_seen_by_its_own_side_and_kept_by_its_unit(
    cast: Cast, joint: Joint, office: Account, leader: Account, secretary: Account,
    neighbour: Account, trainee: Account, stranger: Account, peer_office: Account,
) -> None:  # fmt: skip
    own = drafted(cast)
    seen = {
        office: {own, joint.agreement}, leader: {own, joint.agreement}, secretary: {own},
        neighbour: set(), trainee: set(), stranger: set(), peer_office: set(),
    }  # fmt: skip
    for account, agreements in seen.items():
        assert set(visible_agreements(account)) == agreements
        for row in (own, joint.agreement):
            assert bool(may_view_agreement(account, row)) == (row in agreements)
    keepers = [one.login for one in seen if may_keep_agreement(one, own)]
    assert keepers == ["office", "secretary"]
    for account in (leader, neighbour, peer_office):
        with pytest.raises(NotPermitted):
            change_agreement(agreement=own, title_zh="改", by=account)
        with pytest.raises(NotPermitted):
            terminate_agreement(
                agreement=joint.agreement, terminated_on=today(), reason="越权", by=account
            )
    assert standing_of(joint.agreement, today()) == Standing.IN_FORCE
    assert (joint.agreement.starts_on, joint.agreement.ends_on) == (BEGAN, ends_on())


def test_a_partner_is_another_institution_with_a_code_of_its_own(cast: Cast) -> None:
    first = hospital(cast)
    assert hospital(cast) == first

    def again(**columns: Any) -> Partner:
        given = {"code": "P2", "kind": "hospital", "name_zh": "某医院", **columns}
        return register_partner(institution=cast.institution, by=OPERATOR, **given)

    for wrong in ({"code": "P1", "name_zh": "别名"}, {"peer": cast.institution}):
        with pytest.raises(RuleBroken):
            again(**wrong)
    part: Unit = cast.general
    with pytest.raises(RuleBroken):
        again(peer=part)
    for country in ("China", "C1", ""):
        with pytest.raises(InputRefused):
            again(country=country)
    assert again(country="de").country == "DE"
