"""The writes that say on which platform a postdoc works."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import end_on
from preceptor.institutions.choices import PlatformState
from preceptor.institutions.models import Platform
from preceptor.institutions.queries import name_of

from ..access import may_keep_postdoc
from ..models import PlatformPlace, Postdoc
from .postdoc import demand_present, demand_staying, locked_postdoc


def place_at_platform(
    *, postdoc: Postdoc, platform: Platform, by: Actor, on: date | None = None
) -> PlatformPlace:
    """Let a postdoc work on a platform of the institution from the day on (that of entry when none is
    given), for as long as the postdoc is in station; who does so already is given unchanged.

    Raises NotPermitted; RuleBroken for a platform of another institution or one that is closed on the
    day, a day before the entry or after the day of leaving, or a postdoc who has left.
    """
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        demand_present(held)
        since = on or held.entered_on
        _demand_day(held, since)
        _demand_open(held, platform, since)
        rows = PlatformPlace.objects.known().filter(postdoc=held, platform=platform)
        known = rows.filter(Q(valid_to=None) | Q(valid_to__gte=since)).first()
        if known is not None:
            return known
        row = PlatformPlace.objects.create(postdoc=held, platform=platform, valid_from=since)
        after = {"platform": platform.code, "from": since}
        act.write("postdoc.platform", "postdoc", held.pk, after=after)
    return row


def _demand_day(held: Postdoc, since: date) -> None:
    if since < held.entered_on:
        raise RuleBroken(
            _("The postdoc entered on %(entry)s; %(day)s lies before it.")
            % {"entry": held.entered_on, "day": since}
        )
    if held.left_on is not None and since > held.left_on:
        demand_staying(held)


def _demand_open(held: Postdoc, platform: Platform, since: date) -> None:
    if platform.institution_id != held.institution_id:
        raise RuleBroken(
            _("%(platform)s belongs to another institution than the postdoc.")
            % {"platform": name_of(platform)}
        )
    if platform.spans.on(since).filter(state=PlatformState.CLOSED).exists():
        raise RuleBroken(
            _("%(platform)s is closed on %(day)s.") % {"platform": name_of(platform), "day": since}
        )


def leave_platform(*, place: PlatformPlace, last_on: date, by: Actor, reason: str = "") -> None:
    """Let the work on a platform end with a day; work that begins later is taken back. Ended already
    with that day, nothing changes. Raises NotPermitted; RuleBroken where the row was corrected
    meanwhile."""
    with deed(by, reason) as act:
        held = locked_postdoc(place.postdoc)
        may_keep_postdoc(by, held).demand()
        row = PlatformPlace.objects.known().filter(pk=place.pk).first()
        if row is None:
            raise RuleBroken(_("This entry was changed meanwhile. Read it again."))
        if row.valid_to == last_on:
            return
        before = {"platform": row.platform.code, "to": row.valid_to}
        end_on(row, last_on)
        act.write("postdoc.platform_end", "postdoc", held.pk, before=before, after={"to": last_on})
