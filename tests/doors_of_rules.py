"""The doors of planned changes: of rules, and of the kinds of requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from door import INTEGERS, LISTS, TEXTS, UNKNOWN, Door, For, Keys, under
from preceptor.cases.models import CaseKind


def _draft(*parts: str) -> Callable[[Any], Keys]:
    """The keys of the planned change that lies behind the doors, and of a part of it."""
    return lambda place: (place.draft, *parts)


def _kind(*parts: str) -> Callable[[Any], Keys]:
    """The key of the kind of request that is in force, and of a part of it."""
    return lambda place: (CaseKind.objects.filter(name="defence")[0].pk, *parts)


RULE_DOORS: dict[str, Door] = {
    "drafts": Door(For.OFFICE),
    "draft_open": Door(
        For.OFFICE, lambda place: ("yunting/clinical-doctorate",), TEXTS, posts=True,
        queries=("unit=99999999999999", "unit=%00", "unit=-1&rule=%F0%9F%92%A5"),
    ),
    "draft_new": Door(For.OFFICE, posts=True),
    "draft": Door(
        For.OFFICE, _draft(), INTEGERS,
        queries=("show=values", "show=rules", "show=facts", "show=sources", "show=text", "show=%00"),
    ),
    "draft_undo": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_head": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_check": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_propose": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_decide": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_withdraw": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_renew": Door(For.OFFICE, _draft(), INTEGERS, posts=True, gets=False),
    "draft_parameter_new": Door(
        For.OFFICE, _draft(), INTEGERS, posts=True,
        queries=("type=int", "type=list(int)", "type=map(supervisor.grade, int)", "type=%00"),
    ),
    "draft_parameter": Door(
        For.OFFICE, _draft("clinical_months"), under(TEXTS), posts=True
    ),
    "draft_value_remove": Door(
        For.OFFICE, _draft("clinical_months"), under(TEXTS), posts=True, gets=False
    ),
    "draft_upper": Door(
        For.OFFICE, _draft("defence_min", "cn/degrees-law"),
        tuple((UNKNOWN, "defence_min", pack) for (pack,) in TEXTS), posts=True,
    ),
    "draft_rule_new": Door(
        For.OFFICE, _draft(), INTEGERS, posts=True, queries=("subject=panel", "subject=%00")
    ),
    "draft_rule": Door(For.OFFICE, _draft("training.clinical"), under(TEXTS), posts=True),
    "draft_examples": Door(For.OFFICE, _draft("training.clinical"), under(TEXTS), posts=True),
    "draft_example_new": Door(For.OFFICE, _draft("training.clinical"), under(TEXTS), posts=True),
    "draft_condition": Door(
        For.OFFICE, _draft("training.clinical", "require"),
        tuple((UNKNOWN, "training.clinical", part) for (part,) in TEXTS), posts=True,
        queries=("as=text", "as=%00"),
    ),
    "draft_fact_new": Door(
        For.OFFICE, _draft(), INTEGERS, posts=True, queries=("subject=panel", "subject=%00")
    ),
    "draft_fact": Door(
        For.OFFICE, _draft("panel", "size"),
        tuple((UNKNOWN, "panel", fact) for (fact,) in TEXTS), posts=True,
    ),
    "draft_filter": Door(
        For.OFFICE, _draft("panel", "size"),
        tuple((UNKNOWN, "panel", fact) for (fact,) in TEXTS), posts=True,
    ),
    "draft_preview": Door(
        For.READER, lambda place: (place.planned,), INTEGERS, posts=True,
        queries=(*LISTS, "show=decisions", "show=%00", "change=pass%3Efail", "change=%00"),
    ),
    "draft_preview_export": Door(
        For.READER, lambda place: (place.planned,), INTEGERS,
        queries=(*LISTS, "show=decisions", "change=a%3Eb"),
    ),
    "draft_slider": Door(
        For.OFFICE, lambda place: (place.planned,), INTEGERS, posts=True,
        queries=("topic=x~y~z", "topic=%00", "value=%00", "value=NaN", "value=1e999"),
    ),
    "rule_slider": Door(
        For.OFFICE, lambda place: ("training.clinical",), TEXTS, posts=True,
        queries=("topic=%00", "value=9999999999999999999999"),
    ),
    "what_if": Door(
        For.CONCERNED, lambda place: (place.subject.pk,), INTEGERS,
        queries=("rotation=specialty&first=2023-01&last=2023-12", "step=defence&passed_on=9999-12-31",
                 "similarity=%00", "similarity=NaN", "first=0001-01&last=9999-12&rotation=other"),
    ),
    "draft_source_new": Door(For.OFFICE, _draft(), INTEGERS, posts=True),
    "draft_source": Door(For.OFFICE, _draft("report2023"), under(TEXTS), posts=True),
    "draft_record": Door(For.OFFICE, _draft("panel"), under(TEXTS), posts=True),
    "kinds": Door(For.SIGNED_IN),
    "kind_new": Door(For.OFFICE, lambda _place: (), (), posts=True, queries=("port=training.other", "port=%00")),
    "kind": Door(For.MEMBER, _kind(), INTEGERS),
    "kind_text": Door(For.MEMBER, _kind(), INTEGERS),
    "kind_plan": Door(For.MEMBER, _kind(), INTEGERS, posts=True, gets=False),
    "kind_propose": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_approve": Door(For.MEMBER, _kind(), INTEGERS, posts=True, gets=False),
    "kind_return": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_end": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_withdraw": Door(For.MEMBER, _kind(), INTEGERS, posts=True, gets=False),
    "kind_edit_text": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_change": Door(For.MEMBER, _kind(), INTEGERS, posts=True, gets=False),
    "kind_head": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_retake": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_stage_new": Door(
        For.MEMBER, _kind(), INTEGERS, posts=True, queries=("does=review", "does=%00")
    ),
    "kind_stage": Door(For.MEMBER, _kind("opinion"), under(TEXTS), posts=True),
    "kind_document_new": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_document": Door(For.MEMBER, _kind("thesis"), under(TEXTS), posts=True),
    "kind_appeal_new": Door(For.MEMBER, _kind(), INTEGERS, posts=True),
    "kind_appeal": Door(For.MEMBER, _kind("academic"), under(TEXTS), posts=True),
}  # fmt: skip
