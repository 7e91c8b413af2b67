"""A trainee of a joint programme: what the rules of both sides say, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.today import today
from preceptor.joint.access import visible_schools
from preceptor.joint.choices import AwardKind
from preceptor.joint.models import DualEnrolment, Recognition
from preceptor.people.access import may_keep, scope
from preceptor.policy import Explanation
from preceptor.standing.dual import DualAudit, audit, judged_on
from preceptor.standing.duals import DualSide, sides_of
from preceptor.standing.sights import Sight, sight_of
from preceptor.training.choices import EnrolmentState
from preceptor.web.localised import localised
from preceptor.web.shown.agreement import plain
from preceptor.web.shown.record_page import Act, act
from preceptor.web.shown.requirement import counts, requirements
from preceptor.web.shown.school_acts import may_add_side

Shown = dict[str, Any]
#: The steps of a verdict on a side: whether it is met, and how that is said.
MEETS = {True: "pass", False: "fail", None: "pending"}


def page_of(dual: DualEnrolment, user: Any) -> Shown:
    """What dual/page.html takes; a fixed number of queries. A side that the reader may not see tells
    nothing but that it exists."""
    day = judged_on(dual, today())
    ended_on = dual.left_on if day != today() else None
    # The units as they are known from the reader's scope are those of today.
    known_units = scope(user).relations if ended_on is None else None
    found, sides = audit(dual, day, relations=known_units), sides_of(dual)
    sights = [sight_of(user, dual, side.enrolment) for side in sides]
    known = _taken_as(dual)
    taken = [recognised(record, known) for record in found.records]
    said = (found.home, found.partner)
    meets = (found.meets_home, found.meets_partner)
    shown = [
        _side(*told, user)
        for told in zip(sides, sights, said, meets, taken, strict=True)
    ]  # fmt: skip
    school = dual.programme.school
    sees_school = visible_schools(user).filter(pk=school.pk).exists()
    named = any(sight.state for sight in sights)
    return {
        "dual": dual,
        "name": localised(dual.home.person, "name") if named else _("A trainee"),
        "programme": localised(dual.programme, "name"),
        "school": localised(school.unit, "name"),
        "school_url": reverse("school", args=[school.pk]) if sees_school else "",
        "award": AwardKind(dual.programme.award_kind).label,
        "sides": shown,
        "whole": _whole(found, sights, ended_on),
        "ended": _ended(ended_on),
        "ended_on": ended_on,
        "acts": acts_of(dual, user),
    }


def _ended(day: date | None) -> Shown | None:
    """That the programme is over for the trainee, and of which day the findings are."""
    if day is None:
        return None
    title = _("The joint programme ended for this trainee on %(day)s.") % {"day": day.isoformat()}
    text = _("Shown is what was found at the end, of each side that you may see.")
    return {"level": "info", "title": title, "text": text}


def _side(
    side: DualSide, sight: Sight, said: Sequence[Explanation], meets: bool | None,
    taken: list[Shown], user: Any,
) -> Shown:  # fmt: skip
    root, row = side.institution, side.enrolment
    is_known = root is not None and root == scope(user).institution
    rules = requirements(said, frozenset()) if sight.standing else []
    for one in rules:
        one["url"] = one["url"] if is_known else ""
    return {
        "key": side.name,
        "title": localised(root, "name")
        if root
        else localised(side.dual.programme.school.partner, "name"),
        "role": _("Side that keeps the joint school") if side.name == "home" else _("Partner side"),
        "number": row.student_number if row is not None and sight.state else "",
        "state": EnrolmentState(row.state).label if row is not None and sight.state else "",
        "is_enrolled": row is not None,
        "url": reverse("enrolment", args=[row.pk]) if row is not None and sight.enrolment else "",
        "sees_standing": sight.standing,
        "sees_courses": sight.courses,
        "verdict": MEETS[meets] if said and sight.standing else "",
        "has_rules": bool(said),
        "rules": rules,
        "counts": counts(rules),
        "courses": taken if sight.courses else [],
    }


def _taken_as(dual: DualEnrolment) -> dict[str, list[str]]:
    """The names of the courses that are recognised today, by the name of the course that they count
    as; one query."""
    rows = Recognition.objects.on(today()).filter(programme=dual.programme_id)
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows.select_related("taken", "counts_as").order_by("pk"):
        found[localised(row.counts_as, "name")].append(localised(row.taken, "name"))
    return found


def recognised(record: Any, taken_as: Mapping[str, Sequence[str]]) -> list[Shown]:
    """The courses of the other side that count here, passed or not, each with what it counts as."""
    return [
        {
            "name": pgettext("between names", ", ").join(taken_as.get(one["name"], ())) or "–",
            "counts_as": one["name"],
            "credits": plain(one["credits"]),
            "passed": one["passed"],
        }
        for one in record["courses"]
        if one["is_recognised"]
    ]


def _whole(found: DualAudit, sights: Sequence[Sight], ended_on: date | None) -> Shown | None:
    """What both sides together come to, or came to in the end; None for who does not see both."""
    if not all(sight.standing for sight in sights):
        return None
    texts = (
        {
            True: _("At the end the rules of both sides were met."),
            False: _("At the end the rules of at least one side were not met."),
            None: _("Whether both sides' rules were met at the end is not known."),
        }
        if ended_on
        else {
            True: _("The rules of both sides are met."),
            False: _("The rules of at least one side are not met yet."),
            None: _("Whether both sides' rules are met is not known yet."),
        }
    )
    levels = {True: "success", False: "warning", None: "info"}
    return {"level": levels[found.meets_both], "title": texts[found.meets_both]}


def acts_of(dual: DualEnrolment, user: Any) -> list[Act]:
    """What can be done, for who may do it."""
    if dual.left_on is not None:
        return []
    found = []
    add, keep = may_add_side(user, dual), may_keep(user, dual.programme.school.unit)
    if dual.partner_id is None and add:
        found.append(act("dual_change", _("Enter the partner's enrolment"), add, dual.pk, "partner",
                         icon="plus", kind="main"))  # fmt: skip
    if keep:
        found.append(act("dual_change", _("Record that the trainee leaves"), keep, dual.pk, "leave",
                         icon="x"))  # fmt: skip
    return found
