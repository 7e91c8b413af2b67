"""The doors of agreements, partners, times abroad, joint schools and platforms.

Behind them lies an agreement of the trainee's own unit with another university, under which the trainee is,
and a joint school with a dual trainee.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from door import DAYS, INTEGERS, LISTS, UNKNOWN, Door, For, Keys
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import add_co_builder, open_unit, register_platform
from preceptor.institutions.models import DegreePoint
from preceptor.joint.actions import (
    add_agreement_document,
    add_joint_programme,
    add_party,
    draft_agreement,
    enrol_dual,
    give_evidence,
    open_joint_school,
    put_under_agreement,
    recognise_course,
    record_abroad,
    record_signature,
    register_partner,
    send_to_review,
    set_obligation,
    sign_agreement,
)
from preceptor.training.models import Course, Programme

BEGAN = date(2024, 1, 1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PAIRS: tuple[Keys, ...] = ((0, 0), (2**63, 2**63))
WORDS: tuple[Keys, ...] = ((0, "0"), (UNKNOWN, "burn"), (2**63, "a" * 300))
PARTS: tuple[Keys, ...] = ((0, 0, "0"), (UNKNOWN, 2**63, "burn"), (2**63, 0, "hide"))


def make_agreement(place: Any) -> dict[str, int]:
    """The keys of what lies behind these doors."""
    subject, root = place.subject, place.root
    peer = open_unit(
        upper=None, code="DOOR-U", kind="university", name_zh="门后大学",
        name_en="Door University", valid_from=BEGAN,
        by=OPERATOR,
    )  # fmt: skip
    company = register_partner(
        institution=root, code="DOOR", kind="university", name_zh="门后大学", peer=peer,
        by=OPERATOR,
    )  # fmt: skip
    made = draft_agreement(
        institution=root, unit=subject.unit, number="DOOR-1", kind="dual_degree",
        title_zh="门后协议", starts_on=BEGAN, open_reason="长期合作", by=OPERATOR,
    )  # fmt: skip
    sides = [add_party(agreement=made, unit=subject.unit, by=OPERATOR),
             add_party(agreement=made, partner=company, by=OPERATOR)]  # fmt: skip
    for side in sides:
        record_signature(party=side, signatory="某人", signed_on=BEGAN, by=OPERATOR)
    send_to_review(agreement=made, by=OPERATOR)
    sign_agreement(agreement=made, by=OPERATOR)
    put_under_agreement(agreement=made, enrolment=subject, first_on=today(), by=OPERATOR)
    papers = [
        add_agreement_document(
            agreement=made, title=title, content=BytesIO(PDF), file_name="a.pdf", by=OPERATOR
        )
        for title in ("签字本", "附件")
    ]
    due = set_obligation(
        agreement=made, clause="1", title_zh="办会", owner_unit=subject.unit, evidence="event",
        counts_from=BEGAN, due_on=today(), by=OPERATOR,
    )  # fmt: skip
    shown = [
        give_evidence(
            obligation=due, done_on=today(), note=note, content=BytesIO(PDF), file_name="b.pdf",
            by=OPERATOR,
        )
        for note in ("年会", "论坛")
    ]  # fmt: skip
    return {
        "agreement": made.pk, "side": another(sides, made), "document": another(papers, made),
        "evidence": another(shown, made), "partner": company.pk,
        **_school(place, made, company), **_others(place),
    }  # fmt: skip


def another(rows: list[Any], agreement: Any) -> int:
    """The key of one of the rows that is not also the key of the agreement: an answer is compared
    without its own key."""
    return int(next(row.pk for row in rows if row.pk != agreement.pk))


def _school(place: Any, agreement: Any, company: Any) -> dict[str, int]:
    subject, root = place.subject, place.root
    unit = open_unit(
        upper=subject.unit, code="DOOR-JS", kind="joint_school", name_zh="门后学院", name_en="Door School",
        relation="joint_school_of", valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    school = open_joint_school(
        unit=unit, partner=company, agreement=agreement, opened_on=BEGAN, by=OPERATOR
    )
    point = DegreePoint.objects.create(
        code="DOOR-D", institution=root, discipline=subject.direction, degree_level="doctor",
        degree_type="professional", name_zh="门后学位点", name_en="Door",
    )  # fmt: skip
    plan = Programme.objects.create(
        point=point, direction=subject.direction, cohort_from=1999, degree_level="doctor",
        degree_type="professional", title_zh="门后方案", title_en="Door",
    )  # fmt: skip
    joint = add_joint_programme(
        school=school, code="D", name_zh="门后项目", name_en="Door", home_programme=plan,
        award_kind="double_major", valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    dual = enrol_dual(programme=joint, home=subject, starts_on=today(), by=OPERATOR)
    courses = [
        Course.objects.create(
            institution=side,
            code=f"DOOR-{side.pk}",
            name_zh="门后课程",
            hours=16,
            credits=Decimal(1),
        )
        for side in (root, company.peer)
    ]
    known = recognise_course(
        programme=joint, taken=courses[1], counts_as=courses[0], credits=Decimal(1),
        valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    return {"school": school.pk, "dual": dual.pk, "recognition": known.pk}


def _others(place: Any) -> dict[str, int]:
    subject = place.subject
    away = record_abroad(
        person=subject.person, kind="trainee", country="DE", first_on=today(), by=OPERATOR
    )
    platform = register_platform(
        institution=place.root, unit=subject.unit, code="DOOR", kind="key_laboratory", level="city",
        name_zh="门后平台", valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    builder = add_co_builder(platform=platform, name="门后公司", valid_from=BEGAN, by=OPERATOR)
    return {"abroad": away.pk, "platform": platform.pk, "builder": builder.pk}


def _of(*words: str) -> Callable[[Any], Keys]:
    """The keys of these records; a word that names none stands as it is."""
    return lambda place: tuple(place.agreed.get(word, word) for word in words)


AGREEMENT_DOORS: dict[str, Door] = {
    "agreements": Door(
        For.SIGNED_IN,
        queries=(*LISTS, "standing=people", "standing=%00", "partner=%00", "ends=90", "ends=x"),
    ),
    "agreement_new": Door(For.READER, posts=True),
    "agreement": Door(For.CONCERNED, _of("agreement"), INTEGERS),
    "agreement_change": Door(For.CONCERNED, _of("agreement", "terminate"), WORDS, posts=True),
    "agreement_part": Door(For.CONCERNED, _of("agreement", "side", "signature"), PARTS, posts=True),
    "agreement_document": Door(For.CONCERNED, _of("agreement", "document"), PAIRS),
    "agreement_evidence": Door(For.CONCERNED, _of("agreement", "evidence"), PAIRS),
    "partners": Door(For.SIGNED_IN, queries=(*LISTS, "state=active", "country=%00")),
    "partner_new": Door(For.OFFICE, posts=True),
    "partner": Door(For.READER, _of("partner"), INTEGERS),
    "partner_change": Door(For.READER, _of("partner", "event"), WORDS, posts=True),
    "abroad": Door(For.SIGNED_IN, queries=(*LISTS, *DAYS, "country=%00", "kind=x")),
    "abroad_new": Door(For.READER, posts=True),
    "abroad_return": Door(For.CONCERNED, _of("abroad"), INTEGERS, posts=True),
    "schools": Door(For.SIGNED_IN),
    "school": Door(For.READER, _of("school"), INTEGERS, queries=("year=2024", "year=x")),
    "school_change": Door(For.READER, _of("school", "cost"), WORDS, posts=True),
    "recognition_end": Door(For.READER, _of("school", "recognition"), PAIRS, posts=True),
    "dual": Door(For.CONCERNED, _of("dual"), INTEGERS),
    "dual_change": Door(For.CONCERNED, _of("dual", "leave"), WORDS, posts=True),
    "platforms": Door(For.SIGNED_IN, queries=(*LISTS, *DAYS, "level=%00", "state=operating")),
    "platform_new": Door(For.OFFICE, posts=True),
    "platform": Door(For.SIGNED_IN, _of("platform"), INTEGERS),
    "platform_change": Door(For.SIGNED_IN, _of("platform", "state"), WORDS, posts=True),
    "co_builder_end": Door(For.SIGNED_IN, _of("platform", "builder"), PAIRS, posts=True),
}
