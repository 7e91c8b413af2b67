"""The points that the members of a board give."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused
from preceptor.cases.models import Case
from preceptor.people.models import Person

from ..access import may_score, may_view_application
from ..models import CallApplication, Criterion, Score

COMMENT_LENGTH = 5000
STEP = Decimal("0.01")


def give_points(
    *,
    application: CallApplication,
    points: Mapping[int, Decimal],
    comment: str = "",
    by: Actor,
) -> list[Score]:
    """Give points for criteria, by their keys, with one comment on all of them; given again, they
    replace the own earlier ones. Criteria that are left out keep what they have.

    Raises PermissionDenied for who has no vote on the board now; InputRefused for another call's
    criterion, points outside the criterion or with more than two decimals, or a comment that is too
    long. Then nothing is kept.
    """
    if len(comment) > COMMENT_LENGTH:
        raise InputRefused(
            _("The comment is too long: %(most)s characters at most.") % {"most": COMMENT_LENGTH}
        )
    with deed(by) as act:
        # A vote that is being closed waits, or is closed already.
        Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.case_id)
        held = CallApplication.objects.select_related("case", "call").get(pk=application.pk)
        may_view_application(by, held).demand()
        may_score(by, held).demand()
        criteria = {one.pk: one for one in held.call.criteria.all()}
        for key, value in points.items():
            _refuse(criteria.get(key), value)
        person: Person = by.person  # type: ignore[attr-defined]
        rows = [
            _kept(held, criteria[key], person, value, comment.strip())
            for key, value in points.items()
        ]
        after = {"person": person.pk, "criteria": sorted(points)}
        act.write("application.points", "application", held.pk, after=after)
    return rows


def _refuse(criterion: Criterion | None, points: Decimal) -> None:
    if criterion is None:
        raise InputRefused(_("This call has no such criterion. Load the page again."))
    within = points.is_finite() and 0 <= points <= criterion.most
    if not within or points != points.quantize(STEP):
        raise InputRefused(
            _("“%(name)s” takes 0 to %(most)s points, with two decimals at most.")
            % {"name": criterion.name_zh, "most": criterion.most}
        )


def _kept(
    application: CallApplication,
    criterion: Criterion,
    person: Person,
    points: Decimal,
    comment: str,
) -> Score:
    row, _is_new = Score.objects.update_or_create(
        application=application, criterion=criterion, person=person,
        defaults={"points": points, "comment": comment, "at": timezone.now()},
    )  # fmt: skip
    return row
