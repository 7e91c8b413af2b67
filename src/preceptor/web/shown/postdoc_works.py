"""What came of a postdoc's time: papers, projects, patents and translated money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.base.together import Question, Set
from preceptor.fellows.models import Postdoc
from preceptor.research.choices import ProjectLevel
from preceptor.research.models import Authorship, Contributor, Inventor, ProjectMember

Shown = dict[str, Any]
#: So many works of each kind are shown, the newest first.
MOST = 20


def works_asked(row: Postdoc) -> Question[Shown]:
    """The works between entry and exit, each with its day and number, the newest first."""
    kinds: dict[str, tuple[type[Model], str, str, Callable[[Any], Shown]]] = {
        "papers": (Authorship, "paper", "published_on", _paper),
        "projects": (ProjectMember, "project", "starts_on", _project),
        "patents": (Inventor, "patent", "applied_on", _patent),
        "translations": (Contributor, "translation", "signed_on", _translation),
    }
    found = yield [_during(row, *kind[:3]) for kind in kinds.values()]
    return {
        name: [kind[-1](one) for one in rows[:MOST]]
        for (name, kind), rows in zip(kinds.items(), found, strict=True)
    }


def _during(row: Postdoc, parts: type[Model], work: str, day: str) -> Set:
    """Who took part in works of a kind, between entry and exit of the postdoc."""
    path = f"{work}__{day}"
    limits = {f"{path}__gte": row.entered_on, f"{path}__lte": row.left_on or today()}
    rows = parts._default_manager.filter(person=row.person_id, **limits)
    return Set(rows.select_related(work).order_by(f"-{path}", "-pk"))


def _paper(one: Authorship) -> Shown:
    return {
        "title": one.paper.title,
        "note": one.paper.journal,
        "day": one.paper.published_on,
        "part": _("author %(place)s") % {"place": one.place},
    }


def _project(one: ProjectMember) -> Shown:
    level, number = one.project.level, one.project.number
    return {
        "title": one.project.title,
        "note": _("%(level)s, %(number)s")
        % {"level": ProjectLevel(level).label if level else "–", "number": number},
        "day": one.project.starts_on,
        "part": _("leads it") if one.is_head else _("takes part"),
        "amount": one.project.amount_cny,
    }


def _patent(one: Inventor) -> Shown:
    granted = one.patent.granted_on
    return {
        "title": one.patent.title,
        "note": _("granted on %(day)s") % {"day": granted} if granted else _("applied for"),
        "day": one.patent.applied_on,
        "part": _("inventor %(place)s") % {"place": one.place},
    }


def _translation(one: Contributor) -> Shown:
    share = one.share_e4
    return {
        "title": one.translation.title,
        "note": one.translation.number,
        "day": one.translation.signed_on,
        "part": _("share %(share)s %%") % {"share": share / 100}
        if share is not None
        else _("share not known"),
        "amount": one.translation.amount_cny,
    }
