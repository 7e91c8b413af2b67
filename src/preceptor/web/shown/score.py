"""The points of an application: one's own to give, those of the others where they may be read."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.together import answer, kept_at
from preceptor.calls.access import board_seat, keep_judging, may_read_scores, may_score
from preceptor.calls.models import CallApplication, Criterion, Score
from preceptor.calls.queries import item_before, totals_of
from preceptor.cases.access.holding import tied
from preceptor.cases.models import Item
from preceptor.people.access import scope
from preceptor.web.forms.application import AsideForm, PointsForm
from preceptor.web.localised import localised

Shown = dict[str, Any]


def form_of(user: Any, application: CallApplication, data: Any = None) -> PointsForm:
    """The form of the user's points, with those given before."""
    answer(kept_at([application.call], "criteria", Criterion.objects.all()))
    own = _scores(application).filter(person=scope(user).person)
    given: dict[str, Any] = {}
    for row in own:
        given |= {f"c{row.criterion_id}": row.points, "comment": row.comment}
    return PointsForm(list(application.call.criteria.all()), data, given)


def item_of(user: Any, application: CallApplication) -> Item | None:
    """The item on the agenda of the user's board that decides the application; None without one."""
    seat = board_seat(user, application)
    return None if seat is None else item_before(seat, application)


def page_of(user: Any, application: CallApplication) -> Shown:
    """What the page of points shows; the application comes with call, person, host and case."""
    answer(keep_judging(user, application))
    permit, reads = may_score(user, application), may_read_scores(user, application)
    return {
        "application": application,
        "call": application.call,
        "title": localised(application.call, "title"),
        "name": localised(application.person, "name"),
        "permit": permit,
        "reads": reads,
        "conflicts": conflicts_of(user, application) if permit else [],
        "aside_form": AsideForm(auto_id="aside_%s"),
        "members": _members(application) if reads else [],
        "criteria": [localised(one, "name") for one in application.call.criteria.all()],
        "total": _total(application) if reads else None,
    }


def conflicts_of(user: Any, application: CallApplication) -> list[str]:
    """What ties the user to the applicant, as far as it is recorded, in sentences."""
    person = scope(user).person
    if person is None:
        return []
    found = []
    if person == application.host_id:
        found.append(_("The applicant names you as supervisor."))
    if tied([person], application.person_id):
        found.append(_("A declared tie binds you to the applicant."))
    return found


def _scores(application: CallApplication) -> Any:
    return Score.objects.filter(application=application)


def _members(application: CallApplication) -> list[Shown]:
    """What each member gave, in the order of the criteria; a criterion not scored is None."""
    keys = [one.pk for one in application.call.criteria.all()]
    by_member: dict[Any, dict[int, Score]] = defaultdict(dict)
    for row in _scores(application).select_related("person").order_by("person"):
        by_member[row.person][row.criterion_id] = row
    return [
        {
            "name": localised(person, "name"),
            "points": [given[key].points if key in given else None for key in keys],
            "comment": next((row.comment for row in given.values() if row.comment), ""),
        }
        for person, given in by_member.items()
    ]


def _total(application: CallApplication) -> Any:
    found = totals_of(application.call, [application.pk]).get(application.pk)
    return found[0] if found else None
