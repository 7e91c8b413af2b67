"""What came of a postdoc's time: papers, projects, patents and translated money."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.fellows.models import Postdoc
from preceptor.research.choices import ProjectLevel
from preceptor.research.models import Authorship, Contributor, Inventor, ProjectMember

Shown = dict[str, Any]
#: So many works of each kind are shown, the newest first.
MOST = 20


def works_of(row: Postdoc) -> Shown:
    """The works between entry and exit, each with its day and number; four queries."""
    until = row.left_on or today()
    return {
        "papers": _papers(row, until),
        "projects": _projects(row, until),
        "patents": _patents(row, until),
        "translations": _translations(row, until),
    }


def _papers(row: Postdoc, until: date) -> list[Shown]:
    rows = Authorship.objects.filter(
        person=row.person_id, paper__published_on__gte=row.entered_on,
        paper__published_on__lte=until,
    )  # fmt: skip
    return [
        {
            "title": one.paper.title,
            "note": one.paper.journal,
            "day": one.paper.published_on,
            "part": _("author %(place)s") % {"place": one.place},
        }
        for one in rows.select_related("paper").order_by("-paper__published_on", "-pk")[:MOST]
    ]


def _projects(row: Postdoc, until: date) -> list[Shown]:
    rows = ProjectMember.objects.filter(
        person=row.person_id, project__starts_on__gte=row.entered_on, project__starts_on__lte=until
    )
    return [
        {
            "title": one.project.title,
            "note": _("%(level)s, %(number)s") % {
                "level": ProjectLevel(one.project.level).label if one.project.level else "–",
                "number": one.project.number,
            },
            "day": one.project.starts_on,
            "part": _("leads it") if one.is_head else _("takes part"),
            "amount": one.project.amount_cny,
        }
        for one in rows.select_related("project").order_by("-project__starts_on", "-pk")[:MOST]
    ]  # fmt: skip


def _patents(row: Postdoc, until: date) -> list[Shown]:
    rows = Inventor.objects.filter(
        person=row.person_id, patent__applied_on__gte=row.entered_on, patent__applied_on__lte=until
    )
    return [
        {
            "title": one.patent.title,
            "note": _("granted on %(day)s") % {"day": one.patent.granted_on}
            if one.patent.granted_on
            else _("applied for"),
            "day": one.patent.applied_on,
            "part": _("inventor %(place)s") % {"place": one.place},
        }
        for one in rows.select_related("patent").order_by("-patent__applied_on", "-pk")[:MOST]
    ]


def _translations(row: Postdoc, until: date) -> list[Shown]:
    rows = Contributor.objects.filter(
        Q(translation__signed_on__gte=row.entered_on, translation__signed_on__lte=until),
        person=row.person_id,
    )
    return [
        {
            "title": one.translation.title,
            "note": one.translation.number,
            "day": one.translation.signed_on,
            "part": _("share %(share)s %%") % {"share": one.share_e4 / 100}
            if one.share_e4 is not None
            else _("share not known"),
            "amount": one.translation.amount_cny,
        }
        for one in rows.select_related("translation").order_by("-translation__signed_on")[:MOST]
    ]
